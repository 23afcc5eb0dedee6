//! inventory.changed: copies the stock. The list changes only when a ticket sells out, returns to
//! sale, or is suspended.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::inventory::{CHANGED, InventoryState};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::Offer;
use crate::entries::list_offer;
use crate::live::{Hub, Topic, keep};

pub(super) const TYPES: &[MessageType<InventoryState>] = &[CHANGED];

pub(super) async fn on_inventory_changed(
    ports: Ports,
    received: Received<InventoryState>,
) -> Result<Handled, Undeliverable> {
    let (stock, hub) = (received.state, ports.live.clone());
    let ticket = stock.ticket_id;
    let handled = ports.store.transact(move |tx| follow(tx, &hub, &stock)).await?;
    ports.live.stock_changed(ticket);
    ports.pages.changed();
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, hub: &Hub, stock: &InventoryState) -> Result<Handled, Stop<Never>> {
    let id = stock.ticket_id;
    let known = tx.get::<Offer>(id)?.unwrap_or_else(|| Offer::unknown(id));
    let before = (known.is_open(), known.available() > 0);
    let Some(offer) = known.with_stock(stock.clone()) else {
        return Ok(Handled::AlreadyApplied);
    };
    tx.put(offer.clone());
    if (offer.is_open(), offer.available() > 0) != before {
        list_offer(tx, &offer)?;
    }
    keep(tx, hub, Topic::Ticket(id), None)?;
    Ok(Handled::Applied)
}
