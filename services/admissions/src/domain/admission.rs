//! An admission: the right of one holder to enter once.
//!
//! | command | valid | listed | used | void |
//! |---|---|---|---|---|
//! | enter | used | no effect: `listed` | no effect: `already_used` | no effect: `void` |
//! | merge an entry of a door without a network | used | no effect: `listed` | used: the earlier entry counts | no effect: `void` |
//! | void | void | void | void | already applied |
//! | transfer | valid, with another holder and a higher credential version | `NotValid` | `NotValid` | `NotValid` |
//! | bind a key | bound, or bound to another key; the same: already applied | `NotValid` | `NotValid` | `NotValid` |
//! | unbind | static code; without a device: already applied | `NotValid` | `NotValid` | `NotValid` |
//! | list | listed | refused | refused | refused |
//! | end the listing | refused | listed, ending | refused | refused |
//! | unlist the ticket of the listing | already applied | valid | already applied | already applied |
//! | resell by the ticket of the listing | refused | valid, of the buyer | refused | void, of the buyer |
//! | resell by an order that has bought it | already applied | already applied | already applied | already applied |
//!
//! Each change of the holder or of the device raises the credential version, so that a static code
//! exists for versions without a device only.

use contract::admission::{AdmissionState, AdmissionStatus};
use contract::order::{OrderItem, OrderState};
use contract::{AdmissionId, Decided, Id, Money, OrderId, TicketId, Timestamp, TransferId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::check_in::CheckInResult;
use super::public_key::PublicKey;
use super::refusal::Refusal;

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
    /// The latest transfer that offered it. Whether it is still offered is in the transfer only, so
    /// that its end changes one document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferId>,
    /// When its state or its credential last changed; `None` while a door knows both from the code
    /// alone: it is valid, with the first credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// The scan by which its holder entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

/// An entry: a scan that admitted a person. Of several entries the smallest counts: the earliest,
/// and at the same instant the one whose scan has the smaller id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// The id of the scan.
    pub scan: String,
}

/// An entry of a door without a network, merged with those known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// It counts, in place of the entry of another scan if there was one.
    Counts {
        /// The used admission.
        used: Box<Admission>,
        /// The scan whose entry counts no more.
        displaced: Option<String>,
    },
    /// It does not: the reason, and when the holder entered.
    CountsNot(CheckInResult, Option<Timestamp>),
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
    /// The price that was paid first.
    pub price: Money,
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
        let OrderItem { ticket_id, seller, title, venue, starts_at, unit_price, quantity, .. } =
            item;
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
            listing: None,
            resales: Vec::new(),
        };
        let (title, venue, price) = (title.clone(), venue.clone(), *unit_price);
        let terms = Terms { title, venue, starts_at: *starts_at, price };
        Self { state, terms, device: None, transfer: None, changed_at: None, entered_by: None }
    }

    /// Whether it is not void.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        match self.state.status {
            AdmissionStatus::Valid | AdmissionStatus::Listed | AdmissionStatus::Used { .. } => true,
            AdmissionStatus::Void { .. } => false,
        }
    }

    /// Whether its holder may enter.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.state.status == AdmissionStatus::Valid
    }

    /// A transfer offers it. The holder may still enter, which ends the transfer.
    ///
    /// # Errors
    /// [`Refusal::NotValid`]
    pub fn offer(&self, transfer: TransferId) -> Result<Self, Refusal> {
        match self.state.status {
            AdmissionStatus::Valid => Ok(Self { transfer: Some(transfer), ..self.clone() }),
            AdmissionStatus::Listed
            | AdmissionStatus::Used { .. }
            | AdmissionStatus::Void { .. } => Err(Refusal::NotValid),
        }
    }

    /// Changes the holder. Codes of the earlier one are superseded.
    ///
    /// # Errors
    /// [`Refusal::NotValid`], also after the largest credential version.
    pub fn transfer(&self, holder: UserId, now: Timestamp) -> Result<Self, Refusal> {
        match self.state.status {
            AdmissionStatus::Valid => {
                let transferred = self.with_code(AdmissionStatus::Valid, now);
                let mut transferred = transferred.ok_or(Refusal::NotValid)?;
                transferred.state.holder = holder;
                Ok(transferred)
            }
            AdmissionStatus::Listed
            | AdmissionStatus::Used { .. }
            | AdmissionStatus::Void { .. } => Err(Refusal::NotValid),
        }
    }

    /// Its holder enters; otherwise the reason why not, and when the holder entered before.
    ///
    /// # Errors
    /// [`CheckInResult::Listed`], [`CheckInResult::AlreadyUsed`], [`CheckInResult::Void`].
    pub fn enter(
        &self,
        entry: Entry,
        now: Timestamp,
    ) -> Result<Self, (CheckInResult, Option<Timestamp>)> {
        match self.state.status {
            AdmissionStatus::Valid => Ok(self.used(entry, now)),
            AdmissionStatus::Listed => Err((CheckInResult::Listed, None)),
            AdmissionStatus::Used { at } => Err((CheckInResult::AlreadyUsed, Some(at))),
            AdmissionStatus::Void { .. } => Err((CheckInResult::Void, None)),
        }
    }

    /// Merges an entry of a door that had no network. The result depends on the set of merged
    /// entries, not on their sequence.
    #[must_use]
    pub fn merge(&self, entry: Entry, now: Timestamp) -> Merged {
        match self.state.status {
            AdmissionStatus::Valid => {
                Merged::Counts { used: Box::new(self.used(entry, now)), displaced: None }
            }
            AdmissionStatus::Used { at } => {
                let known = Entry { at, scan: self.entered_by.clone().unwrap_or_default() };
                if known <= entry {
                    return Merged::CountsNot(CheckInResult::AlreadyUsed, Some(at));
                }
                let used = Box::new(self.used(entry, now));
                Merged::Counts { used, displaced: self.entered_by.clone() }
            }
            AdmissionStatus::Listed => Merged::CountsNot(CheckInResult::Listed, None),
            AdmissionStatus::Void { .. } => Merged::CountsNot(CheckInResult::Void, None),
        }
    }

    /// Voids it: its unit returned to sale, or its show does not take place. A used one too: its
    /// holder has the money back.
    pub fn void(&self, now: Timestamp) -> Decided<Self> {
        match self.state.status {
            AdmissionStatus::Valid | AdmissionStatus::Listed | AdmissionStatus::Used { .. } => {
                Decided::applied(self.with(AdmissionStatus::Void { at: now }, now))
            }
            AdmissionStatus::Void { .. } => Decided::AlreadyApplied,
        }
    }

    /// The order that its holder's units are of.
    #[must_use]
    pub fn paid_by(&self) -> OrderId {
        self.state.resales.last().copied().unwrap_or(self.state.order_id)
    }

    fn used(&self, Entry { at, scan }: Entry, now: Timestamp) -> Self {
        Self { entered_by: Some(scan), ..self.with(AdmissionStatus::Used { at }, now) }
    }

    /// In a status, with the next static code: earlier codes are superseded. `None` after the largest
    /// credential version.
    pub(super) fn with_code(&self, status: AdmissionStatus, now: Timestamp) -> Option<Self> {
        let mut coded = Self { device: None, ..self.with(status, now) };
        coded.state.credential_version = self.state.credential_version.checked_add(1)?;
        Some(coded)
    }

    pub(super) fn with(&self, status: AdmissionStatus, now: Timestamp) -> Self {
        let state =
            AdmissionState { version: self.state.version + 1, status, ..self.state.clone() };
        Self { state, changed_at: Some(now), ..self.clone() }
    }
}

/// The admissions of a ticket in an order that end when `kept` units remain: the latest that are not
/// used and were not sold again, then the latest sold ones, then the latest used ones.
#[must_use]
pub fn to_void(admissions: &[Admission], kept: u32) -> Vec<&Admission> {
    let mut live: Vec<&Admission> = admissions.iter().filter(|one| one.is_live()).collect();
    let is_used = |one: &Admission| matches!(one.state.status, AdmissionStatus::Used { .. });
    // Those that remain come first.
    live.sort_by_key(|one| (!is_used(one), one.state.resales.is_empty(), one.state.unit));
    live.split_off(live.len().min(usize::try_from(kept).unwrap_or(usize::MAX)))
}
