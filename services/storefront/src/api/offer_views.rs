//! Representations of tickets and shows, for their sellers and for administrators.

use contract::money::Decimal;
use contract::{Currency, Money, ShowId, TicketId, Timestamp, UserId};
use serde::Deserialize;

use super::amounts::money;

/// A show, with its tickets unless it is an entry of a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShowView {
    pub(crate) id: ShowId,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    pub(crate) venue: VenueView,
    #[serde(default)]
    pub(crate) doors_at: Option<Timestamp>,
    pub(crate) starts_at: Timestamp,
    pub(crate) status: ShowStatus,
    #[serde(default)]
    pub(crate) refunds_until: Option<Timestamp>,
    #[serde(default)]
    pub(crate) image: Option<ImageView>,
    pub(crate) user_id: UserId,
    pub(crate) version: u64,
    #[serde(default)]
    pub(crate) currency: Option<Currency>,
    /// Lowest price of a ticket on offer, if there is one.
    #[serde(default)]
    pub(crate) min_price: Option<Decimal>,
    pub(crate) available: u32,
    #[serde(default)]
    pub(crate) refunds: Option<ShowRefundsView>,
    #[serde(default)]
    pub(crate) tickets: Vec<TicketView>,
}

/// The place of a show.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VenueView {
    pub(crate) name: String,
    pub(crate) time_zone: String,
    #[serde(default)]
    pub(crate) address: Option<String>,
}

/// Paths of an image.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ImageView {
    pub(crate) small: String,
    pub(crate) medium: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowStatus {
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

/// A ticket: a price category of a show, or a single ticket.
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
    #[serde(default)]
    pub(crate) device_only: bool,
}

/// Whether a ticket can be ordered.
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

impl ShowView {
    pub(crate) fn is_cancelled(&self) -> bool {
        self.status == ShowStatus::Cancelled
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.starts_at <= now
    }
}

impl TicketView {
    pub(crate) fn money(&self) -> Money {
        money(&self.price, self.currency)
    }

    /// Whether its seller can change its terms.
    pub(crate) fn can_be_edited(&self) -> bool {
        !matches!(self.status, OfferStatus::TakenDown | OfferStatus::Cancelled)
    }
}
