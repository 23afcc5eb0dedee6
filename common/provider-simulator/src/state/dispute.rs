//! A dispute: a payer's bank withdraws the money of a charge, until the merchant wins or for good.

use contract::{Currency, Timestamp};
use serde::Serialize;

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The provider's id, `dp_…`.
    pub id: String,
    /// The disputed payment intent, `pi_…`.
    pub intent: String,
    pub(crate) charge: String,
    /// In Stripe's minor units.
    pub amount: i64,
    pub(crate) currency: Currency,
    /// Time of creation.
    pub created: Timestamp,
    /// The state.
    pub status: DisputeStatus,
}

/// State of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// The money is withdrawn; the bank has not decided.
    NeedsResponse,
    /// The money was reinstated.
    Won,
    /// The payer keeps the money.
    Lost,
}

impl Dispute {
    /// Whether the disputed money is withdrawn: the dispute is open or lost.
    #[must_use]
    pub fn has_money(&self) -> bool {
        match self.status {
            DisputeStatus::NeedsResponse | DisputeStatus::Lost => true,
            DisputeStatus::Won => false,
        }
    }
}
