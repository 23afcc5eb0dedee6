//! Password guesses of an account: after some free ones, each wrong guess doubles the wait before
//! the next.

use std::time::Duration;

use contract::{Backoff, Timestamp};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// Wrong guesses without a wait: enough for typing errors and several passwords of one person.
pub const FREE: u32 = 5;

/// Maximum wait. It permits an attacker 1,440 guesses a day, and bounds the wait of the owner.
pub const WAIT_MAX: Duration = Duration::from_mins(1);

/// The waits after the free guesses.
const WAITS: Backoff = Backoff::new(Duration::from_secs(1), WAIT_MAX);

/// Time after the last guess at which the count is deleted.
pub const REMEMBERED: Duration = Duration::from_hours(1);

/// Time after a sign-in for which guesses from its client address have a separate count.
pub const FAMILIAR: Duration = Duration::from_hours(30 * 24);

/// A count of guesses at one password: the common count, or the count of one familiar client
/// address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Guesses {
    /// Hash of the e-mail address, with or without an account, and of a familiar client address.
    pub id: String,
    /// Wrong guesses since the last right one. A guess in progress counts as wrong.
    pub wrong: u32,
    /// Time of the last guess.
    pub last_at: Timestamp,
    /// When the count is deleted.
    pub forget_after: Timestamp,
}

impl Guesses {
    /// A count without guesses.
    #[must_use]
    pub fn none(id: String, now: Timestamp) -> Self {
        Self { id, wrong: 0, last_at: now, forget_after: now }
    }

    /// A count without guesses of a client address with a sign-in.
    #[must_use]
    pub fn familiar(id: String, now: Timestamp) -> Self {
        Self { forget_after: now.plus(FAMILIAR), ..Self::none(id, now) }
    }

    /// Counts a guess, as wrong until it is known to be right, so that concurrent guesses have the
    /// same limit as sequential ones.
    ///
    /// # Errors
    /// [`Refusal::TooSoon`]; the rejected guess is not counted.
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

/// Remaining wait before the next guess, after `wrong` wrong ones until `last_at`. If the clock was
/// set back to before `last_at`, the wait is at most doubled.
pub(super) fn wait_left(wrong: u32, last_at: Timestamp, now: Timestamp) -> Duration {
    let wait = match wrong.saturating_sub(FREE) {
        0 => Duration::ZERO,
        counted => WAITS.pause(counted),
    };
    wait.saturating_sub(now.apart(last_at))
}
