//! GET /api/check-ins/conflicts

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{AdmissionId, GateId, ShowId, TicketId, Timestamp};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{Cursor, Page, PageSize, Problem, QueryString, Response, SignedIn};

use super::door::door;
use crate::Ports;
use crate::domain::{Admission, CheckIn, CheckInResult, Event};
use crate::doorkeeper::Doorkeeper;

web::params! {
    /// Page of the list.
    pub(crate) struct ListConflictsParams {
        /// The ticket.
        pub(crate) ticket_id: TicketId,
        /// The show; instead of `ticketId`.
        pub(crate) show_id: ShowId,
        /// Conflicts on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// An entry that does not count: a door without a network admitted the person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConflictView {
    /// Why it does not count.
    result: CheckInResult,
    /// When the code was scanned.
    at: Timestamp,
    /// The gate; none for a scan by the seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    gate_id: Option<GateId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admission_id: Option<AdmissionId>,
    /// The title of the ticket, its category at a show, if the admission is of this event.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Number of the unit among those of the ticket in the order, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<u32>,
    /// Units of the ticket in the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<u32>,
}

/// Lists the entries of an event that do not count, newest first: for its seller.
#[utoipa::path(
    params(ListConflictsParams),
    responses(
        (status = 200, description = "A page of conflicts", body = [ConflictView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 403, description = "The ticket or the show of another seller"),
        (status = 404, description = "No such ticket or show"),
    ),
    security(("session" = [])),
)]
#[get("/api/check-ins/conflicts")]
pub(crate) async fn list_conflicts(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ListConflictsParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListConflictsParams { ticket_id, show_id, limit, cursor } = params.0;
    let door = door(&ports, Doorkeeper::Seller(who.user), (ticket_id, show_id)).await?;
    let query = match &door.event {
        Event::Show(id) => Query::on("conflicts_by_show").equals(*id),
        Event::Tickets(ids) => {
            Query::on("conflicts_by_ticket").equals(ids.first().map(ToString::to_string))
        }
    };
    let page = (limit, cursor);
    let page = Page::<CheckIn>::read(&ports.store, &request, query.descending(), page).await?;
    let ids = page.entries.iter().filter_map(|entry| entry.admission_id);
    let admissions = ports.store.find_all::<Admission>(ids).await?;
    let of_event = |id: Option<AdmissionId>| {
        let mut own = admissions.iter().flatten().filter(|it| door.event.has(&it.state));
        own.find(|admission| Some(admission.state.id) == id)
    };
    Ok(page.shown(|entry| ConflictView::of(entry, of_event(entry.admission_id))))
}

impl ConflictView {
    fn of(entry: &CheckIn, admission: Option<&Admission>) -> Self {
        // An admitted scan is a conflict once an earlier one counts.
        let result = match entry.result {
            CheckInResult::Admitted => CheckInResult::AlreadyUsed,
            result => result,
        };
        let (unit, units) = admission.map(|it| (it.state.unit, it.state.units)).unzip();
        Self {
            result,
            at: entry.scanned_at,
            gate_id: entry.gate,
            admission_id: entry.admission_id,
            title: admission.map(|admission| admission.terms.title.clone()),
            unit,
            units,
        }
    }
}
