//! One attempt to collect money: for an order, or to top up an account.

mod consent;
mod decision;
mod news;
mod refunds;

use contract::payment::{PaymentState, PaymentStatus};
use contract::{Money, OrderId, PaymentId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::order_copy::Verdict;
use super::standing::{Challenge, Standing};
use super::token::Token;

pub use consent::Consent;
pub use refunds::{Claim, REFUNDS_OF_ADMINS_MAX, REFUNDS_OF_SELLER_MAX, Refunds, Requests};

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Its id; also the key under which the provider does everything once.
    pub id: PaymentId,
    /// 1 when started, one more with every change that others learn of.
    pub version: u64,
    /// What it is for.
    pub purpose: Purpose,
    /// Who pays.
    pub buyer: UserId,
    /// How much.
    pub amount: Money,
    /// When it began.
    pub started_at: Timestamp,
    /// Whether something is said to have happened at the provider, which is to be asked.
    pub has_news: bool,
    /// Where it stands.
    pub state: State,
}

/// What a payment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Purpose {
    /// To pay an order; the order decides what becomes of the money.
    Order {
        /// The order.
        order_id: OrderId,
    },
    /// To put money on the payer's own account.
    TopUp,
}

/// Where a payment stands. `Capturing` and `Voiding` are decided; the provider has yet to do it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum State {
    /// The provider has not heard of it.
    Started {
        /// The card to pay with.
        token: Token,
    },
    /// The provider knows it; the card is to be asked for the money.
    Opened {
        /// The provider's name for it.
        reference: String,
        /// The card to pay with.
        token: Token,
    },
    /// The payer has to do something before the money is held.
    RequiresAction {
        /// The provider's name for it.
        reference: String,
        /// What.
        challenge: Challenge,
    },
    /// The money is held; the order has not said yes or no.
    Authorized {
        /// By whom.
        holder: Holder,
        /// When that was recorded.
        authorized_at: Timestamp,
    },
    /// The order said yes.
    Capturing {
        /// The provider's name for it.
        reference: String,
        /// When it was recorded that the money is held.
        authorized_at: Timestamp,
    },
    /// The money was taken.
    Captured {
        /// By whom it was held.
        holder: Holder,
        /// When that was recorded.
        captured_at: Timestamp,
        /// What of it was asked back and given back.
        #[serde(default)]
        refunds: Refunds,
    },
    /// The order said no.
    Voiding {
        /// The provider's name for it.
        reference: String,
        /// Why.
        reason: VoidReason,
        /// What others were told of it last: started, authorised, or declined.
        told: PaymentStatus,
    },
    /// No money is held any more, and none was taken.
    Voided {
        /// Why.
        reason: VoidReason,
    },
    /// The provider said no.
    Declined {
        /// The provider's name for it, as long as it could go on there; it is to be closed.
        reference: Option<String>,
        /// Its word for why.
        reason: String,
    },
}

/// Who holds the money of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Holder {
    /// The provider, from a card.
    Provider {
        /// Its name for the payment.
        reference: String,
    },
    /// We do, from the payer's account.
    Ledger,
}

/// Why money was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// The order's deadline passed.
    OrderExpired,
    /// The buyer gave the order up.
    OrderCancelled,
    /// Another payment was accepted.
    OrderComplete,
    /// The payment had been declined before the provider came to hold the money after all.
    Declined,
    /// The payer did not do in time what was required.
    Abandoned,
}

/// What may happen to a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The provider knows it now.
    Open {
        /// The provider's name for it.
        reference: String,
    },
    /// The provider would not hear of it.
    Refuse {
        /// Its word for why.
        reason: String,
    },
    /// The provider said where it stands.
    Observe(Standing),
    /// Something may have happened at the provider.
    Ask,
    /// What it is for was looked at.
    Settle(Verdict),
}

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It changed in a way that others learn of.
    Changed(Box<Payment>),
    /// It changed in a way that is nobody else's business.
    Advanced(Box<Payment>),
    /// It was so before.
    Unchanged,
}

/// What is to be asked of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task<'p> {
    /// To hear of the payment.
    Open,
    /// To hold the money.
    Confirm {
        /// The provider's name for it.
        reference: &'p str,
        /// Of which card.
        token: &'p Token,
    },
    /// To take it.
    Capture {
        /// The provider's name for it.
        reference: &'p str,
    },
    /// To let it go.
    Void {
        /// The provider's name for it.
        reference: &'p str,
    },
    /// Where it stands.
    Inquire {
        /// The provider's name for it.
        reference: &'p str,
    },
    /// Nothing.
    Nothing,
}

impl Payment {
    /// The order it pays, if it pays one.
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        match self.purpose {
            Purpose::Order { order_id } => Some(order_id),
            Purpose::TopUp => None,
        }
    }

    /// The provider's name for it, where it has one.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match &self.state {
            State::Opened { reference, .. }
            | State::RequiresAction { reference, .. }
            | State::Capturing { reference, .. }
            | State::Voiding { reference, .. }
            | State::Authorized { holder: Holder::Provider { reference }, .. }
            | State::Captured { holder: Holder::Provider { reference }, .. } => Some(reference),
            State::Declined { reference, .. } => reference.as_deref(),
            State::Authorized { holder: Holder::Ledger, .. }
            | State::Captured { holder: Holder::Ledger, .. }
            | State::Started { .. }
            | State::Voided { .. } => None,
        }
    }

    /// What is to be asked of the provider now.
    #[must_use]
    pub fn task(&self) -> Task<'_> {
        match &self.state {
            State::Started { .. } => Task::Open,
            State::Opened { reference, token } => Task::Confirm { reference, token },
            State::Capturing { reference, .. } => Task::Capture { reference },
            State::Voiding { reference, .. }
            | State::Declined { reference: Some(reference), .. } => Task::Void { reference },
            State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Captured { .. }
            | State::Voided { .. }
            | State::Declined { reference: None, .. } => match self.reference() {
                Some(reference) if self.has_news => Task::Inquire { reference },
                Some(_) | None => Task::Nothing,
            },
        }
    }

    /// Whether it has come to an end: captured, voided or declined.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match self.state {
            State::Started { .. }
            | State::Opened { .. }
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Voiding { .. } => false,
            State::Captured { .. } | State::Voided { .. } | State::Declined { .. } => true,
        }
    }

    /// What others learn of it; nothing of a top-up.
    #[must_use]
    pub fn public_state(&self) -> Option<PaymentState> {
        Some(PaymentState {
            id: self.id,
            version: self.version,
            order_id: self.order_id()?,
            buyer: self.buyer,
            amount: self.amount,
            status: self.public_status(),
            started_at: self.started_at,
            refunded: self.refunds().and_then(|refunds| refunds.refunded),
            returned: self.refunds().map(|refunds| refunds.returned.clone()).unwrap_or_default(),
            refunds: self.refunds().map(|refunds| refunds.summaries.clone()).unwrap_or_default(),
        })
    }

    /// Where it stands, in the words that others know.
    #[must_use]
    pub fn public_status(&self) -> PaymentStatus {
        match &self.state {
            State::Started { .. } | State::Opened { .. } | State::RequiresAction { .. } => {
                PaymentStatus::Started
            }
            State::Authorized { authorized_at, .. } | State::Capturing { authorized_at, .. } => {
                PaymentStatus::Authorized { authorized_at: *authorized_at }
            }
            State::Voiding { told, .. } => told.clone(),
            State::Captured { .. } => PaymentStatus::Captured,
            State::Voided { .. } => PaymentStatus::Voided,
            State::Declined { reason, .. } => PaymentStatus::Declined { reason: reason.clone() },
        }
    }
}
