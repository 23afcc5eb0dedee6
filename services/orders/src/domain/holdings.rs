//! Unpaid holds of one buyer, order by order, and the times at which orders of the buyer ended unpaid: the basis of the limits on a
//! buyer.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::time::Duration;

use contract::{OrderId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::hold_limits::{HoldLimits, UNITS_AFTER_UNPAID_ENDS, UNPAID_END_KEPT};
use super::order::Order;
use super::refusal::Refusal;

/// Holds of one buyer, over all tickets, at the most: twenty full orders that are to be paid within a minute. It bounds the
/// document, to some 20 KiB, and what is read before a buyer is refused.
pub const HOLDS_MAX: usize = 200;

/// Time for which free units count against their buyer where the ticket does not say when it begins.
pub const FREE_UNITS_COUNTED: Duration = Duration::from_hours(30 * 24);

/// The holds of one buyer. An order is listed when it is placed and left out when a later one is placed, once it has ended: the
/// end of an order writes nothing here, so that a crash or a redelivery cannot leave a count wrong.
///
/// Unpaid ends are found in the same way: an order that is left out because it ended unpaid leaves the time of its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holdings {
    /// The buyer; also the document's id.
    pub buyer: UserId,
    /// Every hold of an order that may be active, the latest last.
    pub holds: Vec<Hold>,
    /// When orders that are no longer listed ended unpaid, in order; the newest, as many as the limit counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpaid_ends: Vec<Timestamp>,
}

/// Units of one ticket that an order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// The order.
    pub order_id: OrderId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// How many.
    pub units: u32,
    /// When the order's deadline has passed, even if a payment moves it; of free units, when they count no longer.
    pub until: Timestamp,
    /// Whether the units are free, so that they were sold at once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_free: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Holdings {
    /// Those of a buyer who holds nothing.
    #[must_use]
    pub const fn none(buyer: UserId) -> Self {
        Self { buyer, holds: Vec::new(), unpaid_ends: Vec::new() }
    }

    /// The orders of the list that may be unpaid.
    #[must_use]
    pub fn orders(&self) -> BTreeSet<OrderId> {
        self.holds.iter().filter(|hold| !hold.is_free).map(|hold| hold.order_id).collect()
    }

    /// Whether an order of the buyer is known to have ended unpaid lately.
    #[must_use]
    pub fn has_unpaid_ends(&self, now: Timestamp) -> bool {
        self.unpaid_ends.iter().any(|end| now < end.plus(UNPAID_END_KEPT))
    }

    /// Leaves out holds whose time is over, whatever became of their orders.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.holds.retain(|hold| now < hold.until);
        self
    }

    /// Leaves out orders that have ended, and notes the ends of those that ended unpaid. `listed` are
    /// [`Holdings::orders`].
    ///
    /// An order whose deadline has passed although it is still active holds nothing for its buyer, counts as an unpaid end, and stays
    /// listed until its own document says how it ended.
    #[must_use]
    pub fn reviewed(mut self, listed: &[Order], now: Timestamp, limits: HoldLimits) -> Self {
        let orders: BTreeMap<OrderId, &Order> =
            listed.iter().map(|order| (order.state.id, order)).collect();
        self.unpaid_ends.extend(listed.iter().filter_map(Order::unpaid_end));
        self.unpaid_ends.sort_unstable();
        self.unpaid_ends.retain(|end| now < end.plus(UNPAID_END_KEPT));
        let counted = limits.unpaid_ends.map_or(0, NonZeroU32::get);
        let surplus =
            self.unpaid_ends.len().saturating_sub(usize::try_from(counted).unwrap_or(usize::MAX));
        self.unpaid_ends.drain(..surplus);
        self.holds.retain(|hold| match orders.get(&hold.order_id) {
            Some(order) => order.is_active(),
            None => hold.is_free && now < hold.until,
        });
        for hold in self.holds.iter_mut().filter(|hold| !hold.is_free) {
            if let Some(order) = orders.get(&hold.order_id) {
                let deadline = order.state.expires_at;
                hold.until = if now < deadline { deadline.max(hold.until) } else { deadline };
            }
        }
        self
    }

    /// Lists the holds of an order that is placed; `extension` is what a payment may move its deadline by. Free units count for each ticket
    /// only, until it begins.
    ///
    /// # Errors
    /// [`Refusal::UnpaidOrders`], [`Refusal::HoldLimit`] or [`Refusal::HoldLimitTotal`] when that exceeds a limit,
    /// [`Refusal::TooManyHolds`] when it exceeds [`HOLDS_MAX`].
    pub fn with(
        &self,
        order: &Order,
        extension: Duration,
        now: Timestamp,
        limits: HoldLimits,
    ) -> Result<Self, Refusal> {
        let mut holdings = self.clone();
        let is_free = order.is_free();
        holdings.holds.extend(order.state.items.iter().map(|item| Hold {
            order_id: order.state.id,
            ticket_id: item.ticket_id,
            units: item.quantity,
            until: if is_free {
                let begins = item.starts_at.filter(|begins| now < *begins);
                begins.unwrap_or(now.plus(FREE_UNITS_COUNTED))
            } else {
                order.state.expires_at.plus(extension)
            },
            is_free,
        }));
        let unpaid = holdings.held(now, |hold| !hold.is_free).values().sum();
        if let Some((after, until)) = self.restricted(now, limits)
            && !is_free
            && unpaid > UNITS_AFTER_UNPAID_ENDS.get()
        {
            return Err(Refusal::UnpaidOrders { after, until, wait: until.since(now) });
        }
        let held = holdings.held(now, |_| true);
        let exceeds =
            |units: u32, limit: Option<NonZeroU32>| limit.filter(|limit| units > limit.get());
        for item in &order.state.items {
            let units = held.get(&item.ticket_id).copied().unwrap_or_default();
            if let Some(limit) = exceeds(units, limits.per_ticket) {
                return Err(Refusal::HoldLimit { ticket: item.ticket_id, limit });
            }
        }
        if let Some(limit) = exceeds(unpaid, limits.total)
            && !is_free
        {
            return Err(Refusal::HoldLimitTotal(limit));
        }
        if holdings.holds.len() > HOLDS_MAX {
            return Err(Refusal::TooManyHolds);
        }
        Ok(holdings)
    }

    /// Units of each ticket, of those holds that count.
    fn held(&self, now: Timestamp, counts: impl Fn(&Hold) -> bool) -> BTreeMap<TicketId, u32> {
        let mut held = BTreeMap::new();
        for hold in self.holds.iter().filter(|hold| now < hold.until && counts(hold)) {
            let units: &mut u32 = held.entry(hold.ticket_id).or_default();
            *units = units.saturating_add(hold.units);
        }
        held
    }

    /// Where so many orders ended unpaid that the buyer may hold less: how many, and until when.
    fn restricted(&self, now: Timestamp, limits: HoldLimits) -> Option<(NonZeroU32, Timestamp)> {
        let after = limits.unpaid_ends?;
        // Of an order that is overdue and not ended yet, every item is listed.
        let overdue = self.holds.iter().filter(|hold| hold.until <= now && !hold.is_free);
        let overdue: BTreeMap<_, _> = overdue.map(|hold| (hold.order_id, hold.until)).collect();
        let mut ends: Vec<Timestamp> =
            self.unpaid_ends.iter().copied().chain(overdue.into_values()).collect();
        ends.sort_unstable();
        let nth_last =
            usize::try_from(after.get()).ok().and_then(|after| ends.len().checked_sub(after))?;
        let until = ends.get(nth_last)?.plus(UNPAID_END_KEPT);
        (now < until).then_some((after, until))
    }
}
