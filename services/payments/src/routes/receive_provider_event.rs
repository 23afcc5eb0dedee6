//! POST /api/payments/webhook

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use serde::Serialize;
use store::{Failure, Stop};
use utoipa::ToSchema;
use web::{Code, Problem, RawBody, Response};

use crate::Ports;
use crate::code;
use crate::domain::{ProviderEvent, Refusal};
use crate::provider::stripe::read_event;

/// Maximum size of an event: an intent or a charge with full metadata has about 60,000 bytes.
const EVENT_BYTES_MAX: usize = 256 * 1024;

/// Acknowledgement of an event.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceivedView {
    /// Always true.
    received: bool,
}

/// Receives an event of the payment provider.
///
/// The event is stored once by its id and acknowledged at once; it is processed afterwards. The
/// signature authenticates the provider; no session is required.
#[utoipa::path(
    params(("Stripe-Signature" = String, Header, description = "`t=…,v1=…`: HMAC-SHA256 of the timestamp, a full stop and the raw body")),
    request_body(content = Object, content_type = "application/json", description = "A Stripe event"),
    responses(
        (status = 200, description = "The event is stored, or was already stored", body = ReceivedView),
        (status = 400, description = "`bad_signature`, or the body is not an event"),
        (status = 413, description = "The body is too large"),
    ),
)]
#[post("/api/payments/webhook")]
pub(crate) async fn receive_provider_event(
    ports: Data<Ports>,
    request: HttpRequest,
    body: RawBody<EVENT_BYTES_MAX>,
) -> Result<Response, Problem> {
    let RawBody(body) = body;
    let now = ports.clock.now();
    let header = request.headers().get("Stripe-Signature");
    let header = header.and_then(|value| value.to_str().ok());
    if let Err(bad) = ports.webhook_secrets.check(header, &body, now) {
        count(bad.word());
        tracing::info!(why = bad.word(), "an event is refused");
        return Err(Problem::new(code::BAD_SIGNATURE).detail(bad.to_string()));
    }
    let event = read_event(&body, now).map_err(|not_an_event| {
        count("unreadable");
        tracing::error!("an event is signed by the provider and cannot be read");
        Problem::new(Code::INVALID_REQUEST).detail(not_an_event.to_string())
    })?;
    let keeping = ports.store.transact(move |tx| {
        if tx.get::<ProviderEvent>(&event.id)?.is_some() {
            return Ok("duplicate");
        }
        tx.insert(event.clone());
        Ok::<_, Stop<Refusal>>("kept")
    });
    let outcome = keeping.await.map_err(|failure: Failure<Refusal>| Problem::from(failure))?;
    count(outcome);
    ports.events.notify_one();
    Ok(Response::ok(&ReceivedView { received: true }))
}

fn count(outcome: &'static str) {
    metrics::counter!("provider_webhooks_total", "outcome" => outcome).increment(1);
}
