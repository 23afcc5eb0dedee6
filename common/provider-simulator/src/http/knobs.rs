//! The knobs, `/_simulator/…`: what a test or a person does to the provider.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, delete, post, put};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::desk::{Desk, Webhook};
use super::strict;
use crate::faults::Fault;
use crate::knobs::NotWaiting;
use crate::webhooks::{WebhookFault, WebhookOrder};
use crate::world::Outcome;

/// `{"outcome": "succeeded"}`
#[derive(Debug, Serialize, Deserialize)]
struct Ending {
    outcome: Outcome,
}

/// `{"order": "reversed"}`
#[derive(Debug, Serialize, Deserialize)]
struct Ordering {
    order: WebhookOrder,
}

/// Registers the knobs.
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

async fn plan_fault(desk: Data<Desk>, body: Bytes) -> HttpResponse {
    turn(&body, |fault: Fault| desk.with(|provider, _| provider.plan(fault)))
}

async fn plan_webhook_fault(desk: Data<Desk>, body: Bytes) -> HttpResponse {
    turn(&body, |fault: WebhookFault| desk.with(|provider, _| provider.plan_webhook(fault)))
}

async fn clear_faults(desk: Data<Desk>) -> HttpResponse {
    desk.with(|provider, _| provider.clear_faults());
    HttpResponse::NoContent().finish()
}

async fn set_webhook_order(desk: Data<Desk>, body: Bytes) -> HttpResponse {
    turn(&body, |given: Ordering| {
        desk.with(|provider, _| provider.set_webhook_order(given.order));
    })
}

async fn set_webhook(desk: Data<Desk>, body: Bytes) -> HttpResponse {
    turn(&body, |webhook: Webhook| {
        *desk.webhook.lock() = Some(webhook);
        desk.changed.notify_one();
    })
}

async fn forget_webhook(desk: Data<Desk>) -> HttpResponse {
    *desk.webhook.lock() = None;
    HttpResponse::NoContent().finish()
}

async fn resend(desk: Data<Desk>, id: Path<String>) -> HttpResponse {
    ended(desk.with(|provider, now| provider.resend(&id, now)))
}

async fn finish_processing(desk: Data<Desk>, id: Path<String>, body: Bytes) -> HttpResponse {
    match strict::read::<Ending>(&body) {
        Ok(Ending { outcome }) => {
            ended(desk.with(|provider, now| provider.finish_processing(&id, outcome, now)))
        }
        Err(misread) => misread.answer(),
    }
}

async fn finish_refund(desk: Data<Desk>, id: Path<String>, body: Bytes) -> HttpResponse {
    match strict::read::<Ending>(&body) {
        Ok(Ending { outcome }) => {
            ended(desk.with(|provider, now| provider.finish_refund(&id, outcome, now)))
        }
        Err(misread) => misread.answer(),
    }
}

async fn reset(desk: Data<Desk>) -> HttpResponse {
    desk.with(|provider, _| provider.reset());
    HttpResponse::NoContent().finish()
}

fn turn<T>(body: &[u8], knob: impl FnOnce(T)) -> HttpResponse
where
    T: Serialize + serde::de::DeserializeOwned,
{
    match strict::read(body) {
        Ok(given) => {
            knob(given);
            HttpResponse::NoContent().finish()
        }
        Err(misread) => misread.answer(),
    }
}

/// 204, or 409 where nothing was waiting for it.
fn ended(done: Result<(), NotWaiting>) -> HttpResponse {
    match done {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => HttpResponse::Conflict().json(json!({ "error": error.to_string() })),
    }
}
