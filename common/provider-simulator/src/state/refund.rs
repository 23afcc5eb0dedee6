//! A refund.

use std::collections::BTreeMap;

use contract::{Currency, Timestamp};
use serde::Serialize;

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The provider's id, `re_…`.
    pub id: String,
    pub(crate) intent: String,
    pub(crate) charge: String,
    /// In Stripe's minor units.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    pub(crate) reason: Option<&'static str>,
    /// The client's metadata.
    pub metadata: BTreeMap<String, String>,
    /// Time of creation.
    pub created: Timestamp,
    /// The state.
    pub status: RefundStatus,
}

/// State of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// Pending.
    Pending,
    /// Succeeded; the bank may still return it.
    Succeeded,
    /// The bank returned the money to the merchant.
    Failed,
}
