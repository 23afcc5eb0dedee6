//! Conversion of refusals of admissions to problems.

use web::{Code, Problem};

use crate::domain::Refusal;

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::Unknown => Code::NOT_FOUND,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
