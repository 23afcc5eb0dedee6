//! revision.requested: the inventory decides on the revision of its ticket, and publishes the
//! outcome.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::inventory;
use contract::revision::{REQUESTED, RevisionState};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Inventory, Refusal};
use crate::stock::seller;

pub(super) const TYPES: &[MessageType<RevisionState>] = &[REQUESTED];

pub(super) async fn on_revision_requested(
    ports: Ports,
    received: Received<RevisionState>,
) -> Result<Handled, Undeliverable> {
    let revision = received.state;
    let id = revision.ticket.id.untyped();
    let handled = ports.store.transact(move |tx| decide(tx, &revision)).await?;
    ports.tickets.announce(id);
    Ok(handled)
}

fn decide(tx: &mut Tx<'_>, revision: &RevisionState) -> Result<Handled, Stop<Refusal>> {
    let known = tx.get::<Inventory>(revision.ticket.id)?;
    let inventory = match known {
        Some(inventory) => inventory,
        // The message that offers the ticket may arrive later; no unit is held or sold before.
        None => seller::first(tx, revision.ticket.clone())?,
    };
    let Some(inventory) = inventory.revise(revision.clone()) else {
        return Ok(Handled::AlreadyApplied);
    };
    tx.publish(inventory::CHANGED.of(inventory.state()));
    tx.put(inventory);
    Ok(Handled::Applied)
}
