//! Why auth says no.

use std::fmt;
use std::time::Duration;

/// A typed "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The e-mail address has an account.
    EmailTaken,
    /// The address or the password is wrong; nobody learns which.
    BadCredentials,
    /// The last wrong guess was a moment ago.
    TooSoon {
        /// Time until the next one.
        wait: Duration,
    },
    /// The account is banned.
    Banned,
    /// No administrator who may sign in would be left.
    LastAdministrator,
    /// There is no such account.
    UnknownUser,
    /// There is no such session, or it is somebody else's.
    UnknownSession,
    /// The session cannot go on: it has ended, or there never was one.
    SessionEnded,
    /// The idempotency key came with another request.
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
