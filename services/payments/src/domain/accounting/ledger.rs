//! The double-entry ledger. A transfer debits one account and credits another with the same amount,
//! so that all entries sum to zero in every currency.
//!
//! A user's account is a liability of the marketplace: a credit increases it, a debit reduces it.
//! The provider's account is an asset, with opposite signs.

use std::fmt;

use contract::{DisputeId, Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// An account of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountId {
    /// A user's balance.
    User(UserId),
    /// Money at the provider, captured from cards.
    Provider,
    /// Credit reserved for orders that are not accepted yet.
    Holds,
    /// Refunds in progress to cards.
    Refunds,
    /// Money frozen until payers' banks decide disputes; the provider has withdrawn the same
    /// amount.
    Disputes,
    /// The marketplace's own money: it covers what a seller cannot repay.
    House,
}

/// Side of a ledger entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Decreases a user's balance.
    Debit,
    /// Increases a user's balance.
    Credit,
}

/// The cause of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Cause {
    /// A card was charged to top up its owner's account.
    TopUp {
        /// The payment.
        payment_id: PaymentId,
    },
    /// Credit was reserved for an order.
    Hold {
        /// The payment.
        payment_id: PaymentId,
        /// The order.
        order_id: OrderId,
    },
    /// Reserved credit was released: the order was not accepted.
    Release {
        /// The payment.
        payment_id: PaymentId,
        /// The order.
        order_id: OrderId,
    },
    /// An order was paid: its sellers receive its price.
    Sale {
        /// The payment.
        payment_id: PaymentId,
        /// The order.
        order_id: OrderId,
    },
    /// The provider captured money that no order accepts: it belongs to the payer until it is
    /// refunded.
    StrayCapture {
        /// The payment.
        payment_id: PaymentId,
        /// The order, unless it was for a top-up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// A dispute was opened: the accounts that bear it are debited.
    DisputeOpened {
        /// The dispute.
        dispute_id: DisputeId,
        /// The disputed payment.
        payment_id: PaymentId,
        /// The order; `None` for a top-up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// A dispute was won: the accounts that bore it are credited.
    DisputeWon {
        /// The dispute.
        dispute_id: DisputeId,
        /// The disputed payment.
        payment_id: PaymentId,
        /// The order; `None` for a top-up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// A dispute was lost: the payer keeps the money.
    DisputeLost {
        /// The dispute.
        dispute_id: DisputeId,
        /// The disputed payment.
        payment_id: PaymentId,
    },
    /// A refund was requested: the accounts that bear it are debited.
    Refund {
        /// The refund.
        refund_id: RefundId,
        /// The refunded payment.
        payment_id: PaymentId,
        /// The order; `None` for a top-up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// The provider has paid a refund to a card.
    RefundPaid {
        /// The refund.
        refund_id: RefundId,
        /// The refunded payment.
        payment_id: PaymentId,
    },
    /// A refund failed: the accounts that bore it are credited.
    RefundFailed {
        /// The refund.
        refund_id: RefundId,
        /// The payment of the refund.
        payment_id: PaymentId,
        /// The order; `None` for a top-up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// A refund failed, but its units are on sale: the payer receives their price as credit.
    RefundCredited {
        /// The refund.
        refund_id: RefundId,
        /// The payment of the refund.
        payment_id: PaymentId,
        /// The order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
}

/// The id of a transaction, derived from its cause; a second transaction with the same cause is
/// detected.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionId(String);

/// A change of several accounts that sums to zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Transaction {
    cause: Cause,
    legs: Vec<Leg>,
}

/// The effect of a transaction on one account; the amount is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Leg {
    /// The account.
    pub account: AccountId,
    /// The side.
    pub side: Side,
    /// The amount.
    pub amount: Money,
}

/// One entry of the ledger. It is written once and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The transaction.
    pub transaction: TransactionId,
    /// Position in the transaction, from 0.
    pub place: u32,
    /// The account.
    pub account: AccountId,
    /// The side.
    pub side: Side,
    /// The amount, above zero.
    pub amount: Money,
    /// Time of posting.
    pub at: Timestamp,
    /// The cause.
    pub cause: Cause,
    /// The line in the statement of a user's account; `None` for other accounts.
    pub statement: Option<Line>,
}

/// One line of an account's statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Sequence number in the account, from 1.
    pub number: u64,
    /// The account's balance after the entry, in the entry's currency.
    pub balance: Money,
}

impl Cause {
    /// The id of the transaction with this cause.
    #[must_use]
    pub fn transaction(&self) -> TransactionId {
        TransactionId(match self {
            Self::TopUp { payment_id } => format!("payment.{payment_id}.top_up"),
            Self::Hold { payment_id, .. } => format!("payment.{payment_id}.hold"),
            Self::Release { payment_id, .. } => format!("payment.{payment_id}.release"),
            Self::Sale { payment_id, .. } => format!("payment.{payment_id}.sale"),
            Self::StrayCapture { payment_id, .. } => format!("payment.{payment_id}.stray_capture"),
            Self::DisputeOpened { dispute_id, .. } => format!("dispute.{dispute_id}.opened"),
            Self::DisputeWon { dispute_id, .. } => format!("dispute.{dispute_id}.won"),
            Self::DisputeLost { dispute_id, .. } => format!("dispute.{dispute_id}.lost"),
            Self::Refund { refund_id, .. } => format!("refund.{refund_id}.request"),
            Self::RefundPaid { refund_id, .. } => format!("refund.{refund_id}.paid"),
            Self::RefundFailed { refund_id, .. } => format!("refund.{refund_id}.failed"),
            Self::RefundCredited { refund_id, .. } => format!("refund.{refund_id}.credited"),
        })
    }

    /// The payment.
    #[must_use]
    pub const fn payment_id(&self) -> PaymentId {
        match self {
            Self::TopUp { payment_id }
            | Self::Hold { payment_id, .. }
            | Self::Release { payment_id, .. }
            | Self::Sale { payment_id, .. }
            | Self::StrayCapture { payment_id, .. }
            | Self::DisputeOpened { payment_id, .. }
            | Self::DisputeWon { payment_id, .. }
            | Self::DisputeLost { payment_id, .. }
            | Self::Refund { payment_id, .. }
            | Self::RefundPaid { payment_id, .. }
            | Self::RefundFailed { payment_id, .. }
            | Self::RefundCredited { payment_id, .. } => *payment_id,
        }
    }

    /// The order, if there is one.
    #[must_use]
    pub const fn order_id(&self) -> Option<OrderId> {
        match self {
            Self::Hold { order_id, .. }
            | Self::Release { order_id, .. }
            | Self::Sale { order_id, .. } => Some(*order_id),
            Self::Refund { order_id, .. }
            | Self::RefundFailed { order_id, .. }
            | Self::RefundCredited { order_id, .. }
            | Self::StrayCapture { order_id, .. }
            | Self::DisputeOpened { order_id, .. }
            | Self::DisputeWon { order_id, .. } => *order_id,
            Self::TopUp { .. } | Self::RefundPaid { .. } | Self::DisputeLost { .. } => None,
        }
    }

    /// The refund, if there is one.
    #[must_use]
    pub const fn refund_id(&self) -> Option<RefundId> {
        match self {
            Self::Refund { refund_id, .. }
            | Self::RefundPaid { refund_id, .. }
            | Self::RefundFailed { refund_id, .. }
            | Self::RefundCredited { refund_id, .. } => Some(*refund_id),
            Self::TopUp { .. }
            | Self::Hold { .. }
            | Self::Release { .. }
            | Self::Sale { .. }
            | Self::StrayCapture { .. }
            | Self::DisputeOpened { .. }
            | Self::DisputeWon { .. }
            | Self::DisputeLost { .. } => None,
        }
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Transaction {
    /// A transaction without legs.
    #[must_use]
    pub const fn because_of(cause: Cause) -> Self {
        Self { cause, legs: Vec::new() }
    }

    /// Adds a transfer: debits one account, credits another.
    ///
    /// # Panics
    /// If the amount is not above zero, which is a bug.
    #[must_use]
    pub fn transfer(mut self, debited: AccountId, credited: AccountId, amount: Money) -> Self {
        assert!(amount.minor_units > 0, "{} moves {amount}", self.cause.transaction());
        self.add(Leg { account: debited, side: Side::Debit, amount });
        self.add(Leg { account: credited, side: Side::Credit, amount });
        self
    }

    /// Merges a leg into the one of the same account and side, unless the sum overflows.
    fn add(&mut self, leg: Leg) {
        let is_same = |known: &&mut Leg| (known.account, known.side) == (leg.account, leg.side);
        let known = self.legs.iter_mut().find(is_same);
        let sum = known.and_then(|known| Some((known.amount.plus(leg.amount).ok()?, known)));
        match sum {
            Some((sum, known)) => known.amount = sum,
            None => self.legs.push(leg),
        }
    }

    /// The cause.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// The legs, by account.
    #[must_use]
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// The users whose accounts change.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.legs.iter().filter_map(|leg| leg.account.user())
    }
}

impl AccountId {
    /// The owner of a user's account.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(*user),
            Self::Provider | Self::Holds | Self::Refunds | Self::Disputes | Self::House => None,
        }
    }
}
