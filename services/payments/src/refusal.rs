//! Refusals in transactions, and their conversion to problems.

use store::Stop;
use web::{Code, PreconditionFailed, Problem};

use crate::code;
use crate::domain::{CardLimit, Refusal, VoidReason};

pub(crate) type Decision<T> = Result<T, Stop<Refusal>>;

impl store::Refusal for Refusal {}

impl From<PreconditionFailed> for Refusal {
    fn from(PreconditionFailed { version }: PreconditionFailed) -> Self {
        Self::PreconditionFailed { version }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        let (code, field) = match refusal {
            Refusal::UnknownOrder | Refusal::UnknownPayment | Refusal::UnknownRefund => {
                (Code::NOT_FOUND, None)
            }
            // The sessions of an erased account end shortly after.
            Refusal::PayerErased => (Code::NOT_SIGNED_IN, None),
            Refusal::Void(VoidReason::OrderCancelled) => (code::ORDER_CANCELLED, None),
            Refusal::Void(VoidReason::ShowCancelled) => (code::SHOW_CANCELLED, None),
            Refusal::Void(VoidReason::OrderExpired) => (code::ORDER_EXPIRED, None),
            Refusal::Void(VoidReason::OrderComplete) => (code::ORDER_COMPLETE, None),
            Refusal::PreconditionFailed { .. } => (Code::PRECONDITION_FAILED, None),
            Refusal::PaymentInProgress => (code::PAYMENT_IN_PROGRESS, None),
            Refusal::TooManyCardAttempts { limit, wait } => {
                let limit = match limit {
                    CardLimit::Declines => "declines",
                    CardLimit::Attempts => "card_attempts",
                    CardLimit::Cards => "cards",
                    CardLimit::Network => "network_card_attempts",
                };
                metrics::counter!("requests_throttled_total", "limit" => limit).increment(1);
                let seconds = u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX);
                let problem = Self::new(code::TOO_MANY_CARD_ATTEMPTS).detail(text);
                return problem.retry_after(seconds.max(1));
            }
            Refusal::Void(
                VoidReason::Declined
                | VoidReason::Abandoned
                | VoidReason::CanceledAtProvider
                | VoidReason::CapturedInPart,
            )
            | Refusal::InsufficientCredit => (code::PAYMENT_DECLINED, None),
            Refusal::BalanceTooLarge => (Code::INVALID_REQUEST, None),
            Refusal::Contradiction => (Code::INTERNAL, None),
            Refusal::NotChargeable(_) => (code::AMOUNT_NOT_CHARGEABLE, None),
            Refusal::NotRefundable(_) => return Self::invalid().error("amount", text),
            Refusal::NotCaptured => (code::NOT_CAPTURED, None),
            Refusal::NotToCard | Refusal::NotToCredit => {
                return Self::new(Code::INVALID_REQUEST).error("to", text);
            }
            Refusal::NotInOrder | Refusal::ResaleReturned => {
                return Self::new(Code::INVALID_REQUEST).error("returns", text);
            }
            Refusal::RefundExceeds
            | Refusal::AmountExceeds { .. }
            | Refusal::TooManyRefunds { .. }
            | Refusal::TooManyAttempts { .. } => (code::REFUND_EXCEEDS, None),
            Refusal::PaymentDisputed => (code::PAYMENT_DISPUTED, None),
            Refusal::UnitsNotRefunded { .. } => (code::UNITS_NOT_REFUNDED, Some("returns")),
            Refusal::PayerMustAgree => (code::PAYER_MUST_AGREE, Some("to")),
            Refusal::FreeUnitsNotAgreed => (code::PAYER_MUST_AGREE, Some("returns")),
            Refusal::NotTheSeller | Refusal::NotPostponed => (Code::FORBIDDEN, None),
            Refusal::RefundPeriodOver => (code::REFUND_PERIOD_OVER, None),
            Refusal::CannotCover => (code::INSUFFICIENT_CREDIT, None),
        };
        let problem = Self::new(code).detail(&text);
        match field {
            Some(field) => problem.error(field, text),
            None => problem,
        }
    }
}
