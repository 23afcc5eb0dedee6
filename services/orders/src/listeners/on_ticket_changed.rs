//! ticket.created, ticket.updated, ticket.withdrawn: the inventory copies its ticket.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::ticket::{CREATED, TicketState, UPDATED, WITHDRAWN};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Inventory, Refusal};
use crate::stock::{seller, show};

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
    let show = show::of(tx, ticket)?;
    let ticket = show::at_present(show.as_ref(), ticket.clone());
    let inventory = match tx.get::<Inventory>(ticket.id)? {
        None => Some(seller::first(tx, ticket)?),
        Some(inventory) => show::in_show(show.as_ref(), inventory).follow(ticket),
    };
    Ok(show::save(tx, show, inventory)?)
}
