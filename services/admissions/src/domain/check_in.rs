//! A check-in: the result of a scan at a door.

use contract::admission::AdmissionState;
use contract::{AdmissionId, GateId, ShowId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::event::Event;

/// A scan and its result, kept so that a repeat of the request returns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckIn {
    /// Hash of the door and of the id of the scan.
    pub id: String,
    /// The result.
    pub result: CheckInResult,
    /// The scanned admission, if the code names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admission_id: Option<AdmissionId>,
    /// When its holder entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// When it was scanned.
    pub scanned_at: Timestamp,
    /// The gate; `None` for a scan by the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateId>,
    /// Set if a door admitted the person and the admission does not allow it: another entry counts,
    /// or the code was not valid. The seller sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
}

/// The events whose conflicts a scan is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// The ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// The show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<ShowId>,
}

/// The result of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckInResult {
    /// The holder may enter, and the admission is used.
    Admitted,
    /// The admission was used before.
    AlreadyUsed,
    /// It is offered for resale; its holder ends the offer first.
    Listed,
    /// Its unit was refunded, or its show was cancelled.
    Void,
    /// A later code replaces this one, or the seller allows codes of devices only.
    Superseded,
    /// The admission is for another ticket or show.
    WrongTicket,
    /// The code is too old.
    ExpiredCode,
    /// No code of this marketplace.
    Forged,
}

impl CheckIn {
    /// Id of the scan of a door: of a gate or of a seller.
    #[must_use]
    pub fn id_of(door: &str, scan: &str) -> String {
        format!("{:x}", Sha256::digest(format!("{door}\n{scan}")))
    }

    /// The same scan, as a conflict of these events.
    #[must_use]
    pub fn conflicting(self, conflict: Conflict) -> Self {
        Self { conflict: Some(conflict), ..self }
    }
}

impl Conflict {
    /// The events of an admission; without one at the door of `event`, the event of the door.
    #[must_use]
    pub fn of(event: &Event, admission: Option<&AdmissionState>) -> Self {
        match (admission.filter(|admission| event.has(admission)), event) {
            (Some(admission), _) => {
                Self { ticket: Some(admission.ticket_id), show: admission.show_id }
            }
            (None, Event::Show(show)) => Self { ticket: None, show: Some(*show) },
            (None, Event::Tickets(tickets)) => {
                Self { ticket: tickets.first().copied(), show: None }
            }
        }
    }
}
