//! The optional second factor of an account: codes of an authenticator application (TOTP, RFC
//! 6238), and recovery codes.
//!
//! | state | a sign-in needs | changes to |
//! |---|---|---|
//! | off | the password | pending, with the password |
//! | pending | the password | on, with a code of the new secret within fifteen minutes |
//! | on | the password and an unused code | off, or to new recovery codes, with the password and an unused code |
//!
//! | actor | can | cannot |
//! |---|---|---|
//! | a guesser without the password | guess passwords at their rate | learn whether an account has a factor, which is revealed with a right password only; have a code compared |
//! | a thief of the password | learn that a factor is on; guess codes, three of a million at a time, at the rate of passwords; delay the owner's sign-ins at new places by up to a minute | sign in; use a code that the owner has used; reset the count of guesses, which needs a right code while the factor is on |
//! | a thief of a session | act in it until it ends | switch the factor on, off, or see its secret or recovery codes: these need the password, and the latter two a code |
//! | a thief of a session and the password | switch the factor on where it is off; change the password | switch off a factor that is on, sign in elsewhere, change the address or erase the account where it is on |
//! | a person without the phone | sign in with each of ten recovery codes once, and switch the factor off with another | sign in without the phone and a recovery code: an operator has to reset the factor |
//! | a reader of auth's store | compute codes, because a secret must be readable to verify them | read recovery codes, which are stored as hashes; sign in without the password |

mod base32;
mod given_code;
mod recovery_code;
mod totp;

use std::time::Duration;

use contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

pub use given_code::{GivenCode, NoCode};
pub use recovery_code::{RECOVERY_CODES, RecoveryCode, RecoveryCodeHash};
pub use totp::{Secret, TimeStep};

/// Time within which a new secret is confirmed: enough to install an application and scan the
/// secret. A later confirmation has no effect, so that a forgotten secret cannot be switched on.
pub const PENDING_MAX: Duration = Duration::from_mins(15);

/// The second factor of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecondFactor {
    /// The account.
    pub user_id: UserId,
    state: FactorState,
}

/// State of a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum FactorState {
    /// Sign-ins need the password only.
    Off,
    /// A secret was created, and no code of it was given yet. Sign-ins need the password only.
    Pending { secret: Secret, started_at: Timestamp },
    /// Sign-ins need a code.
    On {
        secret: Secret,
        /// Latest time step whose code was used: a code is accepted once (RFC 6238, 5.2).
        last_step: TimeStep,
        /// Unused recovery codes.
        recovery_codes: Vec<RecoveryCodeHash>,
    },
}

/// Proof that a request passed the second factor, in the decision that read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    factor: SecondFactor,
    by: PassedBy,
}

/// The way in which a request passed the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedBy {
    /// The factor is not on.
    NoFactor,
    /// By a code of the authenticator application.
    Code,
    /// By a recovery code.
    RecoveryCode {
        /// Number of unused codes.
        codes_left: usize,
    },
}

impl Passed {
    /// The factor after the request, to be stored: a code is used.
    #[must_use]
    pub const fn factor(&self) -> &SecondFactor {
        &self.factor
    }

    /// The way.
    #[must_use]
    pub const fn by(&self) -> PassedBy {
        self.by
    }
}

impl SecondFactor {
    /// A factor that is off.
    #[must_use]
    pub const fn off(user_id: UserId) -> Self {
        Self { user_id, state: FactorState::Off }
    }

    /// Whether sign-ins need a code.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        matches!(self.state, FactorState::On { .. })
    }

    /// Whether nothing is to be stored.
    #[must_use]
    pub const fn is_off(&self) -> bool {
        matches!(self.state, FactorState::Off)
    }

    /// Number of unused recovery codes.
    #[must_use]
    pub const fn recovery_codes_left(&self) -> usize {
        match &self.state {
            FactorState::Off | FactorState::Pending { .. } => 0,
            FactorState::On { recovery_codes, .. } => recovery_codes.len(),
        }
    }

    /// Creates a secret, in place of one that was not confirmed.
    ///
    /// # Errors
    /// [`Refusal::SecondFactorOn`].
    pub fn start(&self, secret: Secret, now: Timestamp) -> Result<Self, Refusal> {
        match self.state {
            FactorState::Off | FactorState::Pending { .. } => {
                Ok(self.with(FactorState::Pending { secret, started_at: now }))
            }
            FactorState::On { .. } => Err(Refusal::SecondFactorOn),
        }
    }

    /// Switches the factor on, with a code of its secret, which is thereby used.
    ///
    /// # Errors
    /// [`Refusal::SecondFactorOn`]; [`Refusal::SecondFactorOff`] without a secret that is younger
    /// than [`PENDING_MAX`]; [`Refusal::WrongCode`].
    pub fn confirm(
        &self,
        code: &GivenCode,
        recovery_codes: Vec<RecoveryCodeHash>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let (secret, started_at) = match &self.state {
            FactorState::Off => return Err(Refusal::SecondFactorOff),
            FactorState::Pending { secret, started_at } => (secret, *started_at),
            FactorState::On { .. } => return Err(Refusal::SecondFactorOn),
        };
        if now.since(started_at) >= PENDING_MAX {
            return Err(Refusal::SecondFactorOff);
        }
        let step = match code {
            GivenCode::Totp(code) => secret.step_of(*code, now, None),
            GivenCode::Recovery(_) => None,
        };
        let last_step = step.ok_or(Refusal::WrongCode)?;
        Ok(self.with(FactorState::On { secret: secret.clone(), last_step, recovery_codes }))
    }

    /// Checks the factor of a sign-in with a right password. A code is ignored if the factor is not
    /// on.
    ///
    /// # Errors
    /// [`Refusal::SecondFactorRequired`] without a code; [`Refusal::WrongCode`] if the code is
    /// wrong, used, too old or too early.
    pub fn check(&self, code: Option<&GivenCode>, now: Timestamp) -> Result<Passed, Refusal> {
        match (&self.state, code) {
            (FactorState::Off | FactorState::Pending { .. }, _) => {
                Ok(Passed { factor: self.clone(), by: PassedBy::NoFactor })
            }
            (FactorState::On { .. }, None) => Err(Refusal::SecondFactorRequired),
            (FactorState::On { .. }, Some(code)) => self.check_on(code, now),
        }
    }

    /// Checks a code of a factor that must be on.
    ///
    /// # Errors
    /// [`Refusal::SecondFactorOff`]; [`Refusal::WrongCode`].
    pub fn check_on(&self, code: &GivenCode, now: Timestamp) -> Result<Passed, Refusal> {
        let FactorState::On { secret, last_step, recovery_codes } = &self.state else {
            return Err(Refusal::SecondFactorOff);
        };
        let (last_step, recovery_codes, by) = match code {
            GivenCode::Totp(code) => {
                let step = secret.step_of(*code, now, Some(*last_step));
                (step.ok_or(Refusal::WrongCode)?, recovery_codes.clone(), PassedBy::Code)
            }
            GivenCode::Recovery(used) => {
                let mut left = recovery_codes.clone();
                left.retain(|known| known != used);
                if left.len() == recovery_codes.len() {
                    return Err(Refusal::WrongCode);
                }
                let by = PassedBy::RecoveryCode { codes_left: left.len() };
                (*last_step, left, by)
            }
        };
        let state = FactorState::On { secret: secret.clone(), last_step, recovery_codes };
        Ok(Passed { factor: self.with(state), by })
    }

    /// Replaces all recovery codes.
    ///
    /// # Errors
    /// [`Refusal::SecondFactorOff`].
    pub fn replace_recovery_codes(&self, codes: Vec<RecoveryCodeHash>) -> Result<Self, Refusal> {
        match self.state.clone() {
            FactorState::Off | FactorState::Pending { .. } => Err(Refusal::SecondFactorOff),
            FactorState::On { secret, last_step, .. } => {
                Ok(self.with(FactorState::On { secret, last_step, recovery_codes: codes }))
            }
        }
    }

    const fn with(&self, state: FactorState) -> Self {
        Self { user_id: self.user_id, state }
    }
}
