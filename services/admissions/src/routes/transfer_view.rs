//! Views of a transfer.

use contract::transfer::{TransferRecipient, TransferStatus};
use contract::{AdmissionId, Timestamp, TransferId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Transfer;

/// State of a transfer.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferStateView {
    /// The recipient may accept it.
    Offered,
    /// The recipient holds the admissions.
    Accepted,
    /// The recipient does not want them.
    Declined,
    /// The sender took it back, or one of its admissions was used or is void.
    Cancelled,
    /// The recipient did not accept it in time.
    Expired,
}

/// The part of the signed-in user in a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransferRole {
    /// The user offered the admissions.
    Sender,
    /// The admissions are offered to the user.
    Recipient,
}

/// An offer of admissions to another person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferView {
    id: TransferId,
    state: TransferStateView,
    role: TransferRole,
    /// The sender.
    from: UserId,
    /// The recipient, as the sender named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_user: Option<UserId>,
    /// The address of the recipient, shown to the sender while the transfer is offered and no
    /// reader of its mail has opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_email: Option<String>,
    admission_ids: Vec<AdmissionId>,
    /// The title of the show or of the ticket of the first admission.
    title: String,
    offered_at: Timestamp,
    /// When the recipient can no longer accept it.
    expires_at: Timestamp,
    /// When it was accepted, declined or cancelled, or expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    version: u64,
}

impl TransferView {
    /// The transfer, as its sender or its recipient sees it.
    pub(crate) fn of(transfer: &Transfer, user: UserId) -> Self {
        let state = &transfer.state;
        let role = if state.from == user { TransferRole::Sender } else { TransferRole::Recipient };
        let (to_user, to_email) = match (&state.to, role) {
            (TransferRecipient::User { user_id }, _)
            | (TransferRecipient::Claimed { user_id }, TransferRole::Recipient) => {
                (Some(*user_id), None)
            }
            (TransferRecipient::Address { email, .. }, TransferRole::Sender) => {
                (None, Some(email.clone()))
            }
            (TransferRecipient::Claimed { .. }, TransferRole::Sender)
            | (TransferRecipient::Address { .. }, TransferRole::Recipient)
            | (TransferRecipient::DeletedAddress, _) => (None, None),
        };
        let (shown, ended_at) = match state.status {
            TransferStatus::Offered => (TransferStateView::Offered, None),
            TransferStatus::Accepted { at } => (TransferStateView::Accepted, Some(at)),
            TransferStatus::Declined { at } => (TransferStateView::Declined, Some(at)),
            TransferStatus::Cancelled { at } => (TransferStateView::Cancelled, Some(at)),
            TransferStatus::Expired { at } => (TransferStateView::Expired, Some(at)),
        };
        Self {
            id: state.id,
            state: shown,
            role,
            from: state.from,
            to_user,
            to_email,
            admission_ids: state.admissions.clone(),
            title: state.title.clone(),
            offered_at: state.offered_at,
            expires_at: state.expires_at,
            ended_at,
            version: state.version,
        }
    }
}

/// A new transfer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferedTransferView {
    pub(crate) id: TransferId,
    pub(crate) state: TransferStateView,
}
