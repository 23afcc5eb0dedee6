//! Refusals of auth.

use std::time::Duration;

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The e-mail address has an account.
    #[error("The e-mail address has an account already")]
    EmailTaken,
    /// The address or the password is wrong; the two cases are indistinguishable.
    #[error("The e-mail address or the password is wrong")]
    BadCredentials,
    /// The wait after wrong guesses has not passed.
    #[error("Too many wrong passwords")]
    TooSoon {
        /// Time until the next guess is accepted.
        wait: Duration,
    },
    /// The account is banned.
    #[error("The account is banned")]
    Banned,
    /// No administrator who can sign in would remain.
    #[error("The last administrator cannot be removed")]
    LastAdministrator,
    /// The account does not exist.
    #[error("There is no such account")]
    UnknownUser,
    /// The session does not exist, or is another user's.
    #[error("You have no such session")]
    UnknownSession,
    /// The session has ended or never existed.
    #[error("The session has ended; sign in again")]
    SessionEnded,
    /// The idempotency key was used for another request.
    #[error("The idempotency key was used for another request")]
    KeyReused,
}
