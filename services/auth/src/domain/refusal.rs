//! Refusals of auth.

use std::fmt;
use std::time::Duration;

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The e-mail address has an account.
    EmailTaken,
    /// The address or the password is wrong; the two cases are indistinguishable.
    BadCredentials,
    /// The wait after wrong guesses has not passed.
    TooSoon {
        /// Time until the next guess is accepted.
        wait: Duration,
    },
    /// The account is banned.
    Banned,
    /// No administrator who can sign in would remain.
    LastAdministrator,
    /// The account does not exist.
    UnknownUser,
    /// The session does not exist, or is another user's.
    UnknownSession,
    /// The session has ended or never existed.
    SessionEnded,
    /// The idempotency key was used for another request.
    KeyReused,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmailTaken => "The e-mail address has an account already",
            Self::BadCredentials => "The e-mail address or the password is wrong",
            Self::TooSoon { .. } => "Too many wrong passwords",
            Self::Banned => "The account is banned",
            Self::LastAdministrator => "The last administrator cannot be removed",
            Self::UnknownUser => "There is no such account",
            Self::UnknownSession => "You have no such session",
            Self::SessionEnded => "The session has ended; sign in again",
            Self::KeyReused => "The idempotency key was used for another request",
        })
    }
}
