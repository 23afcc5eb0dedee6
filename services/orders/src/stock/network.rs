//! Counts of the unpaid holds of a network, changed in the commits that change the stock.

use contract::TicketId;
use contract::inventory::InventoryState;
use store::{NotLoaded, Stop, Tx};

use crate::domain::{Network, NetworkHolds, NetworkShare, Order, Refusal};

/// The network of an order, and its share.
#[derive(Debug, Clone)]
pub(crate) struct CountedNetwork {
    pub(crate) network: Network,
    pub(crate) share: NetworkShare,
}

/// Loads the counts of tickets, in their order.
pub(crate) fn counts(
    tx: &mut Tx<'_>,
    tickets: &[TicketId],
    network: &Network,
) -> Result<Vec<Option<NetworkHolds>>, NotLoaded> {
    let ids: Vec<String> = tickets.iter().map(|id| NetworkHolds::id_of(*id, network)).collect();
    tx.get_all::<NetworkHolds>(&ids)
}

/// Adds a new order to the counts of its tickets. `stock` and `counts` are in the order of its
/// items.
///
/// # Errors
/// The refusals of [`NetworkHolds::hold`].
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    order: Order,
    CountedNetwork { network, share }: &CountedNetwork,
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

/// Removes an order without held units from the counts, and the network from the order.
pub(crate) fn release(tx: &mut Tx<'_>, order: Order) -> Result<Order, NotLoaded> {
    let Some(network) = &order.network else { return Ok(order) };
    let tickets: Vec<TicketId> = order.state.items.iter().map(|item| item.ticket_id).collect();
    let counts = counts(tx, &tickets, network)?;
    for (item, count) in order.state.items.iter().zip(counts) {
        // The count exists while an active order is counted.
        let Some(count) = count else { continue };
        match count.release(item.quantity) {
            Some(count) => tx.save(count),
            None => tx.delete::<NetworkHolds>(NetworkHolds::id_of(item.ticket_id, network)),
        }
    }
    Ok(Order { network: None, ..order })
}
