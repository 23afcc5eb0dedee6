//! An amount that a refund or a dispute claims from a share of a captured payment.

use contract::{Money, UserId};
use serde::{Deserialize, Serialize};

/// An amount of one seller's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The seller; for a top-up, the owner of the account.
    pub seller: UserId,
    /// The amount.
    pub amount: Money,
}
