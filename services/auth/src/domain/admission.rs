//! The gate of sign-on: proof that an account may sign in.

use super::refusal::Refusal;
use super::user::User;

/// An account that may sign in, as the decision that made this value read it.
///
/// Sessions begin, are renewed and are signed for values of this type only, and only [`User::admit`] makes them. A route that sets
/// session cookies cannot leave the check out.
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
