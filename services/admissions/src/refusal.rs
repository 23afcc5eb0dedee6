//! Conversion of refusals of admissions to problems.

use web::{Code, Problem};

use crate::code;
use crate::domain::Refusal;

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::NotValid => code::NOT_VALID,
            Refusal::NotSeller | Refusal::OtherGate => Code::FORBIDDEN,
            Refusal::GateEnded => code::GATE_ENDED,
            // Sessions of an erased account end shortly afterwards.
            Refusal::SellerErased => Code::NOT_SIGNED_IN,
            Refusal::Unknown | Refusal::UnknownEvent | Refusal::UnknownGate => Code::NOT_FOUND,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
