//! Limits on unpaid holds: of one buyer, and of one network.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::{ShowId, TicketId};
use serde::{Deserialize, Serialize};

/// Time for which an unpaid order counts against its buyer.
pub const UNPAID_END_KEPT: Duration = Duration::from_mins(30);

/// Maximum number of holds of one buyer over all tickets: twenty full orders within a minute. It
/// bounds the document, to some 20 KiB, and the orders read for a refusal.
pub const HOLDS_MAX: usize = 200;

/// Units that a buyer may hold over all tickets after too many unpaid orders.
pub(super) const UNITS_AFTER_UNPAID_ENDS: NonZeroU32 = NonZeroU32::MIN;

/// Minimum ceiling of a network if buyers have no limit per ticket: the order of a family.
const NETWORK_CEILING_MIN: u32 = 8;

/// Limits on the unpaid holds of one buyer; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldLimits {
    /// Units of one ticket, and of all tickets of one show.
    pub per_ticket: Option<NonZeroU32>,
    /// Units over all tickets.
    pub total: Option<NonZeroU32>,
    /// Unpaid orders within [`UNPAID_END_KEPT`] after which one unit is the limit over all tickets.
    pub unpaid_ends: Option<NonZeroU32>,
}

impl HoldLimits {
    /// Whether any limit is set, so that holds must be listed.
    pub(crate) const fn is_any(self) -> bool {
        self.per_ticket.is_some() || self.total.is_some() || self.unpaid_ends.is_some()
    }
}

/// The units that a limit counts.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    derive_more::Display,
)]
pub enum LimitScope {
    /// Those of one ticket.
    #[serde(rename = "ticketId")]
    #[display("ticket {_0}")]
    Ticket(TicketId),
    /// Those of all tickets of one show: otherwise its price categories would multiply the limit.
    #[serde(rename = "showId")]
    #[display("show {_0}")]
    Show(ShowId),
}

/// Share of a ticket, or of a show, that the unpaid holds of one network may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkShare {
    /// Percentage of the capacity, 1 to 100.
    pub percent: NonZeroU32,
    /// Limit per ticket of one buyer. The ceiling is never below it, so that one buyer alone cannot
    /// exceed the ceiling.
    pub per_buyer: Option<NonZeroU32>,
}

impl NetworkShare {
    /// Units that one network may hold of a ticket or a show with this capacity.
    #[must_use]
    pub fn ceiling(self, capacity: u32) -> u32 {
        let share = u64::from(capacity) * u64::from(self.percent.get()) / 100;
        let least = self.per_buyer.map_or(NETWORK_CEILING_MIN, NonZeroU32::get);
        u32::try_from(share).unwrap_or(u32::MAX).max(least)
    }
}

/// A network by its prefix, such as `203.0.113.0/24`: the only stored part of a client's address.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    derive_more::Display,
    derive_more::From,
)]
#[serde(transparent)]
pub struct Network(String);
