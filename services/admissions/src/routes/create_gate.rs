//! POST /api/gates

use actix_web::post;
use actix_web::web::Data;
use contract::{GateId, ShowId, TicketId};
use serde::{Deserialize, Serialize};
use service::person::is_erased;
use store::{Stop, Tx};
use utoipa::ToSchema;
use web::{Body, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Event, Gate, GateName, Refusal};
use crate::event::check_seller;

/// Tickets of one gate; each is a query of the bundle.
const TICKETS_MAX: usize = 20;

web::body! {
    /// A gate: at the door of a show with all its tickets, or of some tickets.
    pub(crate) struct CreateGateBody {
        /// The name, for the seller.
        #[schema(value_type = String, min_length = 1, max_length = 400)]
        pub(crate) name: GateName,
        /// The show of the door.
        pub(crate) show_id: Option<ShowId>,
        /// 1 to 20 tickets of the door; instead of `showId`.
        #[schema(value_type = Option<Vec<TicketId>>)]
        pub(crate) ticket_ids: Option<DoorTickets>,
    }
}

/// 1 to 20 tickets.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<TicketId>")]
pub(crate) struct DoorTickets(Vec<TicketId>);

impl TryFrom<Vec<TicketId>> for DoorTickets {
    type Error = &'static str;

    fn try_from(mut ids: Vec<TicketId>) -> Result<Self, Self::Error> {
        ids.sort_unstable();
        ids.dedup();
        let is_bounded = (1..=TICKETS_MAX).contains(&ids.len());
        if is_bounded { Ok(Self(ids)) } else { Err("must be 1 to 20 tickets") }
    }
}

/// A new gate.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewGateView {
    id: GateId,
    /// The secret half of its key. It is not shown again.
    #[schema(min_length = 43, max_length = 43)]
    key: String,
}

/// Creates a gate, whose device checks codes without a session.
///
/// Its requests have the header `Authorization: Bearer <id>.<key>`. For the seller of the show or of
/// the tickets. It takes no idempotency key, because the stored response would contain the secret.
#[utoipa::path(
    request_body = CreateGateBody,
    responses(
        (status = 201, description = "The gate, and its key", body = NewGateView, headers(("Location" = String, description = "The path of the gate"))),
        (status = 403, description = "The show or a ticket of another seller"),
        (status = 404, description = "No such ticket or show"),
    ),
    security(("session" = [])),
)]
#[post("/api/gates")]
pub(crate) async fn create_gate(
    ports: Data<Ports>,
    who: SignedIn,
    body: Body<CreateGateBody>,
) -> Result<Response, Problem> {
    let CreateGateBody { name, show_id, ticket_ids } = body.value;
    let event = match (show_id, ticket_ids) {
        (Some(show), None) => Event::Show(show),
        (None, Some(DoorTickets(tickets))) => Event::Tickets(tickets),
        (None, None) => return Err(Problem::invalid().error("showId", "is required, or ticketIds")),
        (Some(_), Some(_)) => {
            return Err(Problem::invalid().error("showId", "cannot be combined with ticketIds"));
        }
    };
    let (key, secret_hash) = Gate::secret(ports.ids.random_bytes());
    let created_at = ports.clock.now();
    let id = GateId::from(ports.ids.next(created_at));
    let gate = Gate { id, seller: who.user, name, event, secret_hash, created_at };
    ports.store.transact(move |tx| create(tx, &gate)).await?;
    let view = NewGateView { id, key };
    let response = Response::created(format!("/api/gates/{id}"), &view);
    Ok(response.header("Cache-Control", "no-store"))
}

fn create(tx: &mut Tx<'_>, gate: &Gate) -> Result<(), Stop<Refusal>> {
    check_seller(tx, &gate.event, gate.seller)?;
    if is_erased(tx, gate.seller)? {
        return Err(Refusal::Erased.into());
    }
    tx.insert(gate.clone());
    Ok(())
}
