//! The provider's dashboard, `/_simulator/dashboard/…`, and the bank's side of disputes: what happens without a request of the
//! client's.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, post};
use contract::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::desk::Desk;
use super::strict;
use crate::knobs::NotWaiting;
use crate::provider::Provider;
use crate::world::Outcome;

/// `{"amount": 500}`, in Stripe's minor units; all there is without one.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Part {
    #[serde(default)]
    amount: Option<i64>,
}

/// `{"outcome": "succeeded"}`
#[derive(Debug, Serialize, Deserialize)]
struct Ending {
    outcome: Outcome,
}

/// Registers the dashboard.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/_simulator/dashboard/{intent}/{action}", post().to(operate))
        .route("/_simulator/disputes/{dispute}", post().to(close_dispute));
}

async fn operate(desk: Data<Desk>, path: Path<(String, String)>, body: Bytes) -> HttpResponse {
    let (intent, action) = path.into_inner();
    let part = if body.is_empty() { Ok(Part::default()) } else { strict::read::<Part>(&body) };
    let amount = match part {
        Ok(Part { amount }) => amount,
        Err(misread) => return misread.answer(),
    };
    let done = desk.with(|provider, now| act(provider, &action, (&intent, amount), now));
    match done {
        None => HttpResponse::NotFound().finish(),
        Some(Ok(id)) => HttpResponse::Ok().json(json!({ "id": id })),
        Some(Err(error)) => HttpResponse::Conflict().json(json!({ "error": error.to_string() })),
    }
}

/// Returns the id of the created or changed object; `None` for an unknown action.
fn act(
    provider: &mut Provider,
    action: &str,
    (intent, amount): (&str, Option<i64>),
    now: Timestamp,
) -> Option<Result<String, NotWaiting>> {
    let same = |()| intent.to_owned();
    Some(match action {
        "capture" => provider.capture_in_dashboard(intent, amount, now).map(same),
        "cancel" => provider.cancel_in_dashboard(intent, now).map(same),
        "refund" => provider.refund_in_dashboard(intent, amount, now),
        "dispute" => provider.open_dispute(intent, amount, now),
        _ => return None,
    })
}

async fn close_dispute(desk: Data<Desk>, id: Path<String>, body: Bytes) -> HttpResponse {
    let outcome = match strict::read::<Ending>(&body) {
        Ok(Ending { outcome }) => outcome,
        Err(misread) => return misread.answer(),
    };
    match desk.with(|provider, now| provider.close_dispute(&id, outcome, now)) {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => HttpResponse::Conflict().json(json!({ "error": error.to_string() })),
    }
}
