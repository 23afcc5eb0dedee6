//! Refusals as problems.

use web::{Code, PreconditionFailed, Problem};

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
                Code::NotFound
            }
            // Sessions of an erased account end a moment later.
            Refusal::PayerErased => Code::NotSignedIn,
            Refusal::OrderCancelled => Code::OrderCancelled,
            Refusal::OrderExpired => Code::OrderExpired,
            Refusal::OrderComplete => Code::OrderComplete,
            Refusal::PreconditionFailed { .. } => Code::PreconditionFailed,
            Refusal::PaymentInProgress => Code::PaymentInProgress,
            Refusal::TooManyCardAttempts { limit, wait } => {
                let limit = match limit {
                    CardLimit::Declines => "declines",
                    CardLimit::Attempts => "card_attempts",
                    CardLimit::Cards => "cards",
                    CardLimit::Network => "network_card_attempts",
                };
                metrics::counter!("requests_throttled_total", "limit" => limit).increment(1);
                let seconds = u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX);
                let problem = Self::new(Code::TooManyCardAttempts).detail(refusal.to_string());
                return problem.retry_after(seconds.max(1));
            }
            Refusal::Declined
            | Refusal::Abandoned
            | Refusal::CanceledAtProvider
            | Refusal::CapturedInPart
            | Refusal::InsufficientCredit => Code::PaymentDeclined,
            Refusal::BalanceTooLarge => Code::InvalidRequest,
            Refusal::Contradiction => Code::Internal,
            Refusal::NotChargeable(_) => Code::AmountNotChargeable,
            Refusal::NotRefundable(_) => {
                return Self::invalid().error("amount", refusal.to_string());
            }
            Refusal::NotCaptured => Code::NotCaptured,
            Refusal::NotToCard | Refusal::NotToCredit => {
                return Self::new(Code::InvalidRequest).error("to", refusal.to_string());
            }
            Refusal::NotInOrder => {
                return Self::new(Code::InvalidRequest).error("returns", refusal.to_string());
            }
            Refusal::RefundExceeds
            | Refusal::AmountExceeds { .. }
            | Refusal::TooManyRefunds { .. }
            | Refusal::TooManyAttempts { .. } => Code::RefundExceeds,
            Refusal::PaymentDisputed => Code::PaymentDisputed,
            Refusal::UnitsNotRefunded { .. } => {
                let text = refusal.to_string();
                return Self::new(Code::UnitsNotRefunded).detail(&text).error("returns", text);
            }
            Refusal::PayerMustAgree => {
                let text = refusal.to_string();
                return Self::new(Code::PayerMustAgree).detail(&text).error("to", text);
            }
            Refusal::FreeUnitsNotAgreed => {
                let text = refusal.to_string();
                return Self::new(Code::PayerMustAgree).detail(&text).error("returns", text);
            }
            Refusal::NotTheSeller => Code::Forbidden,
            Refusal::CannotCover => Code::InsufficientCredit,
        };
        Self::new(code).detail(refusal.to_string())
    }
}

impl From<VoidReason> for Refusal {
    fn from(reason: VoidReason) -> Self {
        match reason {
            VoidReason::OrderExpired => Self::OrderExpired,
            VoidReason::OrderCancelled => Self::OrderCancelled,
            VoidReason::OrderComplete => Self::OrderComplete,
            VoidReason::Declined => Self::Declined,
            VoidReason::Abandoned => Self::Abandoned,
            VoidReason::CanceledAtProvider => Self::CanceledAtProvider,
            VoidReason::CapturedInPart => Self::CapturedInPart,
        }
    }
}
