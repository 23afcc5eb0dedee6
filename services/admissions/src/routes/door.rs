//! The door of a read.

use contract::{ShowId, TicketId};
use web::Problem;

use crate::Ports;
use crate::doorkeeper::{Door, Doorkeeper};

/// The door of a read, whose right was verified. Errors: as [`Doorkeeper::requested`] and
/// [`Doorkeeper::door`].
pub(super) async fn door(
    ports: &Ports,
    doorkeeper: Doorkeeper,
    event: (Option<TicketId>, Option<ShowId>),
) -> Result<Door, Problem> {
    let requested = doorkeeper.requested(event)?;
    Ok(ports.store.transact(move |tx| doorkeeper.door(tx, requested.as_ref())).await?)
}
