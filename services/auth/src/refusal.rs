//! Refusals as problems.

use web::{Code, Problem};

use crate::domain::Refusal;

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::EmailTaken => {
                return Self::new(Code::EmailTaken)
                    .detail(refusal.to_string())
                    .error("email", "has an account already");
            }
            Refusal::BadCredentials => Code::BadCredentials,
            Refusal::Banned => Code::AccountBanned,
            Refusal::UnknownUser => Code::NotFound,
            Refusal::KeyReused => Code::IdempotencyKeyReused,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
