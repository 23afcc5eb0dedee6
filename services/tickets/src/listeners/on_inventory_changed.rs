//! inventory.changed: the ticket shows what orders says of its stock.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::inventory::{CHANGED, InventoryState};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Outcome, Refusal, Ticket};

pub(super) const TYPES: &[MessageType<InventoryState>] = &[CHANGED];

pub(super) async fn on_inventory_changed(
    ports: Ports,
    received: Received<InventoryState>,
) -> Result<Handled, Undeliverable> {
    let inventory = received.state;
    Ok(ports.store.transact(move |tx| follow(tx, &inventory)).await?)
}

fn follow(tx: &mut Tx<'_>, inventory: &InventoryState) -> Result<Handled, Stop<Refusal>> {
    let ticket = tx.get::<Ticket>(inventory.ticket_id)?.ok_or(Refusal::UnknownTicket)?;
    match ticket.follow(inventory) {
        Outcome::Unchanged => Ok(Handled::AlreadyApplied),
        Outcome::Changed(ticket) => {
            tx.save(*ticket);
            Ok(Handled::Applied)
        }
    }
}
