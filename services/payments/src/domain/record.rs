//! The provider's record of a payment: the money that it took, and every refund and dispute of it, whatever their origin.

use contract::{Id, Money, RefundId, Timestamp};
use sha2::{Digest as _, Sha256};

use super::standing::{RefundStanding, Standing};

/// The record of one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// State of the payment.
    pub standing: Standing,
    /// Its refunds, those made in the provider's dashboard too.
    pub refunds: Vec<RecordedRefund>,
    /// Its disputes for which money was withdrawn.
    pub disputes: Vec<RecordedDispute>,
}

/// A refund, as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRefund {
    /// The provider's name for it.
    pub reference: String,
    /// Our own, where it was requested here.
    pub refund_id: Option<RefundId>,
    /// How much.
    pub amount: Money,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its state.
    pub standing: RefundStanding,
}

/// A dispute, as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedDispute {
    /// The provider's name for it.
    pub reference: String,
    /// How much of the payment.
    pub amount: Money,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Its state.
    pub standing: DisputeStanding,
}

/// State of a dispute at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisputeStanding {
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
    pub const fn of(standing: Standing) -> Self {
        Self { standing, refunds: Vec::new(), disputes: Vec::new() }
    }
}

impl RecordedRefund {
    /// The id under which it is booked when it was not requested here.
    #[must_use]
    pub fn own_id(&self) -> Id {
        id_of(&self.reference, self.made_at)
    }
}

impl RecordedDispute {
    /// The id under which it is booked.
    #[must_use]
    pub fn own_id(&self) -> Id {
        id_of(&self.reference, self.opened_at)
    }
}

/// The id of what the provider named: the same whenever and wherever it is seen, so that it is booked once. The second in which it was
/// made comes first, as in every id.
fn id_of(reference: &str, made_at: Timestamp) -> Id {
    let mut bytes = Id::first_minted_at(made_at).to_bytes();
    for (byte, hashed) in bytes.iter_mut().skip(4).zip(Sha256::digest(reference)) {
        *byte = hashed;
    }
    Id::from_bytes(bytes)
}
