//! Reports beside the API, `/_simulator/…`.

use actix_web::HttpResponse;
use actix_web::web::{Data, ServiceConfig, get};
use serde_json::json;

use super::app_state::AppState;

/// Registers the routes.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/_simulator/ledger", get().to(ledger))
        .route("/_simulator/events", get().to(events))
        .route("/_simulator/faults", get().to(faults));
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
        json!({ "faults": provider.planned(), "webhook_faults": provider.planned_webhooks() })
    });
    HttpResponse::Ok().json(planned)
}
