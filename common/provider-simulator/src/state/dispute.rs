//! A dispute: a payer's bank withdraws the money of a charge, until the merchant wins or for good.

use contract::{Currency, Timestamp};

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) charge: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) created: Timestamp,
    pub(crate) status: DisputeStatus,
}

/// State of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeStatus {
    /// The money is withdrawn; the bank has not decided.
    NeedsResponse,
    /// The money was reinstated.
    Won,
    /// The payer keeps the money.
    Lost,
}

impl Dispute {
    /// The provider's id, `dp_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The disputed payment intent, `pi_…`.
    #[must_use]
    pub fn intent(&self) -> &str {
        &self.intent
    }

    /// In Stripe's minor units.
    #[must_use]
    pub fn amount(&self) -> i64 {
        self.amount
    }

    /// Time of creation.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// The state.
    #[must_use]
    pub fn status(&self) -> DisputeStatus {
        self.status
    }

    /// Whether the disputed money is withdrawn: the dispute is open or lost.
    #[must_use]
    pub fn has_money(&self) -> bool {
        match self.status {
            DisputeStatus::NeedsResponse | DisputeStatus::Lost => true,
            DisputeStatus::Won => false,
        }
    }
}
