//! Unpaid holds: each listed hold belongs to its order, and each active order of a buyer with a
//! list is in the list.

use contract::OrderId;
use contract::order::OrderItem;
use orders::Holdings;

use crate::evidence::{Evidence, is_active};
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    // Without a limit, no buyer has a list.
    for listed in evidence.holdings.iter().filter(|listed| !listed.holds.is_empty()) {
        for hold in &listed.holds {
            let order = orders.get(&hold.order_id).filter(|order| order.buyer == listed.buyer);
            let mut items = order.into_iter().flat_map(|order| &order.items);
            let held = (hold.ticket_id, hold.units);
            let is_one = items.any(|item| (item.ticket_id, item.quantity) == held);
            findings.expect(is_one, Rule::HoldLimit, || {
                let (id, buyer) = (hold.order_id, listed.buyer);
                format!("order {id} of {buyer} does not have the items of the hold {hold:?}")
            });
        }
        let of_buyer = evidence.orders.iter().map(|order| &order.state);
        let of_buyer = of_buyer.filter(|order| order.buyer == listed.buyer && is_active(order));
        for order in of_buyer.filter(|order| order.expires_at > evidence.read_at) {
            let is_listed = order.items.iter().all(|item| is_listed(Some(listed), order.id, item));
            findings.expect(is_listed, Rule::HoldLimit, || {
                format!("order {} is missing in the holds of its buyer", order.id)
            });
        }
    }
}

/// Whether the holds of an order's buyer contain this item of the order.
#[must_use]
pub fn is_listed(holdings: Option<&Holdings>, order: OrderId, item: &OrderItem) -> bool {
    let mut holds = holdings.into_iter().flat_map(|holdings| &holdings.holds);
    let of_order = (order, item.ticket_id, item.quantity);
    holds.any(|hold| (hold.order_id, hold.ticket_id, hold.units) == of_order)
}
