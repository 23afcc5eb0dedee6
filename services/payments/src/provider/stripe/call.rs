//! One call to Stripe: idempotency key, metrics, and whether a failure is a rejection or unknown.

use std::future::Future;

use store::Unavailable;
use stripe::{IdempotencyKey, RequestStrategy, StripeError};
use stripe_shared::{ApiErrors, ApiErrorsType};
use tokio::time::Instant;

use super::objects::Failure;

/// The reasons that a payer may read, about which the payer can do something. Any other is reported
/// as a decline only: Stripe requires not to reveal that a card is reported as lost or stolen, or
/// that a payment is suspected of fraud ("decline codes").
const SHOWN: &[&str] = &[
    "authentication_required",
    "card_not_supported",
    "card_velocity_exceeded",
    "currency_not_supported",
    "expired_card",
    "incorrect_cvc",
    "incorrect_number",
    "incorrect_zip",
    "insufficient_funds",
    "invalid_cvc",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "invalid_number",
    "issuer_not_available",
    "processing_error",
    "try_again_later",
];

const NOT_AUTHENTICATED: &str = "payment_intent_authentication_failure";

#[derive(Debug)]
pub(super) enum CallError {
    /// Stripe rejects the request; a repeat would be rejected too.
    Rejected(Rejection),
    /// A server error: the effect is unknown, and the response with the same key remains the same.
    ServerError(Unavailable),
    /// The effect is unknown.
    Unknown(Unavailable),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    /// Whether the card's bank rejected it; else the request or the state does not permit it.
    pub(super) is_by_bank: bool,
    /// The reason, in a form that payers may read.
    pub(super) reason: String,
    /// The details for the log.
    pub(super) details: String,
}

pub(super) async fn call<T>(
    operation: &'static str,
    request: impl Future<Output = Result<T, StripeError>>,
) -> Result<T, CallError> {
    let started = Instant::now();
    let result = request.await.map_err(|error| CallError::of(operation, error));
    let outcome = match &result {
        Ok(_) => "done",
        Err(CallError::Rejected(_)) => "refused",
        Err(CallError::ServerError(_) | CallError::Unknown(_)) => "unknown",
    };
    metrics::histogram!("provider_request_seconds", "operation" => operation, "outcome" => outcome)
        .record(started.elapsed().as_secs_f64());
    result
}

/// Makes a call that only reads: a rejection is a failure as any other.
pub(super) async fn read<T>(
    operation: &'static str,
    request: impl Future<Output = Result<T, StripeError>>,
) -> Result<T, Unavailable> {
    call(operation, request).await.map_err(|error| error.into_unavailable(operation))
}

/// The request strategy with an idempotency key: a repeat returns the first response.
pub(super) fn under(key: &str) -> Result<RequestStrategy, Unavailable> {
    let key = IdempotencyKey::new(key);
    let key = key.map_err(|error| Unavailable::caused_by("cannot call Stripe", error))?;
    Ok(RequestStrategy::Idempotent(key))
}

impl CallError {
    pub(super) fn rejection(self) -> Result<Rejection, Unavailable> {
        match self {
            Self::Rejected(rejection) => Ok(rejection),
            Self::ServerError(unavailable) | Self::Unknown(unavailable) => Err(unavailable),
        }
    }

    pub(super) fn into_unavailable(self, operation: &str) -> Unavailable {
        let responded = |Rejection { details, .. }| {
            Unavailable::new(format!("{operation}: Stripe responded {details}"))
        };
        self.rejection().map_or_else(|unavailable| unavailable, responded)
    }

    /// Classifies an error. Only a wrong request or a bank's decline is a rejection; server errors,
    /// rate limits, a rejected API key, or a key in use by another request leave the effect open.
    pub(super) fn of(operation: &str, error: StripeError) -> Self {
        let because = |why: &str| Unavailable::new(format!("{operation}: {why}"));
        let unknown = |why: &str| Self::Unknown(because(why));
        match error {
            StripeError::Stripe(error, status) => {
                let details = details(&error, status);
                let is_by_bank = match (status, &error.type_) {
                    (400 | 402, ApiErrorsType::CardError) => true,
                    (400 | 402, ApiErrorsType::InvalidRequestError) => false,
                    (500.., _) => {
                        return Self::ServerError(because(&format!("Stripe responded {details}")));
                    }
                    (_, _) => return unknown(&format!("Stripe responded {details}")),
                };
                let reason = reason(&Failure::from(&*error));
                Self::Rejected(Rejection { is_by_bank, reason, details })
            }
            StripeError::JSONDeserialize(_) => unknown("Stripe's response cannot be parsed"),
            StripeError::ClientError(why) => unknown(&format!("Stripe cannot be reached: {why}")),
            StripeError::ConfigError(why) => unknown(&format!("Stripe's client failed: {why}")),
            StripeError::Timeout => unknown("Stripe did not respond in time"),
        }
    }
}

/// An error for the log: without its message, which repeats the request, and without objects.
fn details(error: &ApiErrors, status: u16) -> String {
    let kind = error.type_.as_str();
    let code = error.code.as_ref().map(|code| format!(" code={}", code.as_str()));
    let param = error.param.as_ref().map(|param| format!(" param={param}"));
    format!("{status} {kind}{}{}", code.unwrap_or_default(), param.unwrap_or_default())
}

/// The reason for a failed payment, from its error, in a form that payers may read.
pub(super) fn reason(error: &Failure) -> String {
    let code = error.code.as_deref();
    if code == Some(NOT_AUTHENTICATED) {
        return "authentication_failed".to_owned();
    }
    if error.kind == "card_error" {
        let words = [error.decline_code.as_deref(), code].into_iter().flatten();
        let shown = words.into_iter().find(|word| SHOWN.contains(word));
        return shown.unwrap_or("card_declined").to_owned();
    }
    code.unwrap_or("invalid_request").to_owned()
}
