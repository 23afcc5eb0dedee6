//! Refusals as problems.

use web::{Code, Problem};

use crate::domain::{Refusal, VoidReason};

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::UnknownOrder | Refusal::UnknownPayment => Code::NotFound,
            Refusal::OrderCancelled => Code::OrderCancelled,
            Refusal::OrderExpired => Code::OrderExpired,
            Refusal::OrderComplete => Code::OrderComplete,
            Refusal::PaymentInProgress => Code::PaymentInProgress,
            Refusal::Declined | Refusal::Abandoned | Refusal::InsufficientCredit => {
                Code::PaymentDeclined
            }
            Refusal::BalanceTooLarge => Code::InvalidRequest,
            Refusal::Contradiction => Code::Internal,
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
        }
    }
}
