//! An admission: the right of one holder to enter once.
//!
//! | command | valid, static code | valid, bound to a device | used | void |
//! |---|---|---|---|---|
//! | enter | used | used | no effect: `already_used` | no effect: `void` |
//! | void | void | void | void | already applied |
//! | bind a key | bound | another key: bound; the same: already applied | `NotValid` | `NotValid` |
//! | unbind | already applied | static code | `NotValid` | `NotValid` |
//!
//! Each change between the first two columns, and between two keys, raises the credential version,
//! so that a static code exists for versions without a device only.

use contract::admission::{AdmissionState, AdmissionStatus};
use contract::order::{OrderItem, OrderState};
use contract::{AdmissionId, Decided, Id, OrderId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::check_in::CheckInResult;
use super::public_key::PublicKey;

/// An admission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Admission {
    /// Its published state.
    pub state: AdmissionState,
    /// The event.
    pub terms: Terms,
    /// The key of the device that shows its codes; `None` while its code is static.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<PublicKey>,
}

/// The event of an admission, as it was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Its title.
    pub title: String,
    /// Its venue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// Its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
}

impl Admission {
    /// Id of the admission of a unit, counted from 1. Each delivery of a message derives the same.
    #[must_use]
    pub fn id_of(order: OrderId, ticket: TicketId, unit: u32) -> AdmissionId {
        let order = Id::from(order);
        let unit = format!("{order} {ticket} {unit}");
        let [h0, h1, h2, h3, h4, h5, h6, h7, ..]: [u8; 32] = Sha256::digest(unit).into();
        // An id begins with the second of its origin.
        let [s0, s1, s2, s3, ..] = order.to_bytes();
        Id::from_bytes([s0, s1, s2, s3, h0, h1, h2, h3, h4, h5, h6, h7]).into()
    }

    /// Issues the admission of a unit to the buyer of a complete order.
    #[must_use]
    pub fn issue(order: &OrderState, item: &OrderItem, unit: u32, now: Timestamp) -> Self {
        let OrderItem { ticket_id, seller, title, venue, starts_at, quantity, .. } = item;
        let state = AdmissionState {
            id: Self::id_of(order.id, *ticket_id, unit),
            version: 1,
            order_id: order.id,
            ticket_id: *ticket_id,
            show_id: order.show_id,
            seller: *seller,
            holder: order.buyer,
            unit,
            units: *quantity,
            status: AdmissionStatus::Valid,
            credential_version: 1,
            issued_at: now,
        };
        let terms = Terms { title: title.clone(), venue: venue.clone(), starts_at: *starts_at };
        Self { state, terms, device: None }
    }

    /// Whether it is not void.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        match self.state.status {
            AdmissionStatus::Valid | AdmissionStatus::Used { .. } => true,
            AdmissionStatus::Void { .. } => false,
        }
    }

    /// Its holder enters; otherwise the reason why not, and when the holder entered before.
    ///
    /// # Errors
    /// [`CheckInResult::AlreadyUsed`], [`CheckInResult::Void`].
    pub fn enter(&self, now: Timestamp) -> Result<Self, (CheckInResult, Option<Timestamp>)> {
        match self.state.status {
            AdmissionStatus::Valid => Ok(self.with(AdmissionStatus::Used { at: now })),
            AdmissionStatus::Used { at } => Err((CheckInResult::AlreadyUsed, Some(at))),
            AdmissionStatus::Void { .. } => Err((CheckInResult::Void, None)),
        }
    }

    /// Voids it: its unit returned to sale, or its show does not take place. A used one too: its
    /// holder has the money back.
    pub fn void(&self, now: Timestamp) -> Decided<Self> {
        match self.state.status {
            AdmissionStatus::Valid | AdmissionStatus::Used { .. } => {
                Decided::applied(self.with(AdmissionStatus::Void { at: now }))
            }
            AdmissionStatus::Void { .. } => Decided::AlreadyApplied,
        }
    }

    fn with(&self, status: AdmissionStatus) -> Self {
        let version = self.state.version + 1;
        Self { state: AdmissionState { version, status, ..self.state.clone() }, ..self.clone() }
    }
}

/// The admissions of a ticket in an order that end when `kept` units remain: the latest that are not
/// used, then the latest used ones.
#[must_use]
pub fn to_void(admissions: &[Admission], kept: u32) -> Vec<&Admission> {
    let mut live: Vec<&Admission> = admissions.iter().filter(|one| one.is_live()).collect();
    let is_used = |one: &Admission| matches!(one.state.status, AdmissionStatus::Used { .. });
    // Those that remain come first.
    live.sort_by_key(|one| (!is_used(one), one.state.unit));
    live.split_off(live.len().min(usize::try_from(kept).unwrap_or(usize::MAX)))
}
