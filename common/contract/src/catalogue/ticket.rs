//! Tickets, published by tickets: the offers of sellers.

use serde::{Deserialize, Serialize};

use super::show::ShowStatus;
use crate::message::{MessageType, state};
use crate::{AdmissionId, Money, ShowId, TicketId, Timestamp, UserId};

/// A ticket was offered.
pub const CREATED: MessageType<TicketState> = MessageType::new("ticket.created", 1);
/// A ticket was edited by its seller.
pub const UPDATED: MessageType<TicketState> = MessageType::new("ticket.updated", 1);
/// A ticket is no longer offered; existing orders remain.
pub const WITHDRAWN: MessageType<TicketState> = MessageType::new("ticket.withdrawn", 1);

/// Whether a ticket can be ordered at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// It can, while units are available.
    Open,
    /// Its seller withdrew it, and may offer it again.
    Withdrawn,
    /// An administrator took it down; only an administrator may offer it again.
    TakenDown,
}

/// The full public state of a ticket, without its inventory (see [`super::inventory`]).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketState {
    /// The ticket.
    pub id: TicketId,
    /// 1 when offered, one more with every edit.
    pub version: u64,
    /// The seller.
    pub seller: UserId,
    /// The title.
    pub title: String,
    /// Price of one unit.
    pub price: Money,
    /// Offered units in all, including sold ones.
    pub quantity: u32,
    /// Whether it can be ordered.
    pub offer: Offer,
    /// The show that it is a price category of; `venue` and `starts_at` are those of the show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<TicketShow>,
    /// The venue of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// The start of the event. Sales end then, unless `late_sales` is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Whether it can be ordered after the start of the event.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late_sales: bool,
    /// Whether its admissions have no static codes, only codes that a device renews.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub device_only: bool,
    /// When it was first offered.
    pub created_at: Timestamp,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The highest price of a resale, in percent of the price that was paid first; 0 forbids it.
    #[serde(default = "whole_price", skip_serializing_if = "is_whole_price")]
    pub resale_cap: u16,
    /// The admission that it sells again; `None` for a first sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resale: Option<TicketResale>,
}

/// The admission that a ticket sells again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketResale {
    /// The admission.
    pub admission_id: AdmissionId,
    /// The ticket of its first sale.
    pub ticket_id: TicketId,
    /// The show of that ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_id: Option<ShowId>,
}

/// The default of [`TicketState::resale_cap`], in percent.
pub const WHOLE_PRICE: u16 = 100;

const fn whole_price() -> u16 {
    WHOLE_PRICE
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_whole_price(cap: &u16) -> bool {
    *cap == WHOLE_PRICE
}

/// The show of a ticket, as the ticket has copied it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketShow {
    /// The show.
    pub id: ShowId,
    /// The copied version of the show.
    pub version: u64,
    /// The status of the show at that version.
    #[serde(flatten)]
    pub status: ShowStatus,
}

/// Whether sales have ended at `now`: from `starts_at` on, unless the seller allows late sales.
#[must_use]
pub fn sales_ended(starts_at: Option<Timestamp>, late_sales: bool, now: Timestamp) -> bool {
    !late_sales && starts_at.is_some_and(|starts_at| starts_at <= now)
}

state!(TicketState, "ticket", id, version);
