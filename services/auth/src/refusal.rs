//! Refusals as problems.

use web::{Code, Problem, throttle};

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
            Refusal::TooSoon { wait } => return throttle::too_many("account", wait),
            Refusal::BadCredentials => Code::BadCredentials,
            Refusal::Banned => Code::AccountBanned,
            Refusal::LastAdministrator => Code::LastAdministrator,
            Refusal::UnknownUser | Refusal::UnknownSession => Code::NotFound,
            Refusal::SessionEnded => Code::NotSignedIn,
            Refusal::KeyReused => Code::IdempotencyKeyReused,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
