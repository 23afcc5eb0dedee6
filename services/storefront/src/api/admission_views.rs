//! Representations of admissions.

use contract::money::Decimal;
use contract::{AdmissionId, Currency, ShowId, TicketId, Timestamp, TransferId};
use serde::Deserialize;

use crate::language::Language;

/// An admission of the visitor.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdmissionView {
    pub(crate) id: AdmissionId,
    pub(crate) ticket_id: TicketId,
    #[serde(default)]
    pub(crate) show_id: Option<ShowId>,
    /// The title of the ticket when it was ordered.
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) venue: Option<String>,
    #[serde(default)]
    pub(crate) starts_at: Option<Timestamp>,
    /// Number of the unit among those of the ticket in the order, from 1.
    pub(crate) unit: u32,
    pub(crate) units: u32,
    pub(crate) state: AdmissionState,
    #[serde(default)]
    pub(crate) used_at: Option<Timestamp>,
    /// Version of the code.
    pub(crate) credential_version: u16,
    /// Whether a device shows the code.
    pub(crate) is_on_device: bool,
    /// The latest transfer that offered it.
    #[serde(default)]
    pub(crate) transfer_id: Option<TransferId>,
    /// The price that was paid first.
    pub(crate) price: Decimal,
    pub(crate) currency: Currency,
    /// The resale of a listed one.
    #[serde(default)]
    pub(crate) resale: Option<ListingView>,
}

/// A resale.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingView {
    pub(crate) ticket_id: TicketId,
    pub(crate) price: Decimal,
    pub(crate) is_ending: bool,
}

/// Whether the holder may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdmissionState {
    Valid,
    Listed,
    Used,
    Void,
}

/// The code of an admission.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct CodeView {
    pub(crate) code: String,
}

impl AdmissionView {
    pub(crate) fn is_valid(&self) -> bool {
        self.state == AdmissionState::Valid
    }

    /// The class of the tag of its state.
    pub(crate) const fn state_class(&self) -> &'static str {
        match self.state {
            AdmissionState::Valid => "good",
            AdmissionState::Listed => "wait",
            AdmissionState::Used => "over",
            AdmissionState::Void => "bad",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    pub(crate) fn state_text(&self, t: &Language) -> &'static str {
        match self.state {
            AdmissionState::Valid => t.admission_valid(),
            AdmissionState::Listed => t.admission_listed(),
            AdmissionState::Used => t.admission_used(),
            AdmissionState::Void => t.admission_void(),
        }
    }

    /// `Ticket 2 of 3`.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    pub(crate) fn unit_text(&self, t: &Language) -> String {
        t.unit_of(&t.number(self.unit), &t.number(self.units))
    }
}
