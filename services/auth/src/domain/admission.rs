//! Admission: a type that proves that an account may sign in.

use super::refusal::Refusal;
use super::user::User;

/// An account that may sign in, as read by the decision that created this value.
///
/// Starting, renewing and signing a session require this type, and only [`User::admit`] creates it,
/// so that no route can skip the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted(User);

impl Admitted {
    /// The account.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.0
    }
}

impl User {
    /// Admits the account to a session.
    ///
    /// # Errors
    /// [`Refusal::Banned`].
    pub fn admit(self) -> Result<Admitted, Refusal> {
        if self.may_sign_in() { Ok(Admitted(self)) } else { Err(Refusal::Banned) }
    }
}
