//! One attempt to collect money: for an order, or to top up an account.

mod bounds;
mod consent;
mod decision;
mod news;
mod observing;
mod refunds;
mod units;
mod void_reason;

use std::time::Duration;

use contract::payment::{PaymentState, PaymentStatus};
use contract::{Money, OrderId, PaymentId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::card_attempts::CountedAttempt;
use super::order_copy::Verdict;
use super::standing::{Challenge, Standing};
use super::token::Token;

pub use bounds::{ATTEMPTS_OF_SELLER_MAX, REFUNDS_OF_ADMINS_MAX, REFUNDS_OF_SELLER_MAX};
pub use consent::Consent;
pub use refunds::{Claim, Disputed, Refunds, Requests};
pub use void_reason::VoidReason;

/// Times before an order's deadline at which the provider is asked about a payment that requires action and has no news: early
/// enough that an authorisation is accepted in time, and often enough that few late authorisations are missed.
const ASKED_BEFORE_DEADLINE: [Duration; 4] = [
    Duration::from_secs(8),
    Duration::from_secs(5),
    Duration::from_secs(3),
    Duration::from_millis(1_500),
];

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
    /// When the provider is to be asked, since a deadline is near; only while the payment requires action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_at: Option<Timestamp>,
    /// Where it is counted as an attempt to charge a card; only until its outcome is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<CountedAttempt>,
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
        /// Refunds of it, requested and made.
        #[serde(default)]
        refunds: Refunds,
    },
    /// The provider captured money that no order and no top-up accepts: an operator captured it in the dashboard. It belongs to the
    /// payer; a refund gives it back.
    Returned {
        /// The provider's name for it.
        reference: String,
        /// How much was taken.
        taken: Money,
        /// Why it was not accepted.
        reason: VoidReason,
        /// When that was recorded.
        returned_at: Timestamp,
        /// Refunds of it, requested and made.
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
    /// What it has on record of the money that it took: refunds and disputes that were not requested here.
    Record {
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
            | State::Returned { reference, .. }
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
            State::RequiresAction { .. } | State::Authorized { .. } => match self.reference() {
                Some(reference) if self.has_news => Task::Inquire { reference },
                Some(_) | None => Task::Nothing,
            },
            State::Captured { .. } | State::Returned { .. } => match self.reference() {
                Some(reference) if self.has_news => Task::Record { reference },
                Some(_) | None => Task::Nothing,
            },
            State::Voided { .. } | State::Declined { reference: None, .. } => Task::Nothing,
        }
    }

    /// Whether it has come to an end: captured, voided, returned or declined.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match self.state {
            State::Started { .. }
            | State::Opened { .. }
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Voiding { .. } => false,
            State::Captured { .. }
            | State::Returned { .. }
            | State::Voided { .. }
            | State::Declined { .. } => true,
        }
    }

    /// The captured amount, once it is known: all of it, or the part that an operator captured in the provider's dashboard.
    #[must_use]
    pub const fn taken(&self) -> Option<Money> {
        match &self.state {
            State::Captured { .. } => Some(self.amount),
            State::Returned { taken, .. } => Some(*taken),
            State::Started { .. }
            | State::Opened { .. }
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Voiding { .. }
            | State::Voided { .. }
            | State::Declined { .. } => None,
        }
    }

    /// When the provider is to be asked before the deadline of the order passes, unless news come first.
    #[must_use]
    pub fn with_deadline(self, expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        let ask_at = match (&self.state, expires_at) {
            (State::RequiresAction { .. }, Some(expires_at)) => {
                let moments = ASKED_BEFORE_DEADLINE.iter().map(|lead| expires_at.minus(*lead));
                moments.into_iter().find(|moment| *moment > now)
            }
            (State::RequiresAction { .. }, None)
            | (
                State::Started { .. }
                | State::Opened { .. }
                | State::Authorized { .. }
                | State::Capturing { .. }
                | State::Captured { .. }
                | State::Returned { .. }
                | State::Voiding { .. }
                | State::Voided { .. }
                | State::Declined { .. },
                Some(_) | None,
            ) => None,
        };
        Self { ask_at, ..self }
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
            refunded: self.sold().and_then(|refunds| refunds.refunded),
            returned: self.sold().map(|refunds| refunds.returned.clone()).unwrap_or_default(),
            refunds: self.sold().map(|refunds| refunds.summaries.clone()).unwrap_or_default(),
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
            State::Voided { .. } | State::Returned { .. } => PaymentStatus::Voided,
            State::Declined { reason, .. } => PaymentStatus::Declined { reason: reason.clone() },
        }
    }
}
