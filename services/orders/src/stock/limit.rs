//! Limits on the unpaid holds of a buyer, checked in the decision that holds the units.

use contract::inventory::InventoryState;
use contract::{OrderId, TicketId};
use store::{Loaded, Stop, Tx};

use crate::Settings;
use crate::domain::{Holdings, Order, Refusal};

/// Lists a new order among its buyer's holds; `stock` is the remaining stock. Errors: the refusals
/// of [`Holdings::with`] and [`Holdings::refuse_last_units`].
pub(crate) fn list(
    tx: &mut Tx<'_>,
    order: &Order,
    stock: &[InventoryState],
    settings: &Settings,
) -> Result<(), Stop<Refusal>> {
    let limits = settings.hold_limits;
    if !limits.is_any() {
        return Ok(());
    }
    let now = tx.now();
    let extension = settings.payment_extension;
    let buyer = order.state.buyer;
    let listed = tx.get::<Holdings>(buyer)?.unwrap_or(Holdings::none(buyer));
    // The orders are read if unpaid ends count. Otherwise they matter only near the limit, which
    // few buyers reach.
    let at_once = match limits.unpaid_ends {
        Some(_) => None,
        None => listed.clone().at(now).with(order, extension, now, limits).ok(),
    };
    let holdings = if let Some(holdings) = at_once {
        holdings
    } else {
        let orders = orders(tx, &listed)?;
        let reviewed = listed.reviewed(&orders, now, limits);
        let holdings = reviewed.with(order, extension, now, limits)?;
        if !order.is_free() {
            reviewed.refuse_last_units(&sold_out(stock), now, limits)?;
        }
        holdings
    };
    tx.put(holdings);
    Ok(())
}

fn sold_out(stock: &[InventoryState]) -> Vec<TicketId> {
    let sold_out = stock.iter().filter(|state| state.held + state.sold == state.capacity);
    sold_out.map(|state| state.ticket_id).collect()
}

fn orders(tx: &mut Tx<'_>, holdings: &Holdings) -> Loaded<Vec<Order>> {
    let ids: Vec<OrderId> = holdings.orders().into_iter().collect();
    Ok(tx.get_all::<Order>(&ids)?.into_iter().flatten().collect())
}
