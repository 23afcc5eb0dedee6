//! Guesses at the password of an account: some are free, then each wrong one makes the next wait twice as long.

use std::time::Duration;

use contract::{Backoff, Timestamp};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// Wrong guesses after which nobody has to wait: people mistype, and try the passwords that they have.
pub const FREE: u32 = 5;

/// The longest wait. So a stranger has 1,440 guesses a day, and an owner is kept waiting no longer than this.
pub const WAIT_MAX: Duration = Duration::from_mins(1);

/// The waits after the free guesses.
const WAITS: Backoff = Backoff::new(Duration::from_secs(1), WAIT_MAX);

/// Time after the last guess at which wrong ones are forgotten.
pub const REMEMBERED: Duration = Duration::from_hours(1);

/// Time after a sign-in for which guesses from its address are counted apart.
pub const FAMILIAR: Duration = Duration::from_hours(30 * 24);

/// The guesses at one password that are counted together: those of all strangers, or those from one address from which its owner has
/// signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Guesses {
    /// Whose they are, as a hash: of an account that may not even exist.
    pub id: String,
    /// Wrong ones since the last right one. One that is under way counts as wrong.
    pub wrong: u32,
    /// When the last one was made.
    pub last_at: Timestamp,
    /// When all of it is forgotten.
    pub forget_after: Timestamp,
}

impl Guesses {
    /// No guesses so far.
    #[must_use]
    pub fn none(id: String, now: Timestamp) -> Self {
        Self { id, wrong: 0, last_at: now, forget_after: now }
    }

    /// No guesses so far from where the owner has just signed in.
    #[must_use]
    pub fn familiar(id: String, now: Timestamp) -> Self {
        Self { forget_after: now.plus(FAMILIAR), ..Self::none(id, now) }
    }

    /// One more guess, counted as wrong until it is known to be right: of many at once no more get through than one after the other.
    ///
    /// # Errors
    /// [`Refusal::TooSoon`]; such a guess is not made, and does not make the next one wait longer.
    pub fn guess(&self, now: Timestamp) -> Result<Self, Refusal> {
        let wait = wait_left(self.wrong, self.last_at, now);
        if !wait.is_zero() {
            return Err(Refusal::TooSoon { wait });
        }
        let before = if now.since(self.last_at) >= REMEMBERED { 0 } else { self.wrong };
        Ok(Self {
            id: self.id.clone(),
            wrong: before.saturating_add(1),
            last_at: now,
            forget_after: self.forget_after.max(now.plus(REMEMBERED)),
        })
    }
}

/// The rest of the wait for the next guess after so many wrong ones, the last of which was made then. A clock that is set back, so
/// that the last one seems to be yet to come, does not add its step to the wait: it is twice as long at the most.
pub(super) fn wait_left(wrong: u32, last_at: Timestamp, now: Timestamp) -> Duration {
    wait_after(wrong).saturating_sub(now.apart(last_at))
}

/// The wait for the next guess after so many wrong ones.
fn wait_after(wrong: u32) -> Duration {
    match wrong.saturating_sub(FREE) {
        0 => Duration::ZERO,
        counted => WAITS.pause(counted),
    }
}
