//! Why auth says no.

use std::fmt;

/// A typed "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The e-mail address has an account.
    EmailTaken,
    /// The address or the password is wrong; nobody learns which.
    BadCredentials,
    /// The account is banned.
    Banned,
    /// There is no such account.
    UnknownUser,
    /// The idempotency key came with another request.
    KeyReused,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmailTaken => "The e-mail address has an account already",
            Self::BadCredentials => "The e-mail address or the password is wrong",
            Self::Banned => "The account is banned",
            Self::UnknownUser => "There is no such account",
            Self::KeyReused => "The idempotency key was used for another request",
        })
    }
}
