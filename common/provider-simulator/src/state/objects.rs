//! Payment intents with their charges, refunds and disputes.

use std::collections::BTreeMap;

use contract::{Currency, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::name_of;
use crate::state::card::{Decline, PaymentMethod};

/// A payment intent: one payment, from its creation to the end of its money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The provider's id, `pi_…`.
    pub id: String,
    pub(crate) client_secret: String,
    /// In Stripe's minor units.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    pub(crate) capture_method: CaptureMethod,
    /// Whether a payment method may redirect the payer, which requires a return URL.
    pub(crate) redirects: Redirects,
    /// The client's metadata.
    pub metadata: BTreeMap<String, String>,
    pub(crate) created: Timestamp,
    /// Whether an operator cancelled it in the dashboard.
    pub is_canceled_by_operator: bool,
    pub(crate) state: State,
}

/// Whether an authorised payment is captured at once or by a separate call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaptureMethod {
    Automatic,
    Manual,
}

/// The payment methods that an intent accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Redirects {
    /// All of the account, including those that redirect.
    Always,
    /// Those of the account that do not redirect.
    Never,
}

/// State of a payment intent, with the data that exists in that state only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    RequiresPaymentMethod { failed: Option<Failed> },
    RequiresConfirmation { method: PaymentMethod },
    RequiresAction { method: PaymentMethod, return_url: Option<String> },
    Processing { method: PaymentMethod },
    RequiresCapture { charge: Charge },
    Succeeded { charge: Charge },
    Canceled { at: Timestamp, reason: Option<&'static str>, released: Option<Charge> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) why: &'static Decline,
    pub(crate) method: PaymentMethod,
    pub(crate) charge: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) method: PaymentMethod,
    pub(crate) created: Timestamp,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
}

/// State of a payment intent, named as in Stripe's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// No card, or a declined one.
    RequiresPaymentMethod,
    /// A card, not confirmed yet.
    RequiresConfirmation,
    /// Waits for a 3-D Secure challenge.
    RequiresAction,
    /// Waits for the bank's decision.
    Processing,
    /// Authorised.
    RequiresCapture,
    /// Captured, in full or in part; refunds do not change this.
    Succeeded,
    /// Cancelled; an authorised amount was released.
    Canceled,
}

impl IntentStatus {
    /// `requires_capture`
    #[must_use]
    pub fn name(self) -> String {
        name_of(self)
    }
}

impl Intent {
    /// The state.
    #[must_use]
    pub fn status(&self) -> IntentStatus {
        match &self.state {
            State::RequiresPaymentMethod { .. } => IntentStatus::RequiresPaymentMethod,
            State::RequiresConfirmation { .. } => IntentStatus::RequiresConfirmation,
            State::RequiresAction { .. } => IntentStatus::RequiresAction,
            State::Processing { .. } => IntentStatus::Processing,
            State::RequiresCapture { .. } => IntentStatus::RequiresCapture,
            State::Succeeded { .. } => IntentStatus::Succeeded,
            State::Canceled { .. } => IntentStatus::Canceled,
        }
    }

    pub(crate) fn failed(&self) -> Option<&Failed> {
        let State::RequiresPaymentMethod { failed } = &self.state else { return None };
        failed.as_ref()
    }

    /// The charge that authorised, captured or released the amount.
    pub(crate) fn charge(&self) -> Option<&Charge> {
        match &self.state {
            State::RequiresPaymentMethod { .. }
            | State::RequiresConfirmation { .. }
            | State::RequiresAction { .. }
            | State::Processing { .. } => None,
            State::RequiresCapture { charge } | State::Succeeded { charge } => Some(charge),
            State::Canceled { released, .. } => released.as_ref(),
        }
    }

    pub(crate) fn method(&self) -> Option<&PaymentMethod> {
        if let State::RequiresConfirmation { method }
        | State::RequiresAction { method, .. }
        | State::Processing { method } = &self.state
        {
            return Some(method);
        }
        self.charge().map(|charge| &charge.method)
    }
}

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

/// A dispute: a payer's bank withdraws the money of a charge, until the merchant wins or for good.
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
    pub(crate) fn has_money(&self) -> bool {
        self.status != DisputeStatus::Won
    }
}

/// The outcome of an open payment, refund or dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Successful.
    Succeeded,
    /// Failed.
    Failed,
}
