//! Conversion of refusals of admissions to problems.

use web::{Code, Problem, throttle};

use crate::code;
use crate::domain::Refusal;

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::NotValid => code::NOT_VALID,
            Refusal::TransferEnded => code::TRANSFER_ENDED,
            Refusal::BeingTransferred => code::BEING_TRANSFERRED,
            Refusal::NotEnough => code::NOT_ENOUGH,
            Refusal::SameUser => code::SAME_USER,
            Refusal::TooManyTransfers { wait } => return throttle::too_many("transfers", wait),
            Refusal::NotSeller => Code::FORBIDDEN,
            Refusal::Unknown | Refusal::UnknownEvent | Refusal::UnknownTransfer => Code::NOT_FOUND,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
