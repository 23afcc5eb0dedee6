//! A payment intent: one payment, from its creation to the end of its money.

use std::collections::BTreeMap;

use contract::{Currency, Timestamp};
use serde::Serialize;

use crate::api::views::name_of;
use crate::state::card::{Decline, PaymentMethod};

/// Whether an authorised payment is captured at once or by a separate call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaptureMethod {
    Automatic,
    Manual,
}

/// A payment intent.
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
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) created: Timestamp,
    /// Whether an operator cancelled it in the dashboard.
    pub is_canceled_by_operator: bool,
    pub(crate) state: State,
}

/// The payment methods that an intent accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// The listed ones; here always `card` alone.
    Listed,
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

/// A failed attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) why: &'static Decline,
    pub(crate) method: PaymentMethod,
    pub(crate) charge: Option<String>,
}

/// An authorised amount.
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

impl Charge {
    /// Whether the captured amount is refunded in full.
    pub(crate) fn is_refunded(&self) -> bool {
        self.refunded > 0 && self.refunded >= self.captured
    }
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

    /// The failed attempt, after one.
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

    /// The current payment method.
    pub(crate) fn method(&self) -> Option<&PaymentMethod> {
        match &self.state {
            State::RequiresPaymentMethod { .. } => None,
            State::RequiresConfirmation { method }
            | State::RequiresAction { method, .. }
            | State::Processing { method } => Some(method),
            State::RequiresCapture { .. } | State::Succeeded { .. } | State::Canceled { .. } => {
                self.charge().map(|charge| &charge.method)
            }
        }
    }
}
