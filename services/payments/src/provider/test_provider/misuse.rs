//! Refusals of the test provider: bugs of its caller.

use std::fmt;

/// A refusal of the ledger; the caller has a bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misuse {
    OtherParameters,
    NotHeld,
    Captured,
    Voided,
}

impl store::Refusal for Misuse {}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherParameters => "the key was used with other parameters",
            Self::NotHeld => "no amount is authorised",
            Self::Captured => "the amount is captured",
            Self::Voided => "the amount is released",
        })
    }
}
