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
            Refusal::SameAddress => {
                return Self::new(code::SAME_ADDRESS)
                    .detail(refusal.to_string())
                    .error("email", "is the address of the account already");
            }
            Refusal::LinkEnded => {
                return Self::new(code::LINK_ENDED)
                    .detail(refusal.to_string())
                    .error("token", "has expired, was used, or has no effect any more");
            }
            Refusal::WrongCode => {
                return Self::new(code::BAD_CREDENTIALS)
                    .detail(refusal.to_string())
                    .error("code", "is wrong or was used");
            }
            Refusal::SecondFactorRequired => {
                return Self::new(code::SECOND_FACTOR_REQUIRED)
                    .detail(refusal.to_string())
                    .error("code", "is required");
            }
            Refusal::SecondFactorOn => code::SECOND_FACTOR_ON,
            Refusal::SecondFactorOff => code::SECOND_FACTOR_OFF,
            Refusal::TooSoon { wait } => return throttle::too_many("account", wait),
            Refusal::OtherAccount => code::OTHER_ACCOUNT,
            Refusal::ChangedOften => code::ADDRESS_CHANGED_OFTEN,
            Refusal::AlreadyVerified => code::ALREADY_VERIFIED,
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
