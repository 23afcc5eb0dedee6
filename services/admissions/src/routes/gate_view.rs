//! View of a gate.

use contract::{GateId, ShowId, TicketId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Event, Gate};

/// A device that checks codes at a door.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GateView {
    id: GateId,
    name: String,
    /// The show of the door, with all its tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    show_id: Option<ShowId>,
    /// The tickets of the door.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_ids: Option<Vec<TicketId>>,
    created_at: Timestamp,
}

impl From<&Gate> for GateView {
    fn from(gate: &Gate) -> Self {
        let (show_id, ticket_ids) = match &gate.event {
            Event::Show(id) => (Some(*id), None),
            Event::Tickets(ids) => (None, Some(ids.clone())),
        };
        let name = gate.name.as_str().to_owned();
        Self { id: gate.id, name, show_id, ticket_ids, created_at: gate.created_at }
    }
}
