//! Counts of unpaid holds of a network, changed in the commits that change the stock.

use contract::TicketId;
use contract::inventory::InventoryState;
use store::{NotLoaded, Stop, Tx};

use crate::domain::{Network, NetworkHolds, NetworkShare, Order, Refusal};

/// The network that an order is counted for, and what it may hold.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    pub(crate) network: Network,
    pub(crate) share: NetworkShare,
}

/// The counts of these tickets, in the same order.
pub(crate) fn counts(
    tx: &mut Tx<'_>,
    tickets: &[TicketId],
    network: &Network,
) -> Result<Vec<Option<NetworkHolds>>, NotLoaded> {
    let ids: Vec<String> = tickets.iter().map(|id| NetworkHolds::id_of(*id, network)).collect();
    tx.get_all::<NetworkHolds>(&ids)
}

/// Adds an order that is being placed to the counts of its tickets. `stock` and `counts` are of its items, in the same order.
///
/// # Errors
/// What [`NetworkHolds::hold`] refuses.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    order: Order,
    Counted { network, share }: &Counted,
    stock: &[InventoryState],
    counts: Vec<Option<NetworkHolds>>,
) -> Result<Order, Stop<Refusal>> {
    for ((item, stock), count) in order.state.items.iter().zip(stock).zip(counts) {
        let none = || NetworkHolds::none(item.ticket_id, network.clone());
        let count = count.unwrap_or_else(none);
        tx.put(count.hold(item.quantity, share.ceiling(stock.capacity))?);
    }
    Ok(Order { network: Some(network.clone()), ..order })
}

/// Takes an order whose units are held no longer off the counts; the order does not name its network any more.
pub(crate) fn release(tx: &mut Tx<'_>, order: Order) -> Result<Order, NotLoaded> {
    let Some(network) = &order.network else { return Ok(order) };
    let tickets: Vec<TicketId> = order.state.items.iter().map(|item| item.ticket_id).collect();
    let counts = counts(tx, &tickets, network)?;
    for (item, count) in order.state.items.iter().zip(counts) {
        // There is one for as long as an order that it counts is active.
        let Some(count) = count else { continue };
        match count.release(item.quantity) {
            Some(count) => tx.save(count),
            None => tx.delete::<NetworkHolds>(NetworkHolds::id_of(item.ticket_id, network)),
        }
    }
    Ok(Order { network: None, ..order })
}
