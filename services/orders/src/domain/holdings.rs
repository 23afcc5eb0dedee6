//! Unpaid holds of one buyer by order, and the buyer's recent unpaid orders: the basis of the
//! limits on a buyer.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::ops::Not;
use std::time::Duration;

use contract::{OrderId, ShowId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::hold_limits::{
    HOLDS_MAX, HoldLimits, LimitScope, UNITS_AFTER_UNPAID_ENDS, UNPAID_END_KEPT,
};
use super::order::Order;
use super::refusal::Refusal;

/// Time for which free units of a ticket without a start count against their buyer.
pub const FREE_UNITS_COUNTED: Duration = Duration::from_hours(30 * 24);

/// Number of stored unpaid ends, unless the limit is higher. A restricted buyer holds one unit at a
/// time, so a ticket can be ordered again early only in turn with 20 others. An end of one item
/// takes some 80 bytes of the document.
pub const UNPAID_ENDS_KEPT: usize = 20;

/// The holds of one buyer. An order is listed when it is placed, and removed when a later order is
/// placed after its end. The end of an order does not write to this document, so that a crash or a
/// redelivery cannot corrupt a count.
///
/// Removing an unpaid order records the time of its end and its tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holdings {
    /// The buyer; also the id of the document.
    pub buyer: UserId,
    /// Holds of orders that may be active, the latest last.
    pub holds: Vec<Hold>,
    /// Removed orders that ended unpaid, by time of their end; the newest [`UNPAID_ENDS_KEPT`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended_unpaid: Vec<UnpaidEnd>,
}

/// End of an unpaid order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnpaidEnd {
    /// Time of the end.
    pub at: Timestamp,
    /// Tickets of the order.
    pub tickets: Vec<TicketId>,
}

/// Units of one ticket held by an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// The order.
    pub order_id: OrderId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The show of the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_id: Option<ShowId>,
    /// Number of units.
    pub units: u32,
    /// Time until which the hold counts: the order's deadline with its extension. Of free units,
    /// the time until which they count.
    pub until: Timestamp,
    /// Whether the units are free. Free units count even after their order is complete.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub is_free: bool,
    /// Whether the units are free and the order is known to be complete, so that it is not read
    /// again.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub is_sold: bool,
}

impl Holdings {
    /// The document of a buyer without holds.
    #[must_use]
    pub const fn none(buyer: UserId) -> Self {
        Self { buyer, holds: Vec::new(), ended_unpaid: Vec::new() }
    }

    /// Listed orders that may be unpaid.
    #[must_use]
    pub fn orders(&self) -> BTreeSet<OrderId> {
        self.holds.iter().filter(|hold| !hold.is_sold).map(|hold| hold.order_id).collect()
    }

    /// Whether the buyer has recorded unpaid orders.
    pub(crate) fn has_unpaid_ends(&self, now: Timestamp) -> bool {
        self.ended_unpaid.iter().any(|end| now < end.at.plus(UNPAID_END_KEPT))
    }

    /// Removes holds whose time has passed.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.holds.retain(|hold| now < hold.until);
        self
    }

    /// Removes ended orders, except sold free units, and records unpaid ends. `listed` are
    /// [`Holdings::orders`].
    ///
    /// Priced units of an overdue active order do not count. The order counts as an unpaid end, and
    /// stays listed until its own document has its end. Its free units count until then.
    #[must_use]
    pub fn reviewed(mut self, listed: &[Order], now: Timestamp, limits: HoldLimits) -> Self {
        let orders: BTreeMap<OrderId, &Order> =
            listed.iter().map(|order| (order.state.id, order)).collect();
        self.record_unpaid_ends(listed, now, limits);
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

    fn record_unpaid_ends(&mut self, listed: &[Order], now: Timestamp, limits: HoldLimits) {
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

    /// Lists the holds of a placed order; `extension` is the maximum extension of its deadline.
    /// Sold free units count against the limit per ticket and show only, until the start.
    ///
    /// # Errors
    /// [`Refusal::UnpaidOrders`], [`Refusal::HoldLimit`] or [`Refusal::HoldLimitTotal`] above a
    /// limit, [`Refusal::TooManyHolds`] above [`HOLDS_MAX`].
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
            let (order_id, show_id) = (order.state.id, order.state.show_id);
            let (ticket_id, units) = (item.ticket_id, item.quantity);
            Hold { order_id, ticket_id, show_id, units, until, is_free, is_sold }
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
                return Err(Refusal::HoldLimit { of: LimitScope::Ticket(item.ticket_id), limit });
            }
        }
        if let Some(show) = order.state.show_id {
            let units = holdings.held(now, |hold| hold.show_id == Some(show));
            if let Some(limit) = exceeds(units, limits.per_ticket) {
                return Err(Refusal::HoldLimit { of: LimitScope::Show(show), limit });
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

    /// Units of the holds selected by `counts`.
    fn held(&self, now: Timestamp, counts: impl Fn(&Hold) -> bool) -> u32 {
        let holds = self.holds.iter().filter(|hold| now < hold.until && counts(hold));
        holds.fold(0, |units, hold| units.saturating_add(hold.units))
    }

    /// Refuses more than [`UNITS_AFTER_UNPAID_ENDS`] units for a restricted buyer.
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

    /// Refuses an order of a restricted buyer for the last units of tickets, `sold_out`, that an
    /// earlier unpaid order was for. Otherwise one unit would suffice to hold the last one
    /// permanently.
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
            // The restriction may end before this record is deleted.
            let until = last.map_or(now, |end| end.at.plus(UNPAID_END_KEPT).min(restricted));
            if now < until {
                return Err(Refusal::UnpaidTicket { ticket, until, wait: until.since(now) });
            }
        }
        Ok(())
    }

    /// Unpaid ends by time, including those of overdue active orders.
    fn ends(&self, now: Timestamp) -> Vec<UnpaidEnd> {
        // The deadline is that of the priced items; an order with a price has one.
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

/// The reached limit on unpaid ends, and the end of the restriction.
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
