//! Conversion of refusals to problems.

use web::{Code, PreconditionFailed, Problem};

use crate::code;
use crate::domain::Refusal;

/// Retry interval for the limit of a network: most orders are paid or expire within a minute, at
/// different times.
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
            Refusal::UnknownTicket(_) | Refusal::UnknownOrder => Code::NOT_FOUND,
            Refusal::SoldOut(_) => code::SOLD_OUT,
            Refusal::HoldLimit { .. }
            | Refusal::HoldLimitTotal(_)
            | Refusal::UnpaidOrders { .. }
            | Refusal::UnpaidTicket { .. }
            | Refusal::TooManyHolds => code::HOLD_LIMIT,
            Refusal::NetworkLimit(_) => code::NETWORK_LIMIT,
            Refusal::OwnTicket(_) => code::OWN_TICKET,
            Refusal::NotOffered(_) | Refusal::SalesEnded(_) => code::NOT_OFFERED,
            Refusal::ShowCancelled(_) => code::SHOW_CANCELLED,
            Refusal::ShowsDiffer | Refusal::ResoldWithOthers => code::SHOWS_DIFFER,
            Refusal::OrderComplete => code::ORDER_COMPLETE,
            Refusal::PreconditionFailed { .. } => Code::PRECONDITION_FAILED,
            Refusal::TotalChanged(_) => code::TOTAL_CHANGED,
            Refusal::NotTheTotal(rule) => {
                return Self::invalid().error("expectedTotal", rule.to_string());
            }
            Refusal::CurrenciesDiffer
            | Refusal::TotalTooLarge
            | Refusal::TotalNotChargeable(_)
            | Refusal::PaymentDoesNotMatch => {
                return Self::new(Code::INVALID_REQUEST).error("items", refusal.to_string());
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
