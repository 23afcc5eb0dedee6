//! Copy of a show's refunds, which payments publishes.

use contract::show_refunds::ShowRefundsState;
use serde::{Deserialize, Serialize};

/// Numbers of paid orders of a cancelled show, by the state of their refunds; version 0 before the
/// first message of payments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refunds {
    /// Version of the refunds.
    pub version: u64,
    /// Whether all orders at the cancellation are counted.
    #[serde(default)]
    pub is_counted: bool,
    /// Refunds that have not ended.
    pub owed: u32,
    /// Orders of which nothing is owed.
    pub done: u32,
    /// Refunds that the provider or a bank has rejected: their payers have credit instead.
    pub failed: u32,
}

impl From<&ShowRefundsState> for Refunds {
    fn from(state: &ShowRefundsState) -> Self {
        let ShowRefundsState { show_id: _, version, is_counted, owed, done, failed } = *state;
        Self { version, is_counted, owed, done, failed }
    }
}
