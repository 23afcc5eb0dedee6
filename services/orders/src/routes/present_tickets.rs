//! Present state of tickets, for orders that show changes since they were placed.

use std::collections::{BTreeSet, HashMap};

use contract::TicketId;
use futures::future::try_join_all;
use store::Unavailable;

use crate::Ports;
use crate::domain::{Inventory, Order};

/// The inventories of these orders' tickets.
pub(super) async fn present_tickets(
    ports: &Ports,
    orders: &[Order],
) -> Result<HashMap<TicketId, Inventory>, Unavailable> {
    let items = orders.iter().flat_map(|order| &order.state.items);
    let tickets: BTreeSet<TicketId> = items.map(|item| item.ticket_id).collect();
    let ids: Vec<String> = tickets.iter().map(ToString::to_string).collect();
    let found = try_join_all(ids.iter().map(|id| ports.store.find::<Inventory>(id))).await?;
    Ok(tickets.into_iter().zip(found).filter_map(|(id, found)| Some((id, found?))).collect())
}
