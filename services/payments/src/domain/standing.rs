//! Where a payment or a refund stands at the provider, as the provider says when it is asked.

use std::fmt;

use contract::Money;
use serde::{Deserialize, Serialize};

/// Where a payment stands at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Known there, and no card was asked for money.
    Unconfirmed,
    /// The payer has to do something first.
    Challenged(Challenge),
    /// The money is held.
    Held,
    /// The money was taken.
    Captured,
    /// A part of the money was captured and the rest released: by an operator in the dashboard, since captures of this service are
    /// always full.
    CapturedPart {
        /// How much was taken.
        taken: Money,
    },
    /// The money was let go, or will never be held.
    Released,
    /// No money is held, and why.
    Declined {
        /// The provider's word for why.
        reason: String,
    },
}

/// What a payer has to do before the provider holds the money, such as 3-D Secure. Its `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    /// With this the provider's own script in the browser goes on.
    pub client_secret: String,
    /// Where to send a browser without that script, if there is such a page.
    pub url: Option<String>,
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(…)")
    }
}

/// Where a refund stands at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RefundStanding {
    /// Not known there: no money was given back.
    Unknown,
    /// On its way to the payer.
    Pending {
        /// The provider's name for it.
        reference: String,
    },
    /// Given back, as far as anybody knows; a bank may still send it back.
    Succeeded {
        /// The provider's name for it.
        reference: String,
    },
    /// Not given back, or sent back by the payer's bank: the money is ours.
    Failed {
        /// The provider's word for why.
        reason: String,
    },
}
