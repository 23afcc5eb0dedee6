//! The control API, `/_simulator/…`, with which tests change the provider's behaviour.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, delete, post, put};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::app_state::{AppState, Webhook};
use super::json_body;
use crate::controls::control::WrongState;
use crate::controls::faults::Fault;
use crate::events::webhooks::{WebhookFault, WebhookOrder};
use crate::state::account::Outcome;

/// `{"outcome": "succeeded"}`
#[derive(Debug, Serialize, Deserialize)]
struct OutcomeBody {
    outcome: Outcome,
}

/// `{"order": "reversed"}`
#[derive(Debug, Serialize, Deserialize)]
struct OrderBody {
    order: WebhookOrder,
}

/// Registers the routes.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/_simulator/faults", post().to(plan_fault))
        .route("/_simulator/faults", delete().to(clear_faults))
        .route("/_simulator/webhook-faults", post().to(plan_webhook_fault))
        .route("/_simulator/webhook-order", put().to(set_webhook_order))
        .route("/_simulator/webhook", put().to(set_webhook))
        .route("/_simulator/webhook", delete().to(forget_webhook))
        .route("/_simulator/events/{id}/resend", post().to(resend))
        .route("/_simulator/processing/{id}", post().to(finish_processing))
        .route("/_simulator/refunds/{id}", post().to(finish_refund))
        .route("/_simulator/reset", post().to(reset));
}

async fn plan_fault(app: Data<AppState>, body: Bytes) -> HttpResponse {
    control(&body, |fault: Fault| app.with(|provider, _| provider.plan(fault)))
}

async fn plan_webhook_fault(app: Data<AppState>, body: Bytes) -> HttpResponse {
    control(&body, |fault: WebhookFault| app.with(|provider, _| provider.plan_webhook(fault)))
}

async fn clear_faults(app: Data<AppState>) -> HttpResponse {
    app.with(|provider, _| provider.clear_faults());
    HttpResponse::NoContent().finish()
}

async fn set_webhook_order(app: Data<AppState>, body: Bytes) -> HttpResponse {
    control(&body, |given: OrderBody| {
        app.with(|provider, _| provider.set_webhook_order(given.order));
    })
}

async fn set_webhook(app: Data<AppState>, body: Bytes) -> HttpResponse {
    control(&body, |webhook: Webhook| {
        *app.webhook.lock() = Some(webhook);
        app.changed.notify_one();
    })
}

async fn forget_webhook(app: Data<AppState>) -> HttpResponse {
    *app.webhook.lock() = None;
    HttpResponse::NoContent().finish()
}

async fn resend(app: Data<AppState>, id: Path<String>) -> HttpResponse {
    outcome_of(app.with(|provider, now| provider.resend(&id, now)))
}

async fn finish_processing(app: Data<AppState>, id: Path<String>, body: Bytes) -> HttpResponse {
    match json_body::read::<OutcomeBody>(&body) {
        Ok(OutcomeBody { outcome }) => {
            outcome_of(app.with(|provider, now| provider.finish_processing(&id, outcome, now)))
        }
        Err(invalid) => invalid.response(),
    }
}

async fn finish_refund(app: Data<AppState>, id: Path<String>, body: Bytes) -> HttpResponse {
    match json_body::read::<OutcomeBody>(&body) {
        Ok(OutcomeBody { outcome }) => {
            outcome_of(app.with(|provider, now| provider.finish_refund(&id, outcome, now)))
        }
        Err(invalid) => invalid.response(),
    }
}

async fn reset(app: Data<AppState>) -> HttpResponse {
    app.with(|provider, _| provider.reset());
    HttpResponse::NoContent().finish()
}

fn control<T>(body: &[u8], apply: impl FnOnce(T)) -> HttpResponse
where
    T: Serialize + serde::de::DeserializeOwned,
{
    match json_body::read(body) {
        Ok(given) => {
            apply(given);
            HttpResponse::NoContent().finish()
        }
        Err(invalid) => invalid.response(),
    }
}

/// 204, or 409 if the object is in another state.
fn outcome_of(done: Result<(), WrongState>) -> HttpResponse {
    match done {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => HttpResponse::Conflict().json(json!({ "error": error.to_string() })),
    }
}
