//! Reads of orders of the signed-in user, at the versions of their payments that the client has
//! seen, and of the present state of their tickets.

use std::collections::{BTreeSet, HashMap};

use contract::payment::PaymentState;
use contract::{OrderId, TicketId};
use store::Unavailable;
use web::seen::SEEN_WAIT_MAX;
use web::{Problem, Seen, SignedIn};

use crate::Ports;
use crate::domain::{Inventory, Order, Refusal};

/// Loads an order of the signed-in user, with its payments at least at the versions that the client
/// has seen. Errors: 404 for another user's order too, so that its existence is not revealed.
pub(super) async fn own_order(
    ports: &Ports,
    who: &SignedIn,
    id: OrderId,
    seen: &Seen,
) -> Result<Order, Problem> {
    let order = ports.store.find::<Order>(&id.to_string()).await?;
    let own = order.filter(|order| order.state.buyer == who.user);
    let own = own.ok_or(Problem::from(Refusal::UnknownOrder))?;
    Ok(followed(ports, own, seen).await?)
}

/// Waits until the order has applied the versions of its payments that the client has seen. Returns
/// the present order after `SEEN_WAIT_MAX`.
pub(super) async fn followed(
    ports: &Ports,
    order: Order,
    seen: &Seen,
) -> Result<Order, Unavailable> {
    let has_followed = |order: &Order| {
        let payments = seen.all_of::<PaymentState>();
        order.has_followed(payments.map(|(id, version)| (id.into(), version)))
    };
    if has_followed(&order) {
        return Ok(order);
    }
    let id = order.state.id;
    let text = id.to_string();
    let look = || async {
        let found = ports.store.find::<Order>(&text).await?;
        Ok::<_, Unavailable>(found.filter(has_followed))
    };
    let until = ports.clock.now().plus(SEEN_WAIT_MAX);
    let waiting = ports.payments.waiting_until(id.untyped(), &ports.clock, until);
    Ok(waiting.until_found(look).await?.unwrap_or(order))
}

/// The inventories of these orders' tickets.
pub(super) async fn present_tickets(
    ports: &Ports,
    orders: &[Order],
) -> Result<HashMap<TicketId, Inventory>, Unavailable> {
    let items = orders.iter().flat_map(|order| &order.state.items);
    let tickets: BTreeSet<TicketId> = items.map(|item| item.ticket_id).collect();
    let found = ports.store.find_all::<Inventory>(&tickets).await?;
    Ok(tickets.into_iter().zip(found).filter_map(|(id, found)| Some((id, found?))).collect())
}
