//! The status of a payment or refund, as the provider returns it.

use contract::Money;
use serde::{Deserialize, Serialize};

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
    /// A part was captured and the rest released: by an operator in the dashboard, since this
    /// service captures full amounts only.
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

/// The action that a payer must take before the provider authorises the amount, such as 3-D Secure.
/// Its `Debug` hides the secret.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[debug("Challenge(…)")]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    /// The secret with which the provider's script in the browser continues.
    pub client_secret: String,
    /// The URL for a browser without that script, if there is one.
    pub url: Option<String>,
}

/// Status of a refund at the provider.
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
