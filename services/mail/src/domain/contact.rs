//! The address of an account: a copy.

use contract::contact::ContactState;
use contract::{Decided, Language, UserId};
use serde::{Deserialize, Serialize};

/// The address of an account. `Debug` hides it: addresses do not belong in logs.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The account.
    pub user_id: UserId,
    /// The copied version.
    pub version: u64,
    /// The e-mail address.
    #[debug("…")]
    pub email: String,
    /// Whether the owner has proved that the address receives mail.
    pub is_verified: bool,
    /// The language of the sign-up.
    pub language: Language,
}

impl Contact {
    /// The copy of a published address.
    #[must_use]
    pub fn of(state: ContactState) -> Self {
        let ContactState { user_id, version, email, is_verified, language } = state;
        Self { user_id, version, email, is_verified, language }
    }

    /// Follows the account.
    pub fn follow(&self, state: ContactState) -> Decided<Self> {
        if state.version <= self.version {
            return Decided::AlreadyApplied;
        }
        Decided::applied(Self::of(state))
    }
}
