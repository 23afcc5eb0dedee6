//! What can be read of the provider beside its API, `/_simulator/…`.

use actix_web::HttpResponse;
use actix_web::web::{Data, ServiceConfig, get};
use serde_json::json;

use super::desk::Desk;

/// Registers what can be read.
pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/_simulator/ledger", get().to(ledger))
        .route("/_simulator/events", get().to(events))
        .route("/_simulator/faults", get().to(faults));
}

/// What happened to whose money.
async fn ledger(desk: Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().json(desk.with(|provider, _| provider.ledger().clone()))
}

/// Everything that happened, and how many deliveries are still to come or under way.
async fn events(desk: Data<Desk>) -> HttpResponse {
    let (events, outstanding) =
        desk.with(|provider, _| (provider.events(), provider.outstanding_deliveries()));
    HttpResponse::Ok().json(json!({ "outstanding": outstanding, "events": events }))
}

/// What is planned to go wrong.
async fn faults(desk: Data<Desk>) -> HttpResponse {
    let planned = desk.with(|provider, _| {
        json!({ "faults": provider.planned(), "webhook_faults": provider.planned_webhooks() })
    });
    HttpResponse::Ok().json(planned)
}
