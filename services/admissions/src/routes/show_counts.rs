//! GET /api/check-ins/counts

use actix_web::get;
use actix_web::web::Data;
use contract::{ShowId, TicketId};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{Problem, QueryString, Response};

use super::door::door;
use crate::Ports;
use crate::domain::{COUNTERS_MAX, Counter, Counts, Event};
use crate::doorkeeper::Doorkeeper;

web::params! {
    /// The door.
    pub(crate) struct ShowCountsParams {
        /// The ticket of the door; of a gate, its own event by default.
        pub(crate) ticket_id: TicketId,
        /// The show of the door; instead of `ticketId`.
        pub(crate) show_id: ShowId,
    }
}

/// Numbers of admissions of an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdmissionCountsView {
    /// All admissions.
    issued: i64,
    /// Those whose holder has entered.
    used: i64,
    /// Those that are void.
    void: i64,
}

/// Counts the admissions of an event: for its seller, and for a gate of its door.
#[utoipa::path(
    params(ShowCountsParams),
    responses(
        (status = 200, description = "The numbers", body = AdmissionCountsView),
        (status = 401, description = "Not signed in, or `gate_ended`"),
        (status = 403, description = "The ticket or the show of another seller, or another door than that of the gate"),
        (status = 404, description = "No such ticket or show"),
    ),
    security(("session" = []), ("gateKey" = [])),
)]
#[get("/api/check-ins/counts")]
pub(crate) async fn show_counts(
    ports: Data<Ports>,
    doorkeeper: Doorkeeper,
    params: QueryString<ShowCountsParams>,
) -> Result<Response, Problem> {
    let ShowCountsParams { ticket_id, show_id } = params.0;
    let door = door(&ports, doorkeeper, (ticket_id, show_id)).await?;
    let events: Vec<String> = match door.event {
        Event::Show(id) => vec![id.to_string()],
        Event::Tickets(ids) => ids.iter().map(ToString::to_string).collect(),
    };
    let mut sum = Counts::default();
    for event in events {
        let counters = Query::on("by_event").equals(event).limit(COUNTERS_MAX);
        let counters: Vec<Counter> = ports.store.query(counters).await?;
        sum = counters.into_iter().fold(sum, |sum, counter| sum.plus(counter.counts));
    }
    let Counts { issued, used, void } = sum;
    Ok(Response::ok(&AdmissionCountsView { issued, used, void }))
}
