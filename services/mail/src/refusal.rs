//! Conversion of refusals of mail to problems.

use web::{Code, Problem};

use crate::domain::Refusal;

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            // Sessions of an erased account end shortly afterwards.
            Refusal::UnknownLink => Code::NOT_FOUND,
            Refusal::UserErased => Code::NOT_SIGNED_IN,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
