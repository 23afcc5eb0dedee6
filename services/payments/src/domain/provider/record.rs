//! The provider's status and record of a payment, with refunds and disputes of any origin.

use contract::{Id, Money, RefundId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

/// Status of a payment at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProviderStatus {
    /// Created; no card is charged.
    Unconfirmed,
    /// The payer must act.
    Challenged(Challenge),
    /// Authorised.
    Held,
    /// Captured.
    Captured,
    /// An operator captured a part; the rest is released. This service captures full amounts.
    CapturedPart {
        /// The captured amount.
        taken: Money,
    },
    /// Released or cancelled.
    Released,
    /// Declined.
    Declined {
        /// The provider's reason.
        reason: String,
    },
}

/// An action that the payer must complete, such as 3-D Secure.
// The provider authorises the amount after it. Its `Debug` hides the secret.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[debug("Challenge(…)")]
#[serde(rename_all = "camelCase")]
#[schema(as = ActionView)]
pub struct Challenge {
    /// Secret for the provider's script in the browser.
    pub client_secret: String,
    /// Address of the action for browsers without that script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Status of a refund at the provider; a reference is the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProviderRefundStatus {
    /// Not created there: no money was paid.
    Unknown,
    /// In progress.
    Pending {
        /// The provider's id.
        reference: String,
    },
    /// Paid; a bank may still return it.
    Succeeded {
        /// The provider's id.
        reference: String,
    },
    /// Not paid, or returned by the payer's bank.
    Failed {
        /// The provider's reason.
        reason: String,
    },
}

/// The record of one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The status of the payment.
    pub status: ProviderStatus,
    /// The refunds, including those made in the provider's dashboard.
    pub refunds: Vec<RecordedRefund>,
    /// The disputes that have withdrawn money.
    pub disputes: Vec<RecordedDispute>,
}

/// A refund in the provider's record; the reference is its id there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRefund {
    /// The provider's id.
    pub reference: String,
    /// The id of the refund, if it was requested here.
    pub refund_id: Option<RefundId>,
    /// The amount.
    pub amount: Money,
    /// Time of creation.
    pub made_at: Timestamp,
    /// The status.
    pub status: ProviderRefundStatus,
}

/// A dispute in the provider's record; the reference is its id there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedDispute {
    /// The provider's id.
    pub reference: String,
    /// The amount.
    pub amount: Money,
    /// Time of opening.
    pub opened_at: Timestamp,
    /// The status.
    pub status: ProviderDisputeStatus,
}

/// State of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DisputeStatusView)]
pub enum ProviderDisputeStatus {
    /// The money is withdrawn and frozen; the payer's bank has not decided.
    Open,
    /// The bank returned the money to the accounts that bore it.
    Won,
    /// The payer keeps the money.
    Lost,
}

impl RecordedRefund {
    /// The id of the booked refund, if it was not requested here.
    #[must_use]
    pub fn own_id(&self) -> Id {
        id_of(&self.reference, self.made_at)
    }
}

impl RecordedDispute {
    /// The id of the booked dispute.
    #[must_use]
    pub fn own_id(&self) -> Id {
        id_of(&self.reference, self.opened_at)
    }
}

/// Derives an id from the provider's id, so that each object is booked once. As in every id, the
/// second of creation comes first.
fn id_of(reference: &str, made_at: Timestamp) -> Id {
    let mut bytes = Id::first_minted_at(made_at).to_bytes();
    for (byte, hashed) in bytes.iter_mut().skip(4).zip(Sha256::digest(reference)) {
        *byte = hashed;
    }
    Id::from_bytes(bytes)
}
