//! A payment intent: one payment, from the wish to the end of its money.

use std::collections::BTreeMap;

use contract::{Currency, Timestamp};

use crate::card::{Decline, PaymentMethod};

/// Who decides when held money is taken.
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
    /// Whether a payment method may send its customer elsewhere, so that a way back is needed.
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

/// Which payment methods an intent takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// Those listed; here always `card` alone.
    Listed,
    /// Those of the account, also such that redirect.
    Always,
    /// Those of the account that do not redirect.
    Never,
}

/// Where a payment intent is, with what it has there only.
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

/// An attempt that came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) why: &'static Decline,
    pub(crate) method: PaymentMethod,
    pub(crate) charge: Option<String>,
}

/// Money that a bank promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) method: PaymentMethod,
    pub(crate) created: Timestamp,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
}

/// The state of a payment intent, by its name at Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntentStatus {
    /// No card, or one that was declined.
    RequiresPaymentMethod,
    /// A card, not yet asked.
    RequiresConfirmation,
    /// The customer is to prove who they are.
    RequiresAction,
    /// The bank thinks about it.
    Processing,
    /// The money is held.
    RequiresCapture,
    /// The money was taken, perhaps in part; refunds do not change this.
    Succeeded,
    /// Given up; money that was held was let go.
    Canceled,
}

impl Charge {
    /// Whether nothing of it is left.
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
    /// The provider's name for it, `pi_…`.
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

    /// What the client keeps with it.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// When it was created.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Whether an operator cancelled it in the dashboard.
    #[must_use]
    pub fn is_canceled_by_operator(&self) -> bool {
        self.is_canceled_by_operator
    }

    /// Where it is.
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

    /// The charge that holds, took or let go of its money.
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

    /// The card it is paid with now.
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
