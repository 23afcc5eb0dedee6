//! One attempt to collect the money of an order.

use contract::payment::{PaymentState, PaymentStatus};
use contract::{Money, OrderId, PaymentId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::order_copy::Verdict;
use super::refusal::Refusal;
use super::token::Token;

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Its id; also the key under which the provider does everything once.
    pub id: PaymentId,
    /// 1 when started, one more with every change that others learn of.
    pub version: u64,
    /// The order it is for.
    pub order_id: OrderId,
    /// Who pays.
    pub buyer: UserId,
    /// How much.
    pub amount: Money,
    /// When it began.
    pub started_at: Timestamp,
    /// Where it stands.
    pub state: State,
}

/// Where a payment stands. `Capturing` and `Voiding` are decided; the provider has yet to do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum State {
    /// The provider is to be asked to hold the money.
    Started {
        /// Of which card.
        token: Token,
    },
    /// The provider holds it; the order has not said yes or no.
    Authorized {
        /// The provider's name for it.
        reference: String,
        /// When that was recorded.
        authorized_at: Timestamp,
    },
    /// The order said yes.
    Capturing {
        /// The provider's name for it.
        reference: String,
    },
    /// The money was taken.
    Captured {
        /// The provider's name for it.
        reference: String,
    },
    /// The order said no.
    Voiding {
        /// The provider's name for it.
        reference: String,
        /// Why.
        reason: VoidReason,
    },
    /// The money was let go.
    Voided {
        /// The provider's name for it.
        reference: String,
        /// Why.
        reason: VoidReason,
    },
    /// The provider said no.
    Declined {
        /// Its word for why.
        reason: String,
    },
}

/// Why money was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// The order's deadline passed.
    OrderExpired,
    /// The buyer gave the order up.
    OrderCancelled,
    /// Another payment was accepted.
    OrderComplete,
}

/// What may happen to a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The provider holds the money.
    Authorize {
        /// The provider's name for it.
        reference: String,
    },
    /// The provider said no.
    Decline {
        /// Its word for why.
        reason: String,
    },
    /// The order was looked at.
    Settle(Verdict),
    /// The provider took the money.
    ConfirmCapture,
    /// The provider let the money go.
    ConfirmVoid,
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
    /// To hold the money.
    Authorize {
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
    /// Nothing.
    Nothing,
}

impl Payment {
    /// What is to be asked of the provider now.
    #[must_use]
    pub fn task(&self) -> Task<'_> {
        match &self.state {
            State::Started { token } => Task::Authorize { token },
            State::Capturing { reference } => Task::Capture { reference },
            State::Voiding { reference, .. } => Task::Void { reference },
            State::Authorized { .. }
            | State::Captured { .. }
            | State::Voided { .. }
            | State::Declined { .. } => Task::Nothing,
        }
    }

    /// Decides a command.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] when the provider says what cannot be.
    pub fn decide(&self, command: Command, now: Timestamp) -> Result<Outcome, Refusal> {
        use Command as C;
        use State as S;
        Ok(match (&self.state, command) {
            (S::Started { .. }, C::Authorize { reference }) => {
                self.changed(S::Authorized { reference, authorized_at: now })
            }
            (S::Started { .. }, C::Decline { reason }) => self.changed(S::Declined { reason }),
            (S::Authorized { reference, .. }, C::Settle(verdict)) => {
                self.settle(reference.clone(), verdict)
            }
            (S::Capturing { reference }, C::ConfirmCapture) => {
                self.changed(S::Captured { reference: reference.clone() })
            }
            (S::Voiding { reference, reason }, C::ConfirmVoid) => {
                self.changed(S::Voided { reference: reference.clone(), reason: *reason })
            }
            // Said before, or asks for nothing.
            (
                S::Authorized { .. }
                | S::Capturing { .. }
                | S::Captured { .. }
                | S::Voiding { .. }
                | S::Voided { .. },
                C::Authorize { .. },
            )
            | (S::Declined { .. }, C::Decline { .. })
            | (S::Captured { .. }, C::ConfirmCapture)
            | (S::Voided { .. }, C::ConfirmVoid)
            | (
                S::Started { .. }
                | S::Capturing { .. }
                | S::Captured { .. }
                | S::Voiding { .. }
                | S::Voided { .. }
                | S::Declined { .. },
                C::Settle(_),
            ) => Outcome::Unchanged,
            // Cannot be.
            (S::Started { .. } | S::Authorized { .. }, C::ConfirmCapture | C::ConfirmVoid)
            | (S::Capturing { .. } | S::Captured { .. }, C::ConfirmVoid)
            | (S::Voiding { .. } | S::Voided { .. }, C::ConfirmCapture)
            | (S::Declined { .. }, C::Authorize { .. } | C::ConfirmCapture | C::ConfirmVoid)
            | (
                S::Authorized { .. }
                | S::Capturing { .. }
                | S::Captured { .. }
                | S::Voiding { .. }
                | S::Voided { .. },
                C::Decline { .. },
            ) => return Err(Refusal::Contradiction),
        })
    }

    fn settle(&self, reference: String, verdict: Verdict) -> Outcome {
        let state = match verdict {
            Verdict::Wait => return Outcome::Unchanged,
            Verdict::Capture => State::Capturing { reference },
            Verdict::Void(reason) => State::Voiding { reference, reason },
        };
        Outcome::Advanced(Box::new(Self { state, ..self.clone() }))
    }

    fn changed(&self, state: State) -> Outcome {
        let version = self.version + 1;
        Outcome::Changed(Box::new(Self { version, state, ..self.clone() }))
    }

    /// What others learn of it.
    #[must_use]
    pub fn public_state(&self) -> PaymentState {
        let status = match &self.state {
            State::Started { .. } => PaymentStatus::Started,
            State::Authorized { authorized_at, .. } => {
                PaymentStatus::Authorized { authorized_at: *authorized_at }
            }
            State::Capturing { .. } | State::Voiding { .. } => {
                PaymentStatus::Authorized { authorized_at: self.started_at }
            }
            State::Captured { .. } => PaymentStatus::Captured,
            State::Voided { .. } => PaymentStatus::Voided,
            State::Declined { reason } => PaymentStatus::Declined { reason: reason.clone() },
        };
        PaymentState {
            id: self.id,
            version: self.version,
            order_id: self.order_id,
            buyer: self.buyer,
            amount: self.amount,
            status,
            started_at: self.started_at,
        }
    }
}
