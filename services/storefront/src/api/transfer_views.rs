//! Representations of transfers.

use contract::{AdmissionId, Timestamp, TransferId};
use serde::Deserialize;

use crate::language::Language;

/// A transfer that the visitor offered, or may accept.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferView {
    pub(crate) id: TransferId,
    pub(crate) state: TransferState,
    pub(crate) role: TransferRole,
    /// The address of the recipient, while it is known and the visitor is the sender.
    #[serde(default)]
    pub(crate) to_email: Option<String>,
    pub(crate) admission_ids: Vec<AdmissionId>,
    pub(crate) title: String,
    pub(crate) expires_at: Timestamp,
    #[serde(default)]
    pub(crate) ended_at: Option<Timestamp>,
}

/// The state of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferState {
    Offered,
    Accepted,
    Declined,
    Cancelled,
    Expired,
}

/// The part of the visitor in a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferRole {
    Sender,
    Recipient,
}

/// A new transfer.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OfferedTransfer {
    pub(crate) id: TransferId,
}

impl TransferView {
    pub(crate) fn is_open(&self) -> bool {
        self.state == TransferState::Offered
    }

    /// Whether the visitor may accept or decline it.
    pub(crate) fn may_be_accepted(&self) -> bool {
        self.is_open() && self.role == TransferRole::Recipient
    }

    /// Whether the visitor may take it back.
    pub(crate) fn may_be_cancelled(&self) -> bool {
        self.is_open() && self.role == TransferRole::Sender
    }

    /// Whether the visitor holds its admissions by it.
    pub(crate) fn is_received(&self) -> bool {
        self.state == TransferState::Accepted && self.role == TransferRole::Recipient
    }

    /// The class of the tag of its state.
    pub(crate) const fn state_class(&self) -> &'static str {
        match self.state {
            TransferState::Offered => "",
            TransferState::Accepted => "good",
            TransferState::Declined | TransferState::Cancelled | TransferState::Expired => "over",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    pub(crate) fn state_text(&self, t: &Language) -> &'static str {
        match self.state {
            TransferState::Offered => t.transfer_offered(),
            TransferState::Accepted => t.transfer_accepted(),
            TransferState::Declined => t.transfer_declined(),
            TransferState::Cancelled => t.transfer_cancelled(),
            TransferState::Expired => t.transfer_expired(),
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    pub(crate) fn units_text(&self, t: &Language) -> String {
        let units = u32::try_from(self.admission_ids.len()).unwrap_or(u32::MAX);
        t.transfer_units(&t.number(units))
    }
}
