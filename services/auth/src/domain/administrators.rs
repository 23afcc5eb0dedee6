//! The set of administrators. The last one cannot be removed.

use std::collections::BTreeSet;

use contract::UserId;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::user::User;

/// Accounts with the administrator role that can sign in. They share one document, so that of two
/// concurrent removals the second decision reads the result of the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Administrators {
    /// The accounts. Administrators are few, because an operator's command creates each.
    pub accounts: BTreeSet<UserId>,
}

impl Administrators {
    /// The administrators among these accounts.
    #[must_use]
    pub fn among<'u>(users: impl IntoIterator<Item = &'u User>) -> Self {
        let in_force = users.into_iter().filter(|user| user.admin && user.may_sign_in());
        Self { accounts: in_force.map(|user| user.id).collect() }
    }

    /// The administrators after a change of an account.
    ///
    /// # Errors
    /// [`Refusal::LastAdministrator`] if none would remain.
    pub fn follow(&self, user: &User) -> Result<Self, Refusal> {
        let mut followed = self.clone();
        if user.admin && user.may_sign_in() {
            followed.accounts.insert(user.id);
        } else if followed.accounts.remove(&user.id) && followed.accounts.is_empty() {
            return Err(Refusal::LastAdministrator);
        }
        Ok(followed)
    }
}
