//! A failed call, as a "no" or as something that nobody knows.

use std::fmt::Write as _;

use store::Unavailable;
use stripe::StripeError;
use stripe_shared::{ApiErrors, ApiErrorsType};

use super::reason::reason;

/// Why a call did not do what was asked.
#[derive(Debug)]
pub(super) enum NotDone {
    /// Stripe says no to what was asked; it would say so again.
    Refused(No),
    /// Stripe has trouble of its own; it is not known whether it was done, and under the same key the answer stays the same.
    Trouble(Unavailable),
    /// It is not known whether it was done.
    Unknown(Unavailable),
}

/// A "no".
#[derive(Debug, PartialEq, Eq)]
pub(super) struct No {
    /// Whether it is the card's bank that says it.
    pub(super) by: By,
    /// The word for why, as payers may read it.
    pub(super) reason: String,
    /// For the log.
    pub(super) said: String,
}

/// Who says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The card's bank.
    Bank,
    /// Stripe: the request is wrong, or comes at the wrong time.
    Stripe,
}

impl NotDone {
    /// The failure of something that is found out in the same way whatever it failed of.
    pub(super) fn into_unavailable(self, operation: &str) -> Unavailable {
        match self {
            Self::Refused(No { said, .. }) => {
                Unavailable::new(format!("{operation}: Stripe answered {said}"))
            }
            Self::Trouble(unavailable) | Self::Unknown(unavailable) => unavailable,
        }
    }

    /// What a failure means. Only what says that the request itself is wrong, or that the bank says no, is a "no"; trouble of
    /// Stripe's, too many requests, a key that is not accepted, or one in use by another request leave it open.
    pub(super) fn of(operation: &str, error: StripeError) -> Self {
        let because = |why: &str| Unavailable::new(format!("{operation}: {why}"));
        let unknown = |why: &str| Self::Unknown(because(why));
        match error {
            StripeError::Stripe(error, status) => {
                let said = said(&error, status);
                let by = match (status, &error.type_) {
                    (400 | 402, ApiErrorsType::CardError) => By::Bank,
                    (400 | 402, ApiErrorsType::InvalidRequestError) => By::Stripe,
                    (500.., _) => {
                        return Self::Trouble(because(&format!("Stripe answered {said}")));
                    }
                    (_, _) => return unknown(&format!("Stripe answered {said}")),
                };
                Self::Refused(No { by, reason: reason(&error), said })
            }
            StripeError::JSONDeserialize(_) => unknown("Stripe's answer cannot be read"),
            StripeError::ClientError(why) => unknown(&format!("Stripe cannot be reached: {why}")),
            StripeError::ConfigError(why) => unknown(&format!("Stripe's client says {why}")),
            StripeError::Timeout => unknown("Stripe did not answer in time"),
        }
    }
}

/// What can be said of an error in a log: not its message, which repeats what was sent, nor the objects that come with it.
pub(super) fn said(error: &ApiErrors, status: u16) -> String {
    let mut said = format!("{status} {}", error.type_.as_str());
    let code = error.code.as_ref().map(stripe_shared::ApiErrorsCode::as_str);
    for (name, value) in [("code", code), ("param", error.param.as_deref())] {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(said, " {name}={value}");
        }
    }
    said
}
