//! What a buyer may hold at once, checked in the decision that takes the stock.

use std::collections::BTreeSet;

use contract::{OrderId, UserId};
use store::{NotLoaded, Stop, Tx};

use crate::Settings;
use crate::domain::{Holdings, Order, Refusal};

/// What a buyer holds, as it was listed last; nothing where there is no limit. To be asked for first and looked at last, so that one
/// load brings all that a new order needs.
pub(crate) fn listed(
    tx: &mut Tx<'_>,
    buyer: UserId,
    settings: &Settings,
) -> Result<Option<Holdings>, NotLoaded> {
    match settings.hold_limit {
        Some(_) => tx.get::<Holdings>(buyer),
        None => Ok(None),
    }
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
    let Some(limit) = settings.hold_limit else { return Ok(()) };
    let until = order.state.expires_at.plus(settings.payment_extension);
    let is_known = listed.is_some();
    let holdings = listed.unwrap_or(Holdings::none(order.state.buyer)).at(tx.now());
    let holdings = if let Ok(holdings) = holdings.with(order, until, limit) {
        holdings
    } else {
        // Orders may have ended before their time. Few buyers come near the limit, so only then is it looked at.
        let active = active(tx, &holdings.orders())?;
        holdings.of(&active).with(order, until, limit)?
    };
    if is_known {
        tx.save(holdings);
    } else {
        tx.insert(holdings);
    }
    Ok(())
}

/// Those of these orders whose units are held.
fn active(tx: &mut Tx<'_>, ids: &BTreeSet<OrderId>) -> Result<BTreeSet<OrderId>, NotLoaded> {
    let ids: Vec<OrderId> = ids.iter().copied().collect();
    let orders = tx.get_all::<Order>(&ids)?.into_iter().flatten();
    #[cfg(feature = "faults")]
    let orders = orders.filter(super::planted::is_held);
    Ok(orders.filter(Order::is_active).map(|order| order.state.id).collect())
}
