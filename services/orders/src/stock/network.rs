//! Counts of the unpaid holds of a network, changed in the commits that change the stock.

use contract::TicketId;
use contract::inventory::InventoryState;
use store::{Loaded, Stop, Tx};

use crate::domain::{Network, NetworkHolds, NetworkShare, Order, Refusal};

/// The network of an order, and its share.
#[derive(Debug, Clone)]
pub(crate) struct CountedNetwork {
    pub(crate) network: Network,
    pub(crate) share: NetworkShare,
}

/// The ids of the counts of tickets, in their order.
pub(crate) fn ids_of(tickets: impl Iterator<Item = TicketId>, network: &Network) -> Vec<String> {
    tickets.map(|ticket| NetworkHolds::id_of(ticket, network)).collect()
}

/// Loads the counts of the tickets of an order, in the order of its items.
fn counts(tx: &mut Tx<'_>, order: &Order, network: &Network) -> Loaded<Vec<Option<NetworkHolds>>> {
    let tickets = order.state.items.iter().map(|item| item.ticket_id);
    tx.get_all::<NetworkHolds>(&ids_of(tickets, network))
}

/// Adds a new order to the counts of its tickets. `stock` is in the order of its items. Errors: the
/// refusals of [`NetworkHolds::hold`].
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    order: Order,
    CountedNetwork { network, share }: &CountedNetwork,
    stock: &[InventoryState],
) -> Result<Order, Stop<Refusal>> {
    let counts = counts(tx, &order, network)?;
    for ((item, stock), count) in order.state.items.iter().zip(stock).zip(counts) {
        let none = || NetworkHolds::none(item.ticket_id, network.clone());
        let count = count.unwrap_or_else(none);
        tx.put(count.hold(item.quantity, share.ceiling(stock.capacity))?);
    }
    Ok(Order { network: Some(network.clone()), ..order })
}

/// Removes an order without held units from the counts, and the network from the order.
pub(crate) fn release(tx: &mut Tx<'_>, order: Order) -> Loaded<Order> {
    let Some(network) = &order.network else { return Ok(order) };
    let counts = counts(tx, &order, network)?;
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
