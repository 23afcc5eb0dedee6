//! One call to Stripe: idempotency key, metrics, failure.

use std::future::Future;

use store::Unavailable;
use stripe::{IdempotencyKey, RequestStrategy, StripeError};
use tokio::time::Instant;

use super::failure::CallError;

/// Makes a call and records its duration.
///
/// # Errors
/// [`CallError`]
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

/// The request strategy with an idempotency key: a repeat returns the first response.
///
/// # Errors
/// [`Unavailable`] if the text is not a key, which is a bug.
pub(super) fn under(key: &str) -> Result<RequestStrategy, Unavailable> {
    let key = IdempotencyKey::new(key);
    let key = key.map_err(|error| Unavailable::caused_by("cannot call Stripe", error))?;
    Ok(RequestStrategy::Idempotent(key))
}
