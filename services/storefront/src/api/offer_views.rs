//! Representations of tickets and shows in the view of an administrator.

use contract::money::Decimal;
use contract::{Currency, ShowId, TicketId, Timestamp, UserId};
use serde::Deserialize;

/// A ticket.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketView {
    pub(crate) id: TicketId,
    pub(crate) title: String,
    pub(crate) price: Decimal,
    pub(crate) currency: Currency,
    pub(crate) quantity: u32,
    pub(crate) available: u32,
    pub(crate) status: OfferStatus,
    pub(crate) user_id: UserId,
    pub(crate) version: u64,
    #[serde(default)]
    pub(crate) show_id: Option<ShowId>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) venue: Option<String>,
    #[serde(default)]
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) late_sales: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OfferStatus {
    Open,
    Withdrawn,
    TakenDown,
    Suspended,
    Ended,
    Cancelled,
}

/// A show.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShowView {
    pub(crate) id: ShowId,
    pub(crate) title: String,
    pub(crate) venue: VenueView,
    pub(crate) starts_at: Timestamp,
    pub(crate) status: ShowState,
    pub(crate) user_id: UserId,
    #[serde(default)]
    pub(crate) refunds: Option<ShowRefundsView>,
    /// Absent in lists.
    #[serde(default)]
    pub(crate) tickets: Vec<TicketView>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VenueView {
    pub(crate) name: String,
    pub(crate) time_zone: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowState {
    Scheduled,
    Postponed,
    Cancelled,
}

/// Numbers of paid orders of a cancelled show, by the state of their refunds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct ShowRefundsView {
    pub(crate) owed: u32,
    pub(crate) done: u32,
    pub(crate) failed: u32,
}
