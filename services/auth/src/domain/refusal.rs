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
    /// The password is right, and the account needs a code of its second factor.
    #[error("A code of the second factor is required")]
    SecondFactorRequired,
    /// The code of the second factor is wrong, used, too old or too early.
    #[error("The code is wrong or was used")]
    WrongCode,
    /// The second factor is on.
    #[error("The second factor is on")]
    SecondFactorOn,
    /// The second factor is off, or its new secret was not confirmed in time.
    #[error("The second factor is off")]
    SecondFactorOff,
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
    /// The link of a mail expired, was used, or has no effect any more.
    #[error("The link has expired, was used, or was replaced by a later change")]
    LinkEnded,
    /// The link of a mail belongs to another account than the session.
    #[error("The link belongs to another account: sign in to that one")]
    OtherAccount,
    /// The address is verified.
    #[error("The e-mail address is verified already")]
    AlreadyVerified,
    /// The account has this address.
    #[error("This is the e-mail address of the account")]
    SameAddress,
    /// The address changed too often within a week.
    #[error("The e-mail address changed too often within a week")]
    ChangedOften,
    /// The idempotency key was used for another request.
    #[error("The idempotency key was used for another request")]
    KeyReused,
}
