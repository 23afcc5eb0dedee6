//! A booking: the copy of a complete order, whose buyer is informed of changes.

use contract::order::{OrderItem, OrderState, OrderStatus};
use contract::show::ShowState;
use contract::{Decided, OrderId, ShowId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::content::{Receipt, ShowChange};

/// A complete order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    /// The order.
    pub order_id: OrderId,
    /// Its version.
    pub version: u64,
    /// The buyer.
    pub buyer: UserId,
    /// The show of all items, if they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_id: Option<ShowId>,
    /// The items, with the units that returned to sale.
    pub items: Vec<OrderItem>,
    /// When the order was placed.
    pub ordered_at: Timestamp,
    /// When the last event begins, after which the booking is deleted; the order's time where no
    /// item has a start.
    pub forget_after: Timestamp,
}

impl Booking {
    /// The booking of a complete order; `None` for other orders. `kept` is the retention after the
    /// event.
    #[must_use]
    pub fn of(order: &OrderState, kept: std::time::Duration) -> Option<Self> {
        let OrderStatus::Complete { .. } = order.status else { return None };
        let last = order.items.iter().filter_map(|item| item.starts_at).max();
        Some(Self {
            order_id: order.id,
            version: order.version,
            buyer: order.buyer,
            show_id: order.show_id,
            items: order.items.clone(),
            ordered_at: order.created_at,
            forget_after: last.unwrap_or(order.created_at).plus(kept),
        })
    }

    /// Follows the order.
    pub fn follow(&self, newer: Self) -> Decided<Self> {
        if newer.version <= self.version {
            return Decided::AlreadyApplied;
        }
        Decided::applied(newer)
    }

    /// Whether the buyer still has units.
    #[must_use]
    pub fn has_units(&self) -> bool {
        self.items.iter().any(|item| item.returned < item.quantity)
    }

    /// The receipt of the order.
    #[must_use]
    pub fn receipt(order: &OrderState) -> Receipt {
        Receipt {
            order_id: order.id,
            show_id: order.show_id,
            items: order.items.clone(),
            total: order.total,
            ordered_at: order.created_at,
        }
    }

    /// The change of a show, if it takes place at another time or venue than the order was placed
    /// for, or not at all.
    #[must_use]
    pub fn change_of(&self, show: &ShowState) -> Option<ShowChange> {
        let differs = |item: &OrderItem| {
            item.starts_at != Some(show.starts_at) || item.venue.as_ref() != Some(&show.venue.name)
        };
        let concerns =
            self.has_units() && (show.status.is_cancelled() || self.items.iter().any(differs));
        concerns.then(|| ShowChange {
            order_id: self.order_id,
            show_id: show.id,
            show_version: show.version,
            title: show.title.clone(),
            venue: show.venue.clone(),
            doors_at: show.doors_at,
            starts_at: show.starts_at,
            status: show.status,
        })
    }
}
