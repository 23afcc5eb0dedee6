//! Refusals as problems.

use web::{Code, Problem};

use crate::domain::Refusal;

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::UnknownTicket(_) | Refusal::UnknownOrder => Code::NotFound,
            Refusal::SoldOut(_) => Code::SoldOut,
            Refusal::HoldLimit { .. } | Refusal::TooManyHolds => Code::HoldLimit,
            Refusal::OwnTicket(_) => Code::OwnTicket,
            Refusal::NotOffered(_) | Refusal::SalesEnded(_) => Code::NotOffered,
            Refusal::OrderComplete => Code::OrderComplete,
            Refusal::CurrenciesDiffer | Refusal::TotalTooLarge | Refusal::PaymentDoesNotMatch => {
                return Self::new(Code::InvalidRequest).error("items", refusal.to_string());
            }
        };
        let text = refusal.to_string();
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        Self::new(code).detail(first.into_iter().chain(letters).collect::<String>())
    }
}
