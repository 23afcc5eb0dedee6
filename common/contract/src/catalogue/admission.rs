//! Admissions, published by admissions: each is the right of one holder to enter once. A unit of a
//! complete order has one.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{AdmissionId, Money, OrderId, ShowId, TicketId, Timestamp, UserId};

/// An order completed: a unit of it has an admission.
pub const ISSUED: MessageType<AdmissionState> = MessageType::new("admission.issued", 1);
/// Another person holds it. Codes of the holder before are not accepted.
pub const TRANSFERRED: MessageType<AdmissionState> = MessageType::new("admission.transferred", 1);
/// It is offered for resale, or the holder requested the end of the offer.
pub const LISTED: MessageType<AdmissionState> = MessageType::new("admission.listed", 1);
/// It is no longer offered, and remains with its holder.
pub const UNLISTED: MessageType<AdmissionState> = MessageType::new("admission.unlisted", 1);
/// A device was bound to it, or unbound: its credential version rose.
pub const UPDATED: MessageType<AdmissionState> = MessageType::new("admission.updated", 1);
/// Its holder entered; again if an earlier entry, of a door without a network, counts instead.
pub const USED: MessageType<AdmissionState> = MessageType::new("admission.used", 1);
/// Its unit returned to sale, or its show was cancelled. Final.
pub const VOIDED: MessageType<AdmissionState> = MessageType::new("admission.voided", 1);

/// The status of an admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum AdmissionStatus {
    /// Its holder may enter.
    Valid,
    /// It is offered for resale: it admits no person, and has a [`Listing`].
    Listed,
    /// Its holder has entered.
    Used {
        /// When.
        at: Timestamp,
    },
    /// It admits no person any more.
    Void {
        /// Since when.
        at: Timestamp,
    },
}

/// The full public state of an admission.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdmissionState {
    /// The admission.
    pub id: AdmissionId,
    /// 1 when issued, one more with every published change.
    pub version: u64,
    /// The order.
    pub order_id: OrderId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its show; `None` for a ticket without a show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_id: Option<ShowId>,
    /// The seller of the ticket.
    pub seller: UserId,
    /// The person who may enter.
    pub holder: UserId,
    /// Number of the unit among those of the ticket in the order, from 1.
    pub unit: u32,
    /// Units of the ticket in the order.
    pub units: u32,
    /// The status.
    #[serde(flatten)]
    pub status: AdmissionStatus,
    /// Version of the code; earlier ones are not accepted.
    pub credential_version: u16,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The last offer for resale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// The orders of its resales, the last one being its holder's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resales: Vec<OrderId>,
}

/// An offer of an admission for resale.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// The ticket of one unit that is on sale.
    pub ticket_id: TicketId,
    /// The title.
    pub title: String,
    /// The venue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// The start of the event, with which the sale ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// The price.
    pub price: Money,
    /// Whether the holder requested its end: it ends unless a purchase is under way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_ending: bool,
}

state!(AdmissionState, "admission", id, version);
