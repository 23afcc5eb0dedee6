//! A refund: money of a captured payment that is given back, to the card it came from or to the payer's account.

mod at_provider;
mod booking;
mod given;
mod request;
mod returns;

use contract::payment::ReturnedUnits;
use contract::{Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::payment::Claim;
use super::refusal::Refusal;
use super::standing::RefundStanding;

pub use request::{Asker, Method, RefundAmount, RefundRequest};
pub(super) use request::{divide, left_of};

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// Its id; also the key under which the provider makes it once.
    pub id: RefundId,
    /// 1 when requested, one more with every change that its parties can see.
    pub version: u64,
    /// Whose money it is: the payment.
    pub payment_id: PaymentId,
    /// The order that it paid; `None` for a top-up.
    pub order_id: Option<OrderId>,
    /// Who paid and gets it back.
    pub payer: UserId,
    /// How much; above zero.
    pub amount: Money,
    /// Where to.
    pub to: Destination,
    /// Who bears it: at least one share, which sum to the amount.
    pub shares: Vec<Share>,
    /// The units that go back to sale once it has succeeded.
    pub returns: Vec<ReturnedUnits>,
    /// The part of the units' price that an administrator or the payer waived, by seller.
    #[serde(default)]
    pub waived: Vec<Claim>,
    /// Who asked for it.
    pub requested_by: UserId,
    /// In which role.
    #[serde(default)]
    pub asked_as: AskedAs,
    /// When.
    pub requested_at: Timestamp,
    /// Whether something is said to have happened at the provider, which is to be asked.
    pub has_news: bool,
    /// How it came about.
    #[serde(default)]
    pub origin: Origin,
    /// What exceeds all that was left of the payment; only of what was refunded at the provider. The house bears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess: Option<Money>,
    /// Where it stands.
    pub state: State,
}

/// The role in which a refund is requested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedAs {
    /// A seller of the order.
    #[default]
    Seller,
    /// An administrator.
    Admin,
}

/// How a refund came about.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Requested by a seller or an administrator.
    #[default]
    Requested,
    /// The provider captured money that no order accepts; the refund follows automatically.
    Returned,
    /// Made in the provider's dashboard.
    Provider,
}

/// Where the money of a refund goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Destination {
    /// To the card, by the provider.
    Card {
        /// The provider's name for the payment.
        payment_reference: String,
    },
    /// To the payer's account, by us, at once.
    Credit,
}

/// What one seller has to do with a refund: it comes out of the share of the sale. Of a top-up the payer is the seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// The seller.
    pub seller: UserId,
    /// What is taken from the seller's account.
    pub by_seller: Money,
    /// What the house pays, where an administrator asked for more than the seller has.
    pub by_house: Money,
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum State {
    /// The money was taken from those who bear it; the payer does not have it.
    Requested {
        /// The provider's name for the refund, once it is on its way there.
        reference: Option<String>,
    },
    /// The payer has it, as far as anybody knows; a card's bank may still send it back.
    Succeeded {
        /// When that was recorded.
        at: Timestamp,
        /// The provider's name for the refund, if the provider made it.
        reference: Option<String>,
    },
    /// Those who bore it have it again.
    Failed {
        /// When that was recorded.
        at: Timestamp,
        /// The provider's reason.
        reason: String,
        /// When it had succeeded, if the payer's bank sent it back.
        #[serde(default)]
        paid_at: Option<Timestamp>,
    },
    /// The provider did not give it back, or the payer's bank sent it back, and units are on sale for its money: the payer has
    /// their price as credit. The rest is again with the accounts that bore it.
    Credited {
        /// When that was recorded.
        at: Timestamp,
        /// The provider's reason.
        reason: String,
        /// When it had succeeded, if the payer's bank sent it back.
        paid_at: Option<Timestamp>,
        /// The shares that bear the credit: at least one.
        shares: Vec<Share>,
    },
}

/// What may happen to a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The provider said where it stands.
    Observe(RefundStanding),
    /// Something may have happened at the provider.
    Ask,
}

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It changed in a way that is nobody else's business.
    Advanced(Box<Refund>),
    /// The money was given back.
    Paid(Box<Refund>),
    /// It will not be given back.
    Failed(Box<Refund>),
    /// It was given back and came back to us.
    CameBack(Box<Refund>),
    /// It was so before.
    Unchanged,
}

/// What is to be asked of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task<'r> {
    /// To give the money back.
    Refund {
        /// The provider's name for the payment.
        payment_reference: &'r str,
    },
    /// Where it stands.
    Inquire {
        /// The provider's name for the payment.
        payment_reference: &'r str,
        /// The provider's name for the refund.
        reference: &'r str,
    },
    /// Nothing.
    Nothing,
}

impl Refund {
    /// Nothing, in its currency.
    #[must_use]
    pub fn nothing(&self) -> Money {
        Money::zero(self.amount.currency)
    }

    /// The provider's name for it, where it has one.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match &self.state {
            State::Requested { reference } | State::Succeeded { reference, .. } => {
                reference.as_deref()
            }
            State::Failed { .. } | State::Credited { .. } => None,
        }
    }

    /// What is to be asked of the provider now.
    #[must_use]
    pub fn task(&self) -> Task<'_> {
        let Destination::Card { payment_reference } = &self.to else { return Task::Nothing };
        match &self.state {
            State::Requested { reference: None } => Task::Refund { payment_reference },
            State::Requested { reference: Some(reference) }
            | State::Succeeded { reference: Some(reference), .. }
                if self.has_news =>
            {
                Task::Inquire { payment_reference, reference }
            }
            State::Requested { reference: Some(_) }
            | State::Succeeded { .. }
            | State::Failed { .. }
            | State::Credited { .. } => Task::Nothing,
        }
    }

    /// Whether it has come to an end, as far as anybody knows.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        match self.state {
            State::Requested { .. } => false,
            State::Succeeded { .. } | State::Failed { .. } | State::Credited { .. } => true,
        }
    }

    /// Decides a command.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] when the provider says what cannot be.
    pub fn decide(&self, command: Command, now: Timestamp) -> Result<Outcome, Refusal> {
        match command {
            Command::Ask => Ok(self.ask()),
            Command::Observe(standing) => match self.observe(standing, now)? {
                Outcome::Unchanged if self.has_news => Ok(self.advanced(self.state.clone())),
                outcome => Ok(outcome),
            },
        }
    }

    /// What the provider says may be older than what is known; so what was so once changes nothing, and only what can never have been
    /// so is a contradiction.
    fn observe(&self, standing: RefundStanding, now: Timestamp) -> Result<Outcome, Refusal> {
        use RefundStanding as P;
        use State as S;
        if self.to == Destination::Credit {
            return Err(Refusal::Contradiction);
        }
        Ok(match (&self.state, standing) {
            (S::Requested { reference: None }, P::Pending { reference }) => {
                self.advanced(S::Requested { reference: Some(reference) })
            }
            (S::Requested { .. }, P::Succeeded { reference }) => {
                let state = S::Succeeded { at: now, reference: Some(reference) };
                Outcome::Paid(self.changed(state))
            }
            (S::Requested { .. }, P::Failed { reason }) => {
                Outcome::Failed(self.changed(S::Failed { at: now, reason, paid_at: None }))
            }
            // The payer's bank did not take it.
            (S::Succeeded { at, .. }, P::Failed { reason }) => {
                let paid_at = Some(*at);
                Outcome::CameBack(self.changed(S::Failed { at: now, reason, paid_at }))
            }
            (S::Requested { reference: None }, P::Unknown)
            | (S::Requested { reference: Some(_) }, P::Pending { .. })
            | (S::Succeeded { .. }, P::Pending { .. } | P::Succeeded { .. })
            | (
                S::Failed { .. } | S::Credited { .. },
                P::Unknown | P::Pending { .. } | P::Succeeded { .. } | P::Failed { .. },
            ) => Outcome::Unchanged,
            // It was known there.
            (S::Requested { reference: Some(_) } | S::Succeeded { .. }, P::Unknown) => {
                return Err(Refusal::Contradiction);
            }
        })
    }

    /// Has the provider asked where it stands, unless it is to be asked something anyway.
    fn ask(&self) -> Outcome {
        if self.has_news || self.reference().is_none() {
            return Outcome::Unchanged;
        }
        Outcome::Advanced(Box::new(Self { has_news: true, ..self.clone() }))
    }

    fn advanced(&self, state: State) -> Outcome {
        Outcome::Advanced(Box::new(Self { has_news: false, state, ..self.clone() }))
    }

    fn changed(&self, state: State) -> Box<Self> {
        let version = self.version + 1;
        Box::new(Self { version, has_news: false, state, ..self.clone() })
    }
}
