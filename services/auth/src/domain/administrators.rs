//! The administrators that are in force: the last one cannot be removed.

use std::collections::BTreeSet;

use contract::UserId;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::user::User;

/// The accounts that are administrators and may sign in. One document for all of them: of two removals at once the second decision
/// reads what the first one left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Administrators {
    /// The accounts; administrators are few, since each is made by a command on the machine.
    pub accounts: BTreeSet<UserId>,
}

impl Administrators {
    /// The administrators among these accounts.
    #[must_use]
    pub fn among<'u>(users: impl IntoIterator<Item = &'u User>) -> Self {
        let in_force = users.into_iter().filter(|user| user.admin && user.may_sign_in());
        Self { accounts: in_force.map(|user| user.id).collect() }
    }

    /// The administrators once an account has changed.
    ///
    /// # Errors
    /// [`Refusal::LastAdministrator`] when none would be left.
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
