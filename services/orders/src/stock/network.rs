//! Counts of the unpaid holds of a network, changed in the commits that change the stock.

use contract::TicketId;
use contract::order::OrderState;
use store::{Loaded, Stop, Tx};

use crate::domain::{LimitScope, Network, NetworkHolds, NetworkShare, Order, Refusal};

/// The network of an order, and its share.
#[derive(Debug, Clone)]
pub(crate) struct CountedNetwork {
    pub(crate) network: Network,
    pub(crate) share: NetworkShare,
}

/// The ids of the counts of tickets, in their order.
pub(crate) fn ids_of(tickets: impl Iterator<Item = TicketId>, network: &Network) -> Vec<String> {
    tickets.map(|ticket| NetworkHolds::id_of(LimitScope::Ticket(ticket), network)).collect()
}

/// The units of an order by count: those of each ticket, in the order of its items, and those of
/// its show.
fn units_of(order: &Order) -> Vec<(LimitScope, u32)> {
    let OrderState { items, show_id, .. } = &order.state;
    let tickets = items.iter().map(|item| (LimitScope::Ticket(item.ticket_id), item.quantity));
    let all = items.iter().map(|item| item.quantity).sum();
    tickets.chain(show_id.map(|show| (LimitScope::Show(show), all))).collect()
}

/// Loads the counts of these units, in their order.
fn counts(
    tx: &mut Tx<'_>,
    units: &[(LimitScope, u32)],
    network: &Network,
) -> Loaded<Vec<Option<NetworkHolds>>> {
    let ids: Vec<_> = units.iter().map(|(of, _)| NetworkHolds::id_of(*of, network)).collect();
    tx.get_all::<NetworkHolds>(&ids)
}

/// Adds a new order to its counts. `capacities` are those of its tickets, in the order of its
/// items, and of its show. Errors: the refusals of [`NetworkHolds::hold`].
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    order: Order,
    CountedNetwork { network, share }: &CountedNetwork,
    capacities: impl Iterator<Item = u32>,
) -> Result<Order, Stop<Refusal>> {
    let units = units_of(&order);
    let counts = counts(tx, &units, network)?;
    for (((of, units), capacity), count) in units.into_iter().zip(capacities).zip(counts) {
        let count = count.unwrap_or_else(|| NetworkHolds::none(of, network.clone()));
        tx.put(count.hold(units, share.ceiling(capacity))?);
    }
    Ok(Order { network: Some(network.clone()), ..order })
}

/// Removes an order without held units from the counts, and the network from the order.
pub(crate) fn release(tx: &mut Tx<'_>, order: Order) -> Loaded<Order> {
    let Some(network) = &order.network else { return Ok(order) };
    let (units, now) = (units_of(&order), tx.now());
    let counts = counts(tx, &units, network)?;
    for ((of, units), count) in units.into_iter().zip(counts) {
        // The count exists while an active order is counted.
        let Some(count) = count else { continue };
        match count.release(units, now) {
            Some(count) => tx.save(count),
            None => tx.delete::<NetworkHolds>(NetworkHolds::id_of(of, network)),
        }
    }
    Ok(Order { network: None, ..order })
}
