//! A dispute: a payer's bank withdraws captured money. Until the bank decides, the account of
//! disputes holds the amounts of the accounts that bear it.

use contract::{DisputeId, Money, OrderId, PaymentId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::{
    Account, AccountId, Cause, CostAllocation, OfDispute, OfPayment, OrderCopy, Payment,
    ProviderDisputeStatus, RecordedDispute, Refusal, Transaction,
};

/// A dispute of a payment; the reference is the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dispute {
    /// The id, derived from the provider's id.
    pub id: DisputeId,
    /// The provider's id.
    pub reference: String,
    /// The payment.
    pub payment_id: PaymentId,
    /// The paid order; `None` for a top-up.
    pub order_id: Option<OrderId>,
    /// The payer, who disputes the payment.
    pub payer: UserId,
    /// The amount, above zero.
    pub amount: Money,
    /// The accounts that bear it.
    #[serde(rename = "burden")]
    pub allocation: CostAllocation,
    /// Time of opening.
    pub opened_at: Timestamp,
    /// Its state.
    pub state: DisputeState,
}

/// State of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum DisputeState {
    /// The bank has not decided; the money is frozen.
    Open,
    /// The money was returned to the accounts that bore it.
    Won {
        /// Time at which the decision was recorded.
        at: Timestamp,
    },
    /// The payer keeps the money.
    Lost {
        /// Time at which the decision was recorded.
        at: Timestamp,
    },
}

impl Dispute {
    /// Creates an open dispute from the provider's record; `accounts` are those of the sellers.
    ///
    /// # Errors
    /// As [`CostAllocation::of`].
    pub fn opened(
        recorded: &RecordedDispute,
        payment: &Payment,
        order: Option<&OrderCopy>,
        accounts: &[Account],
    ) -> Result<Self, Refusal> {
        Ok(Self {
            id: DisputeId::new(recorded.own_id()),
            reference: recorded.reference.clone(),
            payment_id: payment.id,
            order_id: payment.order_id(),
            payer: payment.buyer,
            amount: recorded.amount,
            allocation: CostAllocation::of(recorded.amount, payment, order, accounts)?,
            opened_at: recorded.opened_at,
            state: DisputeState::Open,
        })
    }

    /// Applies the bank's decision; `None` without a change. A decision is final.
    #[must_use]
    pub fn observe(&self, status: ProviderDisputeStatus, now: Timestamp) -> Option<Self> {
        let state = match (self.state, status) {
            (DisputeState::Open, ProviderDisputeStatus::Won) => DisputeState::Won { at: now },
            (DisputeState::Open, ProviderDisputeStatus::Lost) => DisputeState::Lost { at: now },
            (DisputeState::Open, ProviderDisputeStatus::Open)
            | (DisputeState::Won { .. } | DisputeState::Lost { .. }, _) => return None,
        };
        Some(Self { state, ..self.clone() })
    }

    /// The booking at opening: the accounts that bear it pay into the account of disputes.
    pub fn booked_when_opened(&self) -> Transaction {
        let frozen = |(account, amount)| (account, AccountId::Disputes, amount);
        let cause = Cause::DisputeOpened(self.of_dispute());
        Transaction::of(cause, self.allocation.borne().map(frozen))
    }

    /// The booking when the bank has decided.
    #[must_use]
    pub fn booked_when_closed(&self) -> Option<Transaction> {
        let of = self.of_dispute();
        match self.state {
            DisputeState::Open => None,
            DisputeState::Won { .. } => {
                let back = |(account, amount)| (AccountId::Disputes, account, amount);
                let back = self.allocation.borne().map(back);
                Some(Transaction::of(Cause::DisputeWon(of), back))
            }
            DisputeState::Lost { .. } => {
                // No user's account changes.
                let payment = OfPayment { order_id: None, ..of.payment };
                let cause = Cause::DisputeLost(OfDispute { payment, ..of });
                let lost = (AccountId::Disputes, AccountId::Provider, self.amount);
                Some(Transaction::of(cause, [lost]))
            }
        }
    }

    fn of_dispute(&self) -> OfDispute {
        let payment = OfPayment { payment_id: self.payment_id, order_id: self.order_id };
        OfDispute { dispute_id: self.id, payment }
    }
}
