//! Conversion of refusals to problems.

use web::{Code, Problem, throttle};

use crate::code;
use crate::domain::Refusal;

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::EmailTaken => {
                return Self::new(code::EMAIL_TAKEN)
                    .detail(refusal.to_string())
                    .error("email", "has an account already");
            }
            Refusal::TooSoon { wait } => return throttle::too_many("account", wait),
            Refusal::BadCredentials => code::BAD_CREDENTIALS,
            Refusal::Banned => code::ACCOUNT_BANNED,
            Refusal::LastAdministrator => code::LAST_ADMINISTRATOR,
            Refusal::UnknownUser | Refusal::UnknownSession => Code::NOT_FOUND,
            Refusal::SessionEnded => Code::NOT_SIGNED_IN,
            Refusal::KeyReused => Code::IDEMPOTENCY_KEY_REUSED,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
