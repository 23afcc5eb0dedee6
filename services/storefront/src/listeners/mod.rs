//! Subscriptions, one file each: they keep the copies and the list.

mod on_inventory_changed;
mod on_order_cancelled;
mod on_order_completed;
mod on_payment_declined;
mod on_show_changed;
mod on_ticket_changed;

use bus::{Handled, Undeliverable};
use contract::ShowId;
use contract::order::{OrderState, OrderStatus};
use serde_json::json;
use store::{Loaded, Never, Stop, Tx};

use crate::Ports;
use crate::domain::{Listing, Offer, Show};
use crate::live::{OrderEvent, Topic, keep};

::service::listeners! { crate::NAME, crate::Ports;
    on_inventory_changed,
    on_order_cancelled,
    on_order_completed,
    on_payment_declined,
    on_show_changed,
    on_ticket_changed,
}

/// Tells the buyer of an order about a change of it. Nothing is stored on embedded engines.
async fn tell(ports: &Ports, event: OrderEvent) -> Result<Handled, Undeliverable> {
    let hub = &ports.live;
    if hub.is_shared {
        let (hub, event) = (hub.clone(), event.clone());
        let keeping = ports.store.transact(move |tx: &mut Tx<'_>| {
            keep(tx, &hub, Topic::Order(event.order), Some(&event))?;
            Ok::<_, Stop<Never>>(())
        });
        keeping.await?;
    }
    hub.order_changed(event);
    Ok(Handled::Applied)
}

async fn tell_of_order(
    ports: &Ports,
    order: OrderState,
    name: &str,
) -> Result<Handled, Undeliverable> {
    let status = match order.status {
        OrderStatus::Created => "created",
        OrderStatus::AwaitingPayment { .. } => "awaiting:payment",
        OrderStatus::Complete { .. } => "complete",
        OrderStatus::Cancelled { .. } => "cancelled",
    };
    let data = json!({"orderId": order.id, "version": order.version, "status": status});
    let (name, buyer) = (name.to_owned(), order.buyer);
    tell(ports, OrderEvent { order: order.id, buyer, name, data }).await
}

/// Lists the show or the ticket of an offer anew, if that changes its entry.
fn list_offer(tx: &mut Tx<'_>, offer: &Offer) -> Loaded<()> {
    let show = offer.ticket.as_ref().and_then(|ticket| ticket.show);
    match show {
        Some(show) => list_show(tx, show.id),
        None => list(tx, Listing::of_ticket(offer, tx.now())),
    }
}

fn list_show(tx: &mut Tx<'_>, id: ShowId) -> Loaded<()> {
    let Some(show) = tx.get::<Show>(id)? else { return Ok(()) };
    let offers = tx.get_all::<Offer>(&show.tickets)?;
    let offers: Vec<Offer> = offers.into_iter().flatten().collect();
    list(tx, Listing::of_show(&show, &offers, tx.now()))
}

fn list(tx: &mut Tx<'_>, listing: Option<Listing>) -> Loaded<()> {
    let Some(listing) = listing else { return Ok(()) };
    if tx.get::<Listing>(listing.subject)?.as_ref() != Some(&listing) {
        tx.put(listing);
    }
    Ok(())
}
