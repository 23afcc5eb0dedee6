//! A seller's standing: what a banned seller offers cannot be ordered.

use contract::UserId;
use contract::user::{Standing, UserState};
use serde::{Deserialize, Serialize};

/// The copy of a seller's account, without anything about the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seller {
    /// The account.
    pub id: UserId,
    /// The version of the account that was copied last; 0 while no message about it has arrived.
    pub version: u64,
    /// Whether it is banned.
    pub standing: Standing,
}

impl Seller {
    /// A seller of whom no ban is known.
    #[must_use]
    pub fn unknown(id: UserId) -> Self {
        Self { id, version: 0, standing: Standing::Good }
    }

    /// Follows the account; `None` when this or a newer version of it was followed before.
    #[must_use]
    pub fn follow(self, account: &UserState) -> Option<Self> {
        let UserState { version, standing, .. } = *account;
        (version > self.version).then_some(Self { version, standing, ..self })
    }

    /// Whether what the seller offers cannot be ordered.
    #[must_use]
    pub fn is_banned(&self) -> bool {
        match self.standing {
            Standing::Good => false,
            Standing::Banned => true,
        }
    }
}
