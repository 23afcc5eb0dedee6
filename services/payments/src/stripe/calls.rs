//! One call to Stripe: idempotency key, metrics, failure.

use std::future::Future;

use store::Unavailable;
use stripe::{IdempotencyKey, RequestStrategy, StripeError};
use tokio::time::Instant;

use super::failure::NotDone;

/// Makes a call and records its duration.
///
/// # Errors
/// [`NotDone`]
pub(super) async fn call<T>(
    operation: &'static str,
    asking: impl Future<Output = Result<T, StripeError>>,
) -> Result<T, NotDone> {
    let started = Instant::now();
    let answered = asking.await.map_err(|error| NotDone::of(operation, error));
    let outcome = match &answered {
        Ok(_) => "done",
        Err(NotDone::Refused(_)) => "refused",
        Err(NotDone::Trouble(_) | NotDone::Unknown(_)) => "unknown",
    };
    metrics::histogram!("provider_request_seconds", "operation" => operation, "outcome" => outcome)
        .record(started.elapsed().as_secs_f64());
    answered
}

/// The request strategy with an idempotency key: a repeat returns the first response.
///
/// # Errors
/// [`Unavailable`] if the text is not a key, which is a bug.
pub(super) fn under(key: &str) -> Result<RequestStrategy, Unavailable> {
    let key = IdempotencyKey::new(key);
    let key = key.map_err(|error| Unavailable::caused_by("cannot ask Stripe", error))?;
    Ok(RequestStrategy::Idempotent(key))
}
