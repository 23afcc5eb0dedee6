//! A refund: captured money that is paid back to the card or credited to the payer's account.

mod booking;
mod cancelled_show;
mod request;

use contract::payment::ReturnedUnits;
use contract::{Decided, Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::{Claim, Payment, ProviderRefundStatus, Refusal};

pub use super::accounting::shares::Share;
pub use request::{
    ATTEMPTS_OF_SELLER_MAX, REFUNDS_OF_ADMINS_MAX, REFUNDS_OF_SELLER_MAX, RefundRequest, Requester,
};

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// The id; also the idempotency key at the provider.
    pub id: RefundId,
    /// 1 at the request, plus one for every change that its parties can see.
    pub version: u64,
    /// The refunded payment.
    pub payment_id: PaymentId,
    /// The paid order; `None` for a top-up.
    pub order_id: Option<OrderId>,
    /// The payer, who receives the money.
    pub payer: UserId,
    /// The amount, above zero.
    pub amount: Money,
    /// The destination.
    pub to: Destination,
    /// The shares that bear it: at least one; they sum to the amount.
    pub shares: Vec<Share>,
    /// The units that return to sale on success.
    pub returns: Vec<ReturnedUnits>,
    /// The part of the units' price that an administrator or the payer waived, by seller.
    #[serde(default)]
    pub waived: Vec<Claim>,
    /// The requester.
    pub requested_by: UserId,
    /// The requester's role.
    #[serde(default, rename = "askedAs")]
    pub requested_as: RequesterRole,
    /// Time of the request.
    pub requested_at: Timestamp,
    /// Whether an event reports a change at the provider; the provider is inquired.
    pub has_news: bool,
    /// The origin.
    #[serde(default)]
    pub origin: Origin,
    /// The part beyond the remainder, of a refund made at the provider; the house bears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess: Option<Money>,
    /// The state.
    pub state: State,
}

/// The role in which a refund is requested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequesterRole {
    /// A seller of the order.
    #[default]
    Seller,
    /// An administrator.
    Admin,
    /// The payer of an order of a postponed show.
    Payer,
}

/// The origin of a refund.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Requested by a seller, an administrator, or the payer of an order of a postponed show.
    #[default]
    Requested,
    /// The provider captured money that no order accepts; the refund follows automatically.
    Returned,
    /// Made in the provider's dashboard.
    Provider,
    /// The show of the order was cancelled; the refund follows automatically.
    ShowCancelled,
}

/// The destination of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Destination {
    /// The card, by the provider.
    Card {
        /// The provider's id of the payment.
        payment_reference: String,
    },
    /// The payer's account, at once.
    Credit,
}

/// Destination of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum Method {
    /// The card of the payment.
    Card,
    /// To the payer's account.
    Credit,
}

impl TryFrom<String> for Method {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let known = [("card", Self::Card), ("credit", Self::Credit)];
        let found = known.into_iter().find(|(name, _)| *name == text);
        found.map(|(_, method)| method).ok_or("must be card or credit")
    }
}

/// State of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum State {
    /// The money is debited from the accounts that bear it; the payer has not received it.
    Requested {
        /// The provider's id of the refund, once it is created there.
        reference: Option<String>,
    },
    /// Paid; the card's bank may still return it.
    Succeeded {
        /// Time at which this was recorded.
        at: Timestamp,
        /// The provider's id of the refund, if the provider paid it.
        reference: Option<String>,
    },
    /// The money is returned to the accounts that bore it.
    Failed {
        /// Time at which this was recorded.
        at: Timestamp,
        /// The provider's reason.
        reason: String,
        /// Time of its success, if the payer's bank returned it.
        #[serde(default)]
        paid_at: Option<Timestamp>,
    },
    /// Failed, or returned by the payer's bank, while its units are on sale: the payer receives
    /// their price as credit. The rest is returned to the accounts that bore it.
    Credited {
        /// Time at which this was recorded.
        at: Timestamp,
        /// The provider's reason.
        reason: String,
        /// Time of its success, if the payer's bank returned it.
        paid_at: Option<Timestamp>,
        /// The shares that bear the credit: at least one.
        shares: Vec<Share>,
    },
}

/// Commands of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The provider returned its status.
    Observe(ProviderRefundStatus),
    /// Something may have happened at the provider.
    Inquire,
}

/// A change of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Private state changed; nothing is published.
    Advanced,
    /// The payer received the money.
    Paid,
    /// The payer will not receive the money.
    Failed,
    /// The payer received the money, and the bank returned it.
    CameBack,
}

type Outcome = Decided<Refund, Event>;

/// The next call to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Create the refund.
    Refund,
    /// Read the status.
    Inquire,
    /// None.
    Nothing,
}

impl Refund {
    /// A requested refund without shares; the requester is the payer.
    #[must_use]
    pub fn new(
        id: RefundId,
        payment: &Payment,
        amount: Money,
        to: Destination,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            version: 1,
            payment_id: payment.id,
            order_id: payment.order_id(),
            payer: payment.buyer,
            amount,
            to,
            shares: Vec::new(),
            returns: Vec::new(),
            waived: Vec::new(),
            requested_by: payment.buyer,
            requested_as: RequesterRole::default(),
            requested_at: now,
            has_news: false,
            origin: Origin::default(),
            excess: None,
            state: State::Requested { reference: None },
        }
    }

    /// The provider's id, if there is one.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match &self.state {
            State::Requested { reference } | State::Succeeded { reference, .. } => {
                reference.as_deref()
            }
            State::Failed { .. } | State::Credited { .. } => None,
        }
    }

    /// The next call to the provider.
    #[must_use]
    pub fn task(&self) -> Task {
        if self.to == Destination::Credit {
            return Task::Nothing;
        }
        match self.state {
            State::Requested { reference: None } => Task::Refund,
            State::Requested { .. }
            | State::Succeeded { .. }
            | State::Failed { .. }
            | State::Credited { .. } => {
                if self.has_news && self.reference().is_some() {
                    Task::Inquire
                } else {
                    Task::Nothing
                }
            }
        }
    }

    /// Whether it has ended, unless a bank returns it later.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        !matches!(self.state, State::Requested { .. })
    }

    /// Decides a command.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] if the provider's status is impossible in this state.
    pub fn decide(&self, command: Command, now: Timestamp) -> Result<Outcome, Refusal> {
        match command {
            Command::Inquire => Ok(self.inquire()),
            Command::Observe(status) => match self.observe(status, now)? {
                Decided::AlreadyApplied if self.has_news => Ok(self.advanced(self.state.clone())),
                outcome => Ok(outcome),
            },
        }
    }

    /// A status may be older than the stored state; only an impossible one is a contradiction.
    fn observe(&self, status: ProviderRefundStatus, now: Timestamp) -> Result<Outcome, Refusal> {
        use ProviderRefundStatus as P;
        use State as S;
        if self.to == Destination::Credit {
            return Err(Refusal::Contradiction);
        }
        Ok(match (&self.state, status) {
            (S::Requested { reference: None }, P::Pending { reference }) => {
                self.advanced(S::Requested { reference: Some(reference) })
            }
            (S::Requested { .. }, P::Succeeded { reference }) => {
                self.changed(S::Succeeded { at: now, reference: Some(reference) }, Event::Paid)
            }
            (S::Requested { .. }, P::Failed { reason }) => {
                self.changed(S::Failed { at: now, reason, paid_at: None }, Event::Failed)
            }
            // The payer's bank rejected it.
            (S::Succeeded { at, .. }, P::Failed { reason }) => {
                self.changed(S::Failed { at: now, reason, paid_at: Some(*at) }, Event::CameBack)
            }
            // The provider knew it before.
            (S::Requested { reference: Some(_) } | S::Succeeded { .. }, P::Unknown) => {
                return Err(Refusal::Contradiction);
            }
            (
                S::Requested { .. } | S::Succeeded { .. } | S::Failed { .. } | S::Credited { .. },
                P::Unknown | P::Pending { .. } | P::Succeeded { .. } | P::Failed { .. },
            ) => Decided::AlreadyApplied,
        })
    }

    /// Requests an inquiry, unless another call to the provider is pending.
    fn inquire(&self) -> Outcome {
        if self.has_news || self.reference().is_none() {
            return Decided::AlreadyApplied;
        }
        Decided::Applied(Box::new(Self { has_news: true, ..self.clone() }), Event::Advanced)
    }

    fn advanced(&self, state: State) -> Outcome {
        Decided::Applied(Box::new(Self { has_news: false, state, ..self.clone() }), Event::Advanced)
    }

    fn changed(&self, state: State, event: Event) -> Outcome {
        let version = self.version + 1;
        Decided::Applied(Box::new(Self { version, has_news: false, state, ..self.clone() }), event)
    }
}
