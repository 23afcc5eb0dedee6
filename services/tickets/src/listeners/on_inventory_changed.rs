//! inventory.changed: copies the stock that orders publishes. An accepted revision takes effect.

use bus::{Handled, Received, Undeliverable};
use contract::inventory::{CHANGED, InventoryState};
use contract::{Decided, MessageType};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Refusal, Ticket};
use crate::republish::message_type;
use crate::{revision_request, show_offers};

pub(super) const TYPES: &[MessageType<InventoryState>] = &[CHANGED];

pub(super) async fn on_inventory_changed(
    ports: Ports,
    received: Received<InventoryState>,
) -> Result<Handled, Undeliverable> {
    let inventory = received.state;
    let id = inventory.ticket_id.untyped();
    let handled = ports.store.transact(move |tx| follow(tx, &inventory)).await?;
    ports.arrivals.announce(id);
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, inventory: &InventoryState) -> Result<Handled, Stop<Refusal>> {
    let ticket = tx.get::<Ticket>(inventory.ticket_id)?.ok_or(Refusal::UnknownTicket)?;
    match ticket.follow(inventory) {
        Decided::AlreadyApplied => Ok(Handled::AlreadyApplied),
        Decided::Applied(followed, ()) => {
            if followed.version > ticket.version {
                tx.publish(message_type(&followed).of(followed.state()));
            }
            revision_request::publish(tx, &ticket, &*followed);
            show_offers::save_ticket(tx, &ticket, *followed)?;
            Ok(Handled::Applied)
        }
    }
}
