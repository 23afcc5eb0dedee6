//! A payment intent: one payment, from its creation to the end of its money.

use std::collections::BTreeMap;

use contract::{Currency, Timestamp};

use crate::state::card::{Decline, PaymentMethod};

/// Whether an authorised payment is captured at once or by a separate call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaptureMethod {
    Automatic,
    Manual,
}

/// A payment intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub(crate) id: String,
    pub(crate) client_secret: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) capture_method: CaptureMethod,
    /// Whether a payment method may redirect the payer, which requires a return URL.
    pub(crate) redirects: Redirects,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) created: Timestamp,
    /// Whether an operator cancelled it in the dashboard.
    pub(crate) is_canceled_by_operator: bool,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    pub fn name(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

impl Intent {
    /// The provider's id, `pi_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
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

    /// Whether an operator cancelled it in the dashboard.
    #[must_use]
    pub fn is_canceled_by_operator(&self) -> bool {
        self.is_canceled_by_operator
    }

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
