//! A refund: money on its way back.

use std::collections::BTreeMap;

use contract::{Currency, Timestamp};

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) charge: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) reason: Option<&'static str>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) created: Timestamp,
    pub(crate) status: RefundStatus,
}

/// Where a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// Given back, as far as anybody knows; a bank may still send it back.
    Succeeded,
    /// The bank sent it back; the money is the merchant's again.
    Failed,
}

impl RefundStatus {
    /// `succeeded`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

impl Refund {
    /// The provider's name for it, `re_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whose money, `pi_…`.
    #[must_use]
    pub fn intent(&self) -> &str {
        &self.intent
    }

    /// In Stripe's minor units.
    #[must_use]
    pub fn amount(&self) -> i64 {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// What the client keeps with it.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// When it was made.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Where it is.
    #[must_use]
    pub fn status(&self) -> RefundStatus {
        self.status
    }
}
