//! The provider's record of a payment: its captured amount, and all refunds and disputes of any
//! origin.

use contract::{Id, Money, RefundId, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::domain::provider::status::{ProviderRefundStatus, ProviderStatus};

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

/// A refund in the provider's record.
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

/// A dispute in the provider's record.
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

/// Status of a dispute at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderDisputeStatus {
    /// The money is withdrawn; the payer's bank has not decided.
    Open,
    /// The bank returned the money.
    Won,
    /// The payer keeps the money.
    Lost,
}

impl Record {
    /// The record of a payment without refunds and disputes.
    #[must_use]
    pub const fn of(status: ProviderStatus) -> Self {
        Self { status, refunds: Vec::new(), disputes: Vec::new() }
    }
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
