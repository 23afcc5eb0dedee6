//! revision.requested: the inventory decides on the revision of its ticket, and publishes the
//! outcome.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::revision::{REQUESTED, RevisionState};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Inventory, Refusal};
use crate::stock::{seller, show};

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
    let RevisionState { number, ticket } = revision;
    let show = show::of(tx, ticket)?;
    let ticket = show::at_present(show.as_ref(), ticket.clone());
    let inventory = match tx.get::<Inventory>(ticket.id)? {
        Some(inventory) => show::in_show(show.as_ref(), inventory),
        // The message that offers the ticket may arrive later; no unit is held or sold before.
        None => seller::first(tx, ticket.clone())?,
    };
    let revised = inventory.revise(RevisionState { number: *number, ticket });
    Ok(show::save(tx, show, revised)?)
}
