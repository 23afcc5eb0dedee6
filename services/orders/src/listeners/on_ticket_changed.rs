//! ticket.created, ticket.updated, ticket.withdrawn: the inventory copies its ticket.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::inventory;
use contract::ticket::{CREATED, TicketState, UPDATED, WITHDRAWN};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Inventory, Refusal};
use crate::stock::seller;

pub(super) const TYPES: &[MessageType<TicketState>] = &[CREATED, UPDATED, WITHDRAWN];

pub(super) async fn on_ticket_changed(
    ports: Ports,
    received: Received<TicketState>,
) -> Result<Handled, Undeliverable> {
    let ticket = received.state;
    let id = ticket.id.untyped();
    let handled = ports.store.transact(move |tx| follow(tx, &ticket)).await?;
    ports.tickets.announce(id);
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, ticket: &TicketState) -> Result<Handled, Stop<Refusal>> {
    let inventory = match tx.get::<Inventory>(ticket.id)? {
        None => seller::first(tx, ticket.clone())?,
        Some(inventory) => match inventory.follow(ticket.clone()) {
            None => return Ok(Handled::AlreadyApplied),
            Some(inventory) => inventory,
        },
    };
    tx.publish(inventory::CHANGED.of(inventory.state()));
    tx.put(inventory);
    Ok(Handled::Applied)
}
