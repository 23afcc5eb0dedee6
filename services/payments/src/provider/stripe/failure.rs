//! Classification of failed calls: rejected, or effect unknown.

use std::fmt::Write as _;

use store::Unavailable;
use stripe::StripeError;
use stripe_shared::{ApiErrors, ApiErrorsType};

use super::objects::Failure;
use super::reason::reason;

/// The reason why a call failed.
#[derive(Debug)]
pub(super) enum CallError {
    /// Stripe rejects the request; a repeat would be rejected too.
    Rejected(Rejection),
    /// A server error of Stripe: the effect is unknown, and the response with the same key remains
    /// the same.
    ServerError(Unavailable),
    /// The effect is unknown.
    Unknown(Unavailable),
}

/// A rejection.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    /// The source of the rejection.
    pub(super) by: RejectedBy,
    /// The reason, in a form that payers may read.
    pub(super) reason: String,
    /// The details for the log.
    pub(super) details: String,
}

/// The source of a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RejectedBy {
    /// The card's bank.
    Bank,
    /// Stripe: the request is wrong, or the state does not permit it.
    Stripe,
}

impl CallError {
    /// Converts the failure for callers that treat all failures alike.
    pub(super) fn into_unavailable(self, operation: &str) -> Unavailable {
        match self {
            Self::Rejected(Rejection { details, .. }) => {
                Unavailable::new(format!("{operation}: Stripe responded {details}"))
            }
            Self::ServerError(unavailable) | Self::Unknown(unavailable) => unavailable,
        }
    }

    /// Classifies an error. Only a wrong request or a bank's decline is a rejection; server errors,
    /// rate limits, a rejected API key, or a key in use by another request leave the effect open.
    pub(super) fn of(operation: &str, error: StripeError) -> Self {
        let because = |why: &str| Unavailable::new(format!("{operation}: {why}"));
        let unknown = |why: &str| Self::Unknown(because(why));
        match error {
            StripeError::Stripe(error, status) => {
                let details = details(&error, status);
                let by = match (status, &error.type_) {
                    (400 | 402, ApiErrorsType::CardError) => RejectedBy::Bank,
                    (400 | 402, ApiErrorsType::InvalidRequestError) => RejectedBy::Stripe,
                    (500.., _) => {
                        return Self::ServerError(because(&format!("Stripe responded {details}")));
                    }
                    (_, _) => return unknown(&format!("Stripe responded {details}")),
                };
                let reason = reason(&Failure::from(&*error));
                Self::Rejected(Rejection { by, reason, details })
            }
            StripeError::JSONDeserialize(_) => unknown("Stripe's response cannot be parsed"),
            StripeError::ClientError(why) => unknown(&format!("Stripe cannot be reached: {why}")),
            StripeError::ConfigError(why) => unknown(&format!("Stripe's client failed: {why}")),
            StripeError::Timeout => unknown("Stripe did not respond in time"),
        }
    }
}

/// A description of an error for the log: without its message, which repeats the request, and
/// without objects.
pub(super) fn details(error: &ApiErrors, status: u16) -> String {
    let mut details = format!("{status} {}", error.type_.as_str());
    let code = error.code.as_ref().map(stripe_shared::ApiErrorsCode::as_str);
    for (name, value) in [("code", code), ("param", error.param.as_deref())] {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(details, " {name}={value}");
        }
    }
    details
}
