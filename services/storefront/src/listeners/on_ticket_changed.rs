//! ticket.created, ticket.updated, ticket.withdrawn: copies the ticket.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::ticket::{CREATED, TicketState, UPDATED, WITHDRAWN};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::{Offer, Show};
use crate::entries::list_offer;
use crate::live::{Hub, Topic, keep};

pub(super) const TYPES: &[MessageType<TicketState>] = &[CREATED, UPDATED, WITHDRAWN];

pub(super) async fn on_ticket_changed(
    ports: Ports,
    received: Received<TicketState>,
) -> Result<Handled, Undeliverable> {
    let (ticket, hub) = (received.state, ports.live.clone());
    let id = ticket.id;
    let handled = ports.store.transact(move |tx| follow(tx, &hub, &ticket)).await?;
    ports.live.stock_changed(id);
    ports.pages.changed();
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, hub: &Hub, ticket: &TicketState) -> Result<Handled, Stop<Never>> {
    let known = tx.get::<Offer>(ticket.id)?.unwrap_or_else(|| Offer::unknown(ticket.id));
    let Some(offer) = known.with_ticket(ticket.clone()) else {
        return Ok(Handled::AlreadyApplied);
    };
    tx.put(offer.clone());
    if let Some(show) = ticket.show {
        let known = tx.get::<Show>(show.id)?.unwrap_or_else(|| Show::unknown(show.id));
        if let Some(show) = known.with_ticket(ticket.id) {
            tx.put(show);
        }
    }
    list_offer(tx, &offer)?;
    keep(tx, hub, Topic::Ticket(ticket.id), None)?;
    Ok(Handled::Applied)
}
