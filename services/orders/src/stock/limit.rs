//! Limits on unpaid holds of a buyer, checked in the decision that takes the stock.

use contract::{OrderId, UserId};
use store::{NotLoaded, Stop, Tx};

use crate::Settings;
use crate::domain::{Holdings, Order, Refusal};

/// The list of a buyer's holds as it was written last; `None` where there is no limit. It is requested first and evaluated last, so
/// that one load brings all that a new order needs.
pub(crate) fn listed(
    tx: &mut Tx<'_>,
    buyer: UserId,
    settings: &Settings,
) -> Result<Option<Holdings>, NotLoaded> {
    if settings.hold_limits.is_any() { tx.get::<Holdings>(buyer) } else { Ok(None) }
}

/// Lists an order that is being placed among what its buyer holds.
///
/// # Errors
/// What [`Holdings::with`] refuses.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    order: &Order,
    listed: Option<Holdings>,
    settings: &Settings,
) -> Result<(), Stop<Refusal>> {
    let limits = settings.hold_limits;
    if !limits.is_any() {
        return Ok(());
    }
    let now = tx.now();
    let extension = settings.payment_extension;
    let is_known = listed.is_some();
    let listed = listed.unwrap_or(Holdings::none(order.state.buyer));
    // Orders are read where unpaid ends count. Elsewhere few buyers come near the limit, and orders that have ended before their
    // time matter only then.
    let at_once = match limits.unpaid_ends {
        Some(_) => None,
        None => listed.clone().at(now).with(order, extension, now, limits).ok(),
    };
    let holdings = if let Some(holdings) = at_once {
        holdings
    } else {
        let orders = orders(tx, &listed)?;
        listed.reviewed(&orders, now, limits).with(order, extension, now, limits)?
    };
    if is_known {
        tx.save(holdings);
    } else {
        tx.insert(holdings);
    }
    Ok(())
}

/// The orders that are listed.
fn orders(tx: &mut Tx<'_>, holdings: &Holdings) -> Result<Vec<Order>, NotLoaded> {
    let ids: Vec<OrderId> = holdings.orders().into_iter().collect();
    let orders = tx.get_all::<Order>(&ids)?.into_iter().flatten();
    #[cfg(feature = "faults")]
    let orders = orders.filter(super::planted::is_held);
    Ok(orders.collect())
}
