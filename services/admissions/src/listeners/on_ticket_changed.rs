//! ticket.created, ticket.updated, ticket.withdrawn: copies the seller of the ticket, the rule of its
//! resales and the kind of its codes. The withdrawal of a resale returns the admission to its holder.

use bus::{Handled, Received, Undeliverable};
use contract::ticket::{CREATED, TicketResale, TicketState, UPDATED, WITHDRAWN};
use contract::{Decided, MessageType};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::Ticket;
use crate::resale;

pub(super) const TYPES: &[MessageType<TicketState>] = &[CREATED, UPDATED, WITHDRAWN];

pub(super) async fn on_ticket_changed(
    ports: Ports,
    received: Received<TicketState>,
) -> Result<Handled, Undeliverable> {
    let ticket = received.state;
    Ok(ports.store.transact(move |tx| follow(tx, &ticket)).await?)
}

fn follow(tx: &mut Tx<'_>, ticket: &TicketState) -> Result<Handled, Stop<Never>> {
    if let Some(TicketResale { admission_id, .. }) = ticket.resale {
        return resale::follow(tx, admission_id, ticket);
    }
    match tx.get::<Ticket>(ticket.id)? {
        None => tx.insert(Ticket::of(ticket)),
        Some(known) => match known.follow(ticket) {
            Decided::AlreadyApplied => return Ok(Handled::AlreadyApplied),
            Decided::Applied(followed, ()) => tx.save(*followed),
        },
    }
    Ok(Handled::Applied)
}
