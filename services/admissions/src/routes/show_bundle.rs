//! GET /api/gates/{id}/bundle

use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{AdmissionId, GateId, ShowId, TicketId, Timestamp};
use serde::Serialize;
use store::{Position, Query, Store, Unavailable};
use utoipa::ToSchema;
use web::{Code, Cursor, List, PathId, Problem, QueryString, Response};

use super::views::{AdmissionStateView, CodeKeyView};
use crate::Ports;
use crate::code::CLOCK_OFF;
use crate::domain::{Admission, Event, Gate, Issuer, Refusal, Show, Ticket};
use crate::doorkeeper::Doorkeeper;

/// Difference between the clock of a gate and that of the service: a rotating code of a correct
/// device is rejected from about this on, and the earliest of several entries counts.
const CLOCK_OFF_MAX: Duration = Duration::from_secs(30);

/// Admissions in one response, of some 90 bytes each.
const PAGE: usize = 500;

/// Time before `since` from which changes are repeated. A change has the time at which its commit
/// was decided, and becomes visible when the commit ends, later than changes of other replicas with
/// a later time: an operation of the store takes seconds at most, and the clocks of replicas differ
/// by less than a second. A counter of changes for each event would be exact, but every scan and
/// every sale of the event on every replica would change the same document.
const OVERLAP: Duration = Duration::from_mins(2);

web::params! {
    /// Part of the bundle.
    pub(crate) struct ShowBundleParams {
        /// The time by the clock of the gate; required.
        pub(crate) now: Timestamp,
        /// `now` of an earlier bundle: only admissions that changed later, and some before.
        pub(crate) since: Timestamp,
        /// `next` of the part before, with the same `since`.
        pub(crate) cursor: Cursor,
    }
}

/// The knowledge with which a gate checks codes without a network. It contains no secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BundleView {
    /// The time of the service. That of the first part is the `since` of the next bundle.
    now: Timestamp,
    /// The name of the gate.
    name: String,
    /// The show of the door.
    #[serde(skip_serializing_if = "Option::is_none")]
    show_id: Option<ShowId>,
    /// The title of the show.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The tickets of the door.
    ticket_ids: Vec<TicketId>,
    /// Those whose static codes are superseded, since their seller allows codes of devices only.
    device_only: Vec<TicketId>,
    /// The public keys of codes.
    keys: Vec<CodeKeyView>,
    /// Admissions that are used or void, or have another credential than the first. Every other
    /// admission is valid, with credential version 1.
    admissions: Vec<CredentialView>,
    /// The `cursor` of the next part, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The present credential of an admission.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CredentialView {
    id: AdmissionId,
    state: AdmissionStateView,
    credential_version: u16,
}

/// Shows the knowledge with which a gate checks codes without a network.
///
/// For the gate, and for its seller. Parts follow until one has no `next`.
#[utoipa::path(
    params(("id" = GateId, Path, description = "The gate"), ShowBundleParams),
    responses(
        (status = 200, description = "A part of the bundle", body = BundleView),
        (status = 401, description = "Not signed in, or `gate_ended`"),
        (status = 404, description = "No such gate of the signed-in user, or another gate"),
        (status = 409, description = "`clock_off`: the clock of the gate differs by more than 30 s"),
    ),
    security(("session" = []), ("gateKey" = [])),
)]
#[get("/api/gates/{id}/bundle")]
pub(crate) async fn show_bundle(
    ports: Data<Ports>,
    doorkeeper: Doorkeeper,
    id: PathId<GateId>,
    params: QueryString<ShowBundleParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ShowBundleParams { now: gate_now, since, cursor } = params.0;
    let gate = own_gate(&ports.store, &doorkeeper, id.0).await?;
    let now = ports.clock.now();
    check_clock(gate_now, now)?;
    let queries = changes(&gate.event, since);
    let Some(first) = queries.first() else { return Err(Problem::new(Code::INTERNAL)) };
    let list = List::of(&request, first);
    let (admissions, next) = read_page(&ports.store, &queries, list.position(cursor)?).await?;
    let issuer = ports.store.find::<Issuer>(Issuer::ID).await?.unwrap_or_default();
    let (title, tickets) = describe(&ports.store, &gate.event).await?;
    let show_id = match gate.event {
        Event::Show(id) => Some(id),
        Event::Tickets(_) => None,
    };
    let credential = |Admission { state, .. }: &Admission| CredentialView {
        id: state.id,
        state: AdmissionStateView::from(state.status),
        credential_version: state.credential_version,
    };
    let view = BundleView {
        now,
        name: gate.name.as_str().to_owned(),
        show_id,
        title,
        device_only: tickets.iter().filter(|it| it.device_only).map(|it| it.id).collect(),
        ticket_ids: tickets.iter().map(|it| it.id).collect(),
        keys: CodeKeyView::all(&issuer),
        admissions: admissions.iter().map(credential).collect(),
        next: next.map(|position| list.cursor(position).to_string()),
    };
    Ok(Response::ok(&view).header("Cache-Control", "no-store"))
}

/// The gate of the request. Errors: 401 `gate_ended`; 404 for another gate.
async fn own_gate(store: &Store, doorkeeper: &Doorkeeper, id: GateId) -> Result<Gate, Problem> {
    let gate = match doorkeeper {
        Doorkeeper::Seller(user) => {
            let gate = store.find::<Gate>(&id.to_string()).await?;
            gate.filter(|gate| gate.seller == *user)
        }
        Doorkeeper::Gate(key) => {
            let gate = store.find::<Gate>(&key.id.to_string()).await?;
            let gate = gate.filter(|gate| key.opens(gate)).ok_or(Refusal::GateEnded)?;
            Some(gate).filter(|gate| gate.id == id)
        }
    };
    Ok(gate.ok_or(Refusal::UnknownGate)?)
}

fn check_clock(gate: Option<Timestamp>, now: Timestamp) -> Result<(), Problem> {
    let gate = gate.ok_or_else(|| {
        Problem::new(Code::INVALID_REQUEST)
            .detail("Some parameters are invalid")
            .error("now", "is required")
    })?;
    if now.apart(gate) > CLOCK_OFF_MAX {
        let detail = format!("The clock of the gate shows {gate}, and that of the service {now}");
        return Err(Problem::new(CLOCK_OFF).detail(detail));
    }
    Ok(())
}

/// The queries of changed admissions, all in the order of the time of the change.
fn changes(event: &Event, since: Option<Timestamp>) -> Vec<Query> {
    let queries: Vec<Query> = match event {
        Event::Show(id) => vec![Query::on("changed_by_show").equals(*id)],
        Event::Tickets(ids) => {
            ids.iter().map(|id| Query::on("changed_by_ticket").equals(*id)).collect()
        }
    };
    let later = |query: Query| match since {
        Some(since) => query.from(since.minus(OVERLAP)),
        None => query,
    };
    queries.into_iter().map(later).collect()
}

/// The admissions behind a position in all queries together, and the position of the next page.
async fn read_page(
    store: &Store,
    queries: &[Query],
    after: Option<Position>,
) -> Result<(Vec<Admission>, Option<Position>), Unavailable> {
    let mut found = Vec::new();
    for query in queries {
        let query = query.clone().after(after.clone());
        let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
        let changed: Vec<Admission> = store.query(query.clone().limit(limit)).await?;
        found.extend(changed.into_iter().map(|it| (query.position_of(&it), it)));
    }
    found.sort_by(|(a, _), (b, _)| (&a.key, &a.id).cmp(&(&b.key, &b.id)));
    let has_next = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| has_next).map(|(position, _)| position.clone());
    Ok((found.into_iter().map(|(_, admission)| admission).collect(), next))
}

/// The title of the show of an event, and its tickets: a show has 50 at most.
async fn describe(
    store: &Store,
    event: &Event,
) -> Result<(Option<String>, Vec<Ticket>), Unavailable> {
    match event {
        Event::Tickets(ids) => {
            let tickets = store.find_all::<Ticket>(ids.clone()).await?;
            Ok((None, tickets.into_iter().flatten().collect()))
        }
        Event::Show(id) => {
            let show = store.find::<Show>(&id.to_string()).await?;
            let tickets = store.query(Query::on("by_show").equals(*id)).await?;
            Ok((show.and_then(|show| show.state).map(|state| state.title), tickets))
        }
    }
}
