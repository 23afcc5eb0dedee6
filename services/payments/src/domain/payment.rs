//! One attempt to collect money: for an order, or to top up an account.

mod consent;
mod decision;
mod refunds;

use std::time::Duration;

use contract::payment::{PaymentState, PaymentStatus};
use contract::{Money, OrderId, PaymentId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::{Challenge, CountedAttempt, OfPayment, ProviderStatus, Token, Verdict, VoidReason};

pub use consent::Consent;
pub use refunds::{Disputed, Refunds, Requests};

/// Times before an order's deadline at which the provider is inquired about a payment that requires
/// action: early enough to accept an authorisation in time, and often enough to miss few late ones.
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
    /// The id; also the idempotency key at the provider.
    pub id: PaymentId,
    /// 1 at the start, plus one for every published change.
    pub version: u64,
    /// The purpose.
    pub purpose: Purpose,
    /// The payer.
    pub buyer: UserId,
    /// The amount.
    pub amount: Money,
    /// Time of the start.
    pub started_at: Timestamp,
    /// Whether an event reports a change at the provider; the provider is inquired.
    pub has_news: bool,
    /// Time of the next inquiry before the deadline; only while the payment requires action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_at: Option<Timestamp>,
    /// The counts of card attempts that include it; only until its outcome is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<CountedAttempt>,
    /// The state.
    pub state: State,
}

/// The purpose of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Purpose {
    /// To pay an order; the order decides whether the money is captured.
    Order {
        /// The order.
        order_id: OrderId,
    },
    /// To add credit to the payer's account.
    TopUp,
}

/// State of a payment. In `Capturing` and `Voiding` the call to the provider is pending.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum State {
    /// Not yet created at the provider.
    Started {
        /// The token of the card.
        token: Token,
    },
    /// Created at the provider; the card is not charged yet.
    Opened {
        /// The provider's id.
        reference: String,
        /// The token of the card.
        token: Token,
    },
    /// The payer must act before the amount is authorised.
    RequiresAction {
        /// The provider's id.
        reference: String,
        /// The required action.
        challenge: Challenge,
    },
    /// The amount is authorised; the order has not decided.
    Authorized {
        /// The holder of the money.
        holder: Holder,
        /// Time at which this was recorded.
        authorized_at: Timestamp,
    },
    /// The order accepted the payment.
    Capturing {
        /// The provider's id.
        reference: String,
        /// Time at which the authorisation was recorded.
        authorized_at: Timestamp,
    },
    /// The amount is captured.
    Captured {
        /// The holder of the money before the capture.
        holder: Holder,
        /// Time at which this was recorded.
        captured_at: Timestamp,
        /// The refunds.
        #[serde(default)]
        refunds: Refunds,
    },
    /// The provider captured money that no order and no top-up accepts: an operator captured it in
    /// the dashboard. It belongs to the payer and is refunded.
    Returned {
        /// The provider's id.
        reference: String,
        /// The captured amount.
        taken: Money,
        /// The reason why it is not accepted.
        reason: VoidReason,
        /// Time at which this was recorded.
        returned_at: Timestamp,
        /// The refunds.
        #[serde(default)]
        refunds: Refunds,
    },
    /// The order did not accept the payment.
    Voiding {
        /// The provider's id.
        reference: String,
        /// The reason.
        reason: VoidReason,
        /// The last published status: started, authorised, or declined.
        #[serde(rename = "told")]
        published: PaymentStatus,
    },
    /// The amount is released, and nothing was captured.
    Voided {
        /// The reason.
        reason: VoidReason,
    },
    /// The provider declined the payment.
    Declined {
        /// The provider's id while the payment is still open there; it is to be cancelled.
        reference: Option<String>,
        /// The provider's reason.
        reason: String,
    },
}

impl State {
    pub(super) fn captured(holder: Holder, captured_at: Timestamp) -> Self {
        Self::Captured { holder, captured_at, refunds: Refunds::default() }
    }
}

/// The holder of a payment's money.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Holder {
    /// The provider, from a card.
    Provider {
        /// The provider's id of the payment.
        reference: String,
    },
    /// The marketplace's ledger, from the payer's account.
    Ledger,
}

/// Commands of a payment; a reference is the provider's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The provider has created the payment.
    Open {
        /// The provider's id.
        reference: String,
    },
    /// The provider rejected the request, for example because the amount is below its minimum.
    Refuse {
        /// The provider's reason.
        reason: String,
    },
    /// The provider returned its status.
    Observe(ProviderStatus),
    /// Something may have happened at the provider.
    Inquire,
    /// The decision of the order or top-up.
    Resolve(Verdict),
}

/// The visibility of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The new state is published.
    Public,
    /// Private state changed; nothing is published.
    Private,
}

/// The next call to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task<'p> {
    /// Create the payment.
    Open,
    /// Authorise the amount.
    Confirm {
        /// The token of the card.
        token: &'p Token,
    },
    /// Capture the authorised amount.
    Capture,
    /// Release the authorised amount.
    Void,
    /// Read the status.
    Inquire,
    /// Read the record of the captured payment: refunds and disputes that were not requested here.
    Record,
    /// None.
    Nothing,
}

impl Payment {
    /// A payment that starts now.
    #[must_use]
    pub fn new(
        id: PaymentId,
        purpose: Purpose,
        buyer: UserId,
        amount: Money,
        state: State,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            version: 1,
            purpose,
            buyer,
            amount,
            started_at: now,
            has_news: false,
            ask_at: None,
            counted: None,
            state,
        }
    }

    /// The order, unless it is a top-up.
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        match self.purpose {
            Purpose::Order { order_id } => Some(order_id),
            Purpose::TopUp => None,
        }
    }

    pub(crate) fn of_payment(&self) -> OfPayment {
        OfPayment { payment_id: self.id, order_id: self.order_id() }
    }

    /// The provider's id, if there is one.
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

    /// The next call to the provider.
    #[must_use]
    pub fn task(&self) -> Task<'_> {
        let asks = self.has_news && self.reference().is_some();
        match &self.state {
            State::Started { .. } => Task::Open,
            State::Opened { token, .. } => Task::Confirm { token },
            State::Capturing { .. } => Task::Capture,
            State::Voiding { .. } | State::Declined { reference: Some(_), .. } => Task::Void,
            State::RequiresAction { .. } | State::Authorized { .. } if asks => Task::Inquire,
            State::Captured { .. } | State::Returned { .. } if asks => Task::Record,
            State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Captured { .. }
            | State::Returned { .. }
            | State::Voided { .. }
            | State::Declined { reference: None, .. } => Task::Nothing,
        }
    }

    /// Whether it has ended: captured, voided, returned or declined.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.refunds().is_some() || self.has_ended_without_money()
    }

    /// Whether it has ended without a payment to the sellers.
    pub(crate) const fn has_ended_without_money(&self) -> bool {
        matches!(self.state, State::Returned { .. } | State::Voided { .. } | State::Declined { .. })
    }

    /// The full amount, or the part that an operator captured in the provider's dashboard.
    pub(crate) fn captured_amount(&self) -> Option<Money> {
        let part = if let State::Returned { taken, .. } = self.state { Some(taken) } else { None };
        self.refunds().map(|_| part.unwrap_or(self.amount))
    }

    pub(crate) fn challenge(&self) -> Option<&Challenge> {
        let State::RequiresAction { challenge, .. } = &self.state else { return None };
        Some(challenge)
    }

    /// Sets the time of the next inquiry before the order's deadline; an earlier event comes first.
    #[must_use]
    pub fn with_deadline(self, expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        let expires_at = expires_at.filter(|_| self.challenge().is_some());
        let ask_at = expires_at.and_then(|expires_at| {
            let moments = ASKED_BEFORE_DEADLINE.map(|lead| expires_at.minus(lead));
            moments.into_iter().find(|moment| *moment > now)
        });
        Self { ask_at, ..self }
    }

    /// The published state; `None` for a top-up.
    #[must_use]
    pub fn public_state(&self) -> Option<PaymentState> {
        // Those of a returned payment are not published.
        let refunds = self.refunds().filter(|_| matches!(self.state, State::Captured { .. }));
        Some(PaymentState {
            id: self.id,
            version: self.version,
            order_id: self.order_id()?,
            buyer: self.buyer,
            amount: self.amount,
            status: self.public_status(),
            started_at: self.started_at,
            refunded: refunds.and_then(|refunds| refunds.refunded),
            returned: refunds.map(|refunds| refunds.returned.clone()).unwrap_or_default(),
            refunds: refunds.map(|refunds| refunds.summaries.clone()).unwrap_or_default(),
        })
    }

    /// The published status.
    #[must_use]
    pub fn public_status(&self) -> PaymentStatus {
        match &self.state {
            State::Started { .. } | State::Opened { .. } | State::RequiresAction { .. } => {
                PaymentStatus::Started
            }
            State::Authorized { authorized_at, .. } | State::Capturing { authorized_at, .. } => {
                PaymentStatus::Authorized { authorized_at: *authorized_at }
            }
            State::Voiding { published, .. } => published.clone(),
            State::Captured { .. } => PaymentStatus::Captured,
            State::Voided { .. } | State::Returned { .. } => PaymentStatus::Voided,
            State::Declined { reason, .. } => PaymentStatus::Declined { reason: reason.clone() },
        }
    }
}
