//! Unpaid holds of one buyer, order by order, and the buyer's orders that ended unpaid: the basis of the limits on a buyer.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::time::Duration;

use contract::{OrderId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::hold_limits::{HOLDS_MAX, HoldLimits, UNITS_AFTER_UNPAID_ENDS, UNPAID_END_KEPT};
use super::order::Order;
use super::refusal::Refusal;

/// Time for which free units count against their buyer where the ticket does not say when it begins.
pub const FREE_UNITS_COUNTED: Duration = Duration::from_hours(30 * 24);

/// Unpaid ends that are remembered, and more only where the limit counts more. A restricted buyer holds one unit at a time, so with 20
/// ends to outlast, a ticket is ordered again early only in turn with 20 others; an end of one item takes some 80 bytes of the document.
pub const UNPAID_ENDS_KEPT: usize = 20;

/// The holds of one buyer. An order is listed when it is placed and left out when a later one is placed, once it has ended: the
/// end of an order writes nothing here, so that a crash or a redelivery cannot leave a count wrong.
///
/// Unpaid ends are found in the same way: an order that is left out because it ended unpaid leaves the time of its end and its tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holdings {
    /// The buyer; also the document's id.
    pub buyer: UserId,
    /// Every hold of an order that may be active, the latest last.
    pub holds: Vec<Hold>,
    /// Orders that are no longer listed and ended unpaid, in the order of their ends; the newest [`UNPAID_ENDS_KEPT`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended_unpaid: Vec<UnpaidEnd>,
}

/// The end of an order that was not paid.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnpaidEnd {
    /// When.
    pub at: Timestamp,
    /// The tickets that the order held units of.
    pub tickets: Vec<TicketId>,
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
    /// Whether the units are free: they count beyond the end of their order if it completes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_free: bool,
    /// Whether the units are free and the order is known to be complete, so that it need not be read again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_sold: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Holdings {
    /// Those of a buyer who holds nothing.
    #[must_use]
    pub const fn none(buyer: UserId) -> Self {
        Self { buyer, holds: Vec::new(), ended_unpaid: Vec::new() }
    }

    /// The orders of the list that may be unpaid.
    #[must_use]
    pub fn orders(&self) -> BTreeSet<OrderId> {
        self.holds.iter().filter(|hold| !hold.is_sold).map(|hold| hold.order_id).collect()
    }

    /// Whether an order of the buyer is known to have ended unpaid lately.
    #[must_use]
    pub fn has_unpaid_ends(&self, now: Timestamp) -> bool {
        self.ended_unpaid.iter().any(|end| now < end.at.plus(UNPAID_END_KEPT))
    }

    /// Leaves out holds whose time is over, whatever became of their orders.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.holds.retain(|hold| now < hold.until);
        self
    }

    /// Leaves out orders that have ended, but for free units that were sold, and notes the ends of those that ended unpaid. `listed`
    /// are [`Holdings::orders`].
    ///
    /// An order whose deadline has passed although it is still active holds no priced units for its buyer, counts as an unpaid end, and
    /// stays listed until its own document says how it ended. Its free units count until then.
    #[must_use]
    pub fn reviewed(mut self, listed: &[Order], now: Timestamp, limits: HoldLimits) -> Self {
        let orders: BTreeMap<OrderId, &Order> =
            listed.iter().map(|order| (order.state.id, order)).collect();
        self.note_unpaid_ends(listed, now, limits);
        self.holds.retain_mut(|hold| {
            let order = orders.get(&hold.order_id).filter(|_| !hold.is_sold);
            let is_active = order.is_some_and(|order| order.is_active());
            hold.is_sold |= hold.is_free && order.is_some_and(|order| order.is_complete());
            is_active || (hold.is_sold && now < hold.until)
        });
        for hold in self.holds.iter_mut().filter(|hold| !hold.is_free) {
            if let Some(order) = orders.get(&hold.order_id) {
                let deadline = order.state.expires_at;
                hold.until = if now < deadline { deadline.max(hold.until) } else { deadline };
            }
        }
        self
    }

    fn note_unpaid_ends(&mut self, listed: &[Order], now: Timestamp, limits: HoldLimits) {
        self.ended_unpaid.extend(listed.iter().filter_map(|order| {
            let tickets = order.state.items.iter().map(|item| item.ticket_id).collect();
            order.unpaid_end().map(|at| UnpaidEnd { at, tickets })
        }));
        self.ended_unpaid.sort_unstable();
        self.ended_unpaid.retain(|end| now < end.at.plus(UNPAID_END_KEPT));
        let counted = limits.unpaid_ends.map(|ends| usize::try_from(ends.get()));
        let kept = counted.map_or(0, |ends| ends.unwrap_or(usize::MAX).max(UNPAID_ENDS_KEPT));
        self.ended_unpaid.drain(..self.ended_unpaid.len().saturating_sub(kept));
    }

    /// Lists the holds of an order that is placed; `extension` is what a payment may move its deadline by. Free units that are sold count
    /// for each ticket only, until it begins.
    ///
    /// # Errors
    /// [`Refusal::UnpaidOrders`], [`Refusal::HoldLimit`] or [`Refusal::HoldLimitTotal`] when that exceeds a limit, [`Refusal::TooManyHolds`] when it exceeds [`HOLDS_MAX`].
    pub fn with(
        &self,
        order: &Order,
        extension: Duration,
        now: Timestamp,
        limits: HoldLimits,
    ) -> Result<Self, Refusal> {
        let mut holdings = self.clone();
        let is_sold = order.is_free();
        holdings.holds.extend(order.state.items.iter().map(|item| {
            let is_free = item.unit_price.minor_units == 0;
            let until = if is_free {
                let begins = item.starts_at.filter(|begins| now < *begins);
                begins.unwrap_or(now.plus(FREE_UNITS_COUNTED))
            } else {
                order.state.expires_at.plus(extension)
            };
            let (order_id, ticket_id) = (order.state.id, item.ticket_id);
            Hold { order_id, ticket_id, units: item.quantity, until, is_free, is_sold }
        }));
        let unpaid = holdings.held(now, |hold| !hold.is_sold);
        if !is_sold {
            self.refuse_after_unpaid_ends(unpaid, now, limits)?;
        }
        let exceeds =
            |units: u32, limit: Option<NonZeroU32>| limit.filter(|limit| units > limit.get());
        for item in &order.state.items {
            let units = holdings.held(now, |hold| hold.ticket_id == item.ticket_id);
            if let Some(limit) = exceeds(units, limits.per_ticket) {
                return Err(Refusal::HoldLimit { ticket: item.ticket_id, limit });
            }
        }
        if let Some(limit) = exceeds(unpaid, limits.total)
            && !is_sold
        {
            return Err(Refusal::HoldLimitTotal(limit));
        }
        if holdings.holds.len() > HOLDS_MAX {
            return Err(Refusal::TooManyHolds);
        }
        Ok(holdings)
    }

    /// Units of those holds that count.
    fn held(&self, now: Timestamp, counts: impl Fn(&Hold) -> bool) -> u32 {
        let holds = self.holds.iter().filter(|hold| now < hold.until && counts(hold));
        holds.fold(0, |units, hold| units.saturating_add(hold.units))
    }

    /// Where so many orders ended unpaid that the buyer is restricted, refuses more than [`UNITS_AFTER_UNPAID_ENDS`].
    fn refuse_after_unpaid_ends(
        &self,
        unpaid: u32,
        now: Timestamp,
        limits: HoldLimits,
    ) -> Result<(), Refusal> {
        if unpaid <= UNITS_AFTER_UNPAID_ENDS.get() {
            return Ok(());
        }
        match restriction(&self.ends(now), now, limits) {
            Some((after, until)) => {
                Err(Refusal::UnpaidOrders { after, until, wait: until.since(now) })
            }
            None => Ok(()),
        }
    }

    /// Refuses an order that takes the last units of tickets, `sold_out`, of which an earlier order ended unpaid, while the buyer is
    /// restricted: with one unit alone, the last one could be held for ever.
    ///
    /// # Errors
    /// [`Refusal::UnpaidTicket`].
    pub fn refuse_last_units(
        &self,
        sold_out: &[TicketId],
        now: Timestamp,
        limits: HoldLimits,
    ) -> Result<(), Refusal> {
        if sold_out.is_empty() {
            return Ok(());
        }
        let ends = self.ends(now);
        let Some((_, restricted)) = restriction(&ends, now, limits) else { return Ok(()) };
        for ticket in sold_out.iter().copied() {
            let last = ends.iter().rfind(|end| end.tickets.contains(&ticket));
            // The restriction may be over before this end is forgotten.
            let until = last.map_or(now, |end| end.at.plus(UNPAID_END_KEPT).min(restricted));
            if now < until {
                return Err(Refusal::UnpaidTicket { ticket, until, wait: until.since(now) });
            }
        }
        Ok(())
    }

    /// Unpaid ends in their order, also those of orders that are overdue and not ended yet.
    fn ends(&self, now: Timestamp) -> Vec<UnpaidEnd> {
        // The deadline is that of the priced items; an order that costs something has one.
        let overdue = self.holds.iter().filter(|hold| hold.until <= now && !hold.is_free);
        let overdue: BTreeMap<_, _> = overdue.map(|hold| (hold.order_id, hold.until)).collect();
        let mut ends = self.ended_unpaid.clone();
        ends.extend(overdue.into_iter().map(|(order, at)| {
            let holds = self.holds.iter().filter(|hold| hold.order_id == order);
            UnpaidEnd { at, tickets: holds.map(|hold| hold.ticket_id).collect() }
        }));
        ends.sort_unstable();
        ends
    }
}

/// The limit on unpaid ends that a buyer with these has reached, and until when that counts.
fn restriction(
    ends: &[UnpaidEnd],
    now: Timestamp,
    limits: HoldLimits,
) -> Option<(NonZeroU32, Timestamp)> {
    let after = limits.unpaid_ends?;
    let first = ends.len().checked_sub(usize::try_from(after.get()).ok()?)?;
    let until = ends.get(first)?.at.plus(UNPAID_END_KEPT);
    (now < until).then_some((after, until))
}
