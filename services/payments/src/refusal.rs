//! Conversion of refusals to problems.

use web::{Code, PreconditionFailed, Problem};

use crate::code;
use crate::domain::{CardLimit, Refusal, VoidReason};

impl store::Refusal for Refusal {}

impl From<PreconditionFailed> for Refusal {
    fn from(PreconditionFailed { version }: PreconditionFailed) -> Self {
        Self::PreconditionFailed { version }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::UnknownOrder | Refusal::UnknownPayment | Refusal::UnknownRefund => {
                Code::NOT_FOUND
            }
            // The sessions of an erased account end shortly after.
            Refusal::PayerErased => Code::NOT_SIGNED_IN,
            Refusal::Void(VoidReason::OrderCancelled) => code::ORDER_CANCELLED,
            Refusal::Void(VoidReason::OrderExpired) => code::ORDER_EXPIRED,
            Refusal::Void(VoidReason::OrderComplete) => code::ORDER_COMPLETE,
            Refusal::PreconditionFailed { .. } => Code::PRECONDITION_FAILED,
            Refusal::PaymentInProgress => code::PAYMENT_IN_PROGRESS,
            Refusal::TooManyCardAttempts { limit, wait } => {
                let limit = match limit {
                    CardLimit::Declines => "declines",
                    CardLimit::Attempts => "card_attempts",
                    CardLimit::Cards => "cards",
                    CardLimit::Network => "network_card_attempts",
                };
                metrics::counter!("requests_throttled_total", "limit" => limit).increment(1);
                let seconds = u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX);
                let problem = Self::new(code::TOO_MANY_CARD_ATTEMPTS).detail(refusal.to_string());
                return problem.retry_after(seconds.max(1));
            }
            Refusal::Void(
                VoidReason::Declined
                | VoidReason::Abandoned
                | VoidReason::CanceledAtProvider
                | VoidReason::CapturedInPart,
            )
            | Refusal::InsufficientCredit => code::PAYMENT_DECLINED,
            Refusal::BalanceTooLarge => Code::INVALID_REQUEST,
            Refusal::Contradiction => Code::INTERNAL,
            Refusal::NotChargeable(_) => code::AMOUNT_NOT_CHARGEABLE,
            Refusal::NotRefundable(_) => {
                return Self::invalid().error("amount", refusal.to_string());
            }
            Refusal::NotCaptured => code::NOT_CAPTURED,
            Refusal::NotToCard | Refusal::NotToCredit => {
                return Self::new(Code::INVALID_REQUEST).error("to", refusal.to_string());
            }
            Refusal::NotInOrder => {
                return Self::new(Code::INVALID_REQUEST).error("returns", refusal.to_string());
            }
            Refusal::RefundExceeds
            | Refusal::AmountExceeds { .. }
            | Refusal::TooManyRefunds { .. }
            | Refusal::TooManyAttempts { .. } => code::REFUND_EXCEEDS,
            Refusal::PaymentDisputed => code::PAYMENT_DISPUTED,
            Refusal::UnitsNotRefunded { .. } => {
                let text = refusal.to_string();
                return Self::new(code::UNITS_NOT_REFUNDED).detail(&text).error("returns", text);
            }
            Refusal::PayerMustAgree => {
                let text = refusal.to_string();
                return Self::new(code::PAYER_MUST_AGREE).detail(&text).error("to", text);
            }
            Refusal::FreeUnitsNotAgreed => {
                let text = refusal.to_string();
                return Self::new(code::PAYER_MUST_AGREE).detail(&text).error("returns", text);
            }
            Refusal::NotTheSeller => Code::FORBIDDEN,
            Refusal::CannotCover => code::INSUFFICIENT_CREDIT,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
