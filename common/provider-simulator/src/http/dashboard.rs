//! The provider's dashboard, `/_simulator/dashboard/…`, and disputes: actions without a request of
//! the client.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, post};
use contract::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::app_state::AppState;
use super::json_body;
use crate::controls::control::WrongState;
use crate::provider::Provider;
use crate::state::account::Outcome;

/// `{"amount": 500}`, in Stripe's minor units; the full amount if missing.
#[derive(Debug, Default, Serialize, Deserialize)]
struct AmountBody {
    #[serde(default)]
    amount: Option<i64>,
}

/// `{"outcome": "succeeded"}`
#[derive(Debug, Serialize, Deserialize)]
struct OutcomeBody {
    outcome: Outcome,
}

/// Registers the dashboard.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/_simulator/dashboard/{intent}/{action}", post().to(operate))
        .route("/_simulator/disputes/{dispute}", post().to(close_dispute));
}

async fn operate(app: Data<AppState>, path: Path<(String, String)>, body: Bytes) -> HttpResponse {
    let (intent, action) = path.into_inner();
    let part = if body.is_empty() {
        Ok(AmountBody::default())
    } else {
        json_body::read::<AmountBody>(&body)
    };
    let amount = match part {
        Ok(AmountBody { amount }) => amount,
        Err(invalid) => return invalid.response(),
    };
    let done = app.with(|provider, now| act(provider, &action, (&intent, amount), now));
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
) -> Option<Result<String, WrongState>> {
    let same = |()| intent.to_owned();
    Some(match action {
        "capture" => provider.capture_in_dashboard(intent, amount, now).map(same),
        "cancel" => provider.cancel_in_dashboard(intent, now).map(same),
        "refund" => provider.refund_in_dashboard(intent, amount, now),
        "dispute" => provider.open_dispute(intent, amount, now),
        _ => return None,
    })
}

async fn close_dispute(app: Data<AppState>, id: Path<String>, body: Bytes) -> HttpResponse {
    let outcome = match json_body::read::<OutcomeBody>(&body) {
        Ok(OutcomeBody { outcome }) => outcome,
        Err(invalid) => return invalid.response(),
    };
    match app.with(|provider, now| provider.close_dispute(&id, outcome, now)) {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => HttpResponse::Conflict().json(json!({ "error": error.to_string() })),
    }
}
