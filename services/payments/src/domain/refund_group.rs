//! The group of orders with which an order is refunded.

use contract::order::OrderState;
use contract::{OrderId, ShowId};

/// The group of an order: its show. An order of a resold admission is a group of its own, since its
/// admission may be void without the others of the show.
#[must_use]
pub fn refund_group(order: &OrderState) -> Option<ShowId> {
    let is_resale = order.items.iter().any(|item| item.resale.is_some());
    if is_resale { Some(resale_group(order.id)) } else { order.show_id }
}

/// The group of an order of a resold admission: it has the id of the order.
#[must_use]
pub fn resale_group(order: OrderId) -> ShowId {
    order.untyped().into()
}
