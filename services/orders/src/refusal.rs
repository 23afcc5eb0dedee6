//! Refusals as problems.

use web::{Code, PreconditionFailed, Problem};

use crate::domain::Refusal;

/// Seconds after which a network may have room again: most orders are paid or expire within a minute, at different times.
const NETWORK_RETRY_AFTER_S: u32 = 5;

impl store::Refusal for Refusal {}

impl From<PreconditionFailed> for Refusal {
    fn from(PreconditionFailed { version }: PreconditionFailed) -> Self {
        Self::PreconditionFailed { version }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::UnknownTicket(_) | Refusal::UnknownOrder => Code::NotFound,
            Refusal::SoldOut(_) => Code::SoldOut,
            Refusal::HoldLimit { .. }
            | Refusal::HoldLimitTotal(_)
            | Refusal::UnpaidOrders { .. }
            | Refusal::UnpaidTicket { .. }
            | Refusal::TooManyHolds => Code::HoldLimit,
            Refusal::NetworkLimit(_) => Code::NetworkLimit,
            Refusal::OwnTicket(_) => Code::OwnTicket,
            Refusal::NotOffered(_) | Refusal::SalesEnded(_) => Code::NotOffered,
            Refusal::OrderComplete => Code::OrderComplete,
            Refusal::PreconditionFailed { .. } => Code::PreconditionFailed,
            Refusal::TotalChanged(_) => Code::TotalChanged,
            Refusal::NotTheTotal(rule) => {
                return Self::invalid().error("expectedTotal", rule.to_string());
            }
            Refusal::CurrenciesDiffer
            | Refusal::TotalTooLarge
            | Refusal::TotalNotChargeable(_)
            | Refusal::PaymentDoesNotMatch => {
                return Self::new(Code::InvalidRequest).error("items", refusal.to_string());
            }
        };
        let text = refusal.to_string();
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        let problem = Self::new(code).detail(first.into_iter().chain(letters).collect::<String>());
        match retry_after_s(refusal) {
            Some(seconds) => problem.retry_after(seconds),
            None => problem,
        }
    }
}

/// Seconds after which the same request may succeed, if known.
fn retry_after_s(refusal: Refusal) -> Option<u32> {
    if let Refusal::UnpaidOrders { wait, .. } | Refusal::UnpaidTicket { wait, .. } = refusal {
        let seconds = wait.as_millis().div_ceil(1_000);
        return Some(u32::try_from(seconds).unwrap_or(u32::MAX));
    }
    matches!(refusal, Refusal::NetworkLimit(_)).then_some(NETWORK_RETRY_AFTER_S)
}
