//! A sender: the recent transfers of an account.

use std::time::Duration;

use contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// Transfers that an account may offer in a day: more than a group has members. Each one can cause
/// a mail to an address of the sender's choice. At most seven times as many are open.
pub const DAILY_MAX: u32 = 50;

/// The period of the limit.
pub const DAY: Duration = Duration::from_hours(24);

/// The transfers that an account offered within a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sender {
    /// The account.
    pub user_id: UserId,
    /// Start of the present day.
    pub since: Timestamp,
    /// Transfers in it.
    pub offered: u32,
}

impl Sender {
    /// An account without transfers.
    #[must_use]
    pub const fn none(user_id: UserId, now: Timestamp) -> Self {
        Self { user_id, since: now, offered: 0 }
    }

    /// Counts a transfer.
    ///
    /// # Errors
    /// [`Refusal::TooManyTransfers`] if the limit is reached.
    pub fn count(&self, now: Timestamp) -> Result<Self, Refusal> {
        let is_new_day = now.apart(self.since) >= DAY;
        let (since, offered) = if is_new_day { (now, 0) } else { (self.since, self.offered) };
        if offered >= DAILY_MAX {
            return Err(Refusal::TooManyTransfers { wait: since.plus(DAY).since(now) });
        }
        Ok(Self { user_id: self.user_id, since, offered: offered + 1 })
    }
}
