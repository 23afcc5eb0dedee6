//! Copy of a seller's account: tickets of a banned seller cannot be ordered.

use contract::UserId;
use contract::user::{AccountStatus, UserState};
use serde::{Deserialize, Serialize};

/// Copy of a seller's account, without personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seller {
    /// The account.
    pub id: UserId,
    /// Copied version of the account; 0 before the first message.
    pub version: u64,
    /// Whether the account is banned.
    #[serde(rename = "standing")]
    pub status: AccountStatus,
}

impl Seller {
    /// A seller without a known ban.
    #[must_use]
    pub fn unknown(id: UserId) -> Self {
        Self { id, version: 0, status: AccountStatus::Active }
    }

    /// Copies the account; `None` unless its version is newer.
    #[must_use]
    pub fn follow(self, account: &UserState) -> Option<Self> {
        let UserState { version, status, .. } = *account;
        (version > self.version).then_some(Self { version, status, ..self })
    }

    /// Whether the seller's tickets cannot be ordered.
    #[must_use]
    pub fn is_banned(&self) -> bool {
        match self.status {
            AccountStatus::Active => false,
            AccountStatus::Banned => true,
        }
    }
}
