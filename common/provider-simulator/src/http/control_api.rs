//! The control API, `/_simulator/…`: reports, changes of the provider's behaviour by tests, and
//! actions of an operator and of a bank, which no request of the client causes.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, delete, get, post, put};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::app_state::{AppState, Webhook};
use super::refused::{Refused, parse};
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

/// `{"amount": 500}`, in Stripe's minor units; the full amount if missing.
#[derive(Debug, Default, Serialize, Deserialize)]
struct AmountBody {
    #[serde(default)]
    amount: Option<i64>,
}

/// Registers the routes.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/_simulator/ledger", get().to(ledger))
        .route("/_simulator/events", get().to(events))
        .route("/_simulator/faults", get().to(faults))
        .route("/_simulator/faults", post().to(plan_fault))
        .route("/_simulator/faults", delete().to(clear_faults))
        .route("/_simulator/webhook-faults", post().to(plan_webhook_fault))
        .route("/_simulator/webhook-order", put().to(set_webhook_order))
        .route("/_simulator/webhook", put().to(set_webhook))
        .route("/_simulator/webhook", delete().to(forget_webhook))
        .route("/_simulator/events/{id}/resend", post().to(resend))
        .route("/_simulator/processing/{id}", post().to(finish_processing))
        .route("/_simulator/refunds/{id}", post().to(finish_refund))
        .route("/_simulator/dashboard/{intent}/{action}", post().to(operate))
        .route("/_simulator/disputes/{dispute}", post().to(close_dispute))
        .route("/_simulator/reset", post().to(reset));
}

/// The ledger.
async fn ledger(app: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok().json(app.with(|provider, _| provider.ledger().clone()))
}

/// All events, and the number of deliveries that are waiting or in progress.
async fn events(app: Data<AppState>) -> HttpResponse {
    let (events, outstanding) =
        app.with(|provider, _| (provider.events(), provider.outstanding_deliveries()));
    HttpResponse::Ok().json(json!({ "outstanding": outstanding, "events": events }))
}

/// The planned faults.
async fn faults(app: Data<AppState>) -> HttpResponse {
    let planned = app.with(|provider, _| {
        json!({ "faults": provider.faults, "webhook_faults": provider.planned_webhooks() })
    });
    HttpResponse::Ok().json(planned)
}

async fn plan_fault(app: Data<AppState>, body: Bytes) -> Result<HttpResponse, Refused> {
    let fault: Fault = parse(&body)?;
    app.with(|provider, _| provider.plan(fault));
    Ok(done())
}

async fn plan_webhook_fault(app: Data<AppState>, body: Bytes) -> Result<HttpResponse, Refused> {
    let fault: WebhookFault = parse(&body)?;
    app.with(|provider, _| provider.plan_webhook(fault));
    Ok(done())
}

async fn clear_faults(app: Data<AppState>) -> HttpResponse {
    app.with(|provider, _| provider.clear_faults());
    done()
}

async fn set_webhook_order(app: Data<AppState>, body: Bytes) -> Result<HttpResponse, Refused> {
    let OrderBody { order } = parse(&body)?;
    app.with(|provider, _| provider.set_webhook_order(order));
    Ok(done())
}

async fn set_webhook(app: Data<AppState>, body: Bytes) -> Result<HttpResponse, Refused> {
    let webhook: Webhook = parse(&body)?;
    app.set_webhook(Some(webhook));
    Ok(done())
}

async fn forget_webhook(app: Data<AppState>) -> HttpResponse {
    app.set_webhook(None);
    done()
}

async fn resend(app: Data<AppState>, id: Path<String>) -> Result<HttpResponse, Refused> {
    app.with(|provider, now| provider.resend(&id, now))?;
    Ok(done())
}

async fn finish_processing(
    app: Data<AppState>,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Refused> {
    let OutcomeBody { outcome } = parse(&body)?;
    app.with(|provider, now| provider.finish_processing(&id, outcome, now))?;
    Ok(done())
}

async fn finish_refund(
    app: Data<AppState>,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Refused> {
    let OutcomeBody { outcome } = parse(&body)?;
    app.with(|provider, now| provider.finish_refund(&id, outcome, now))?;
    Ok(done())
}

/// Returns the id of the created or changed object; 404 for an unknown action.
async fn operate(
    app: Data<AppState>,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Refused> {
    let (intent, action) = path.into_inner();
    let AmountBody { amount } = if body.is_empty() { AmountBody::default() } else { parse(&body)? };
    let id = app.with(|provider, now| {
        Ok::<_, Refused>(Some(match action.as_str() {
            "capture" => {
                provider.capture_in_dashboard(&intent, amount, now)?;
                intent
            }
            "cancel" => {
                provider.cancel_in_dashboard(&intent, now)?;
                intent
            }
            "refund" => provider.refund_in_dashboard(&intent, amount, now)?,
            "dispute" => provider.open_dispute(&intent, amount, now)?,
            _ => return Ok(None),
        }))
    })?;
    Ok(match id {
        Some(id) => HttpResponse::Ok().json(json!({ "id": id })),
        None => HttpResponse::NotFound().finish(),
    })
}

async fn close_dispute(
    app: Data<AppState>,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Refused> {
    let OutcomeBody { outcome } = parse(&body)?;
    app.with(|provider, now| provider.close_dispute(&id, outcome, now))?;
    Ok(done())
}

async fn reset(app: Data<AppState>) -> HttpResponse {
    app.with(|provider, _| provider.reset());
    done()
}

/// 204.
fn done() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
