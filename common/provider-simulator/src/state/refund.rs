//! A refund.

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

/// State of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundStatus {
    /// Pending.
    Pending,
    /// Succeeded; the bank may still return it.
    Succeeded,
    /// The bank returned the money to the merchant.
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
    /// The provider's id, `re_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The refunded payment intent, `pi_…`.
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

    /// The client's metadata.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Time of creation.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// The state.
    #[must_use]
    pub fn status(&self) -> RefundStatus {
        self.status
    }
}
