//! The ledger: what moves from which account to which. Double entry: a transfer debits one account and credits another with
//! the same amount, so that whatever is posted sums to zero in every currency.
//!
//! A user's account is what we owe the user: a credit adds to it, a debit takes from it. The provider's is what it owes us, the other
//! way round.

use std::fmt;

use contract::{DisputeId, Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Where money can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountId {
    /// With us, for a user.
    User(UserId),
    /// With the provider, who took it from cards for us.
    Provider,
    /// With us, put aside for orders that have not said whether they are accepted.
    Holds,
    /// With us, on its way back to cards.
    Refunds,
    /// With us, frozen until payers' banks have decided disputes; the provider withdrew as much.
    Disputes,
    /// Ours: it pays what a seller cannot give back.
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

/// What a transaction was posted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Cause {
    /// A card was charged to top up its owner's account.
    TopUp {
        /// The payment.
        payment_id: PaymentId,
    },
    /// Credit was put aside to pay an order.
    Hold {
        /// The payment.
        payment_id: PaymentId,
        /// The order.
        order_id: OrderId,
    },
    /// What was put aside went back: the order was not accepted.
    Release {
        /// The payment.
        payment_id: PaymentId,
        /// The order.
        order_id: OrderId,
    },
    /// An order was paid: its sellers have what it cost.
    Sale {
        /// The payment.
        payment_id: PaymentId,
        /// The order.
        order_id: OrderId,
    },
    /// The provider captured money that no order accepts: it is the payer's until it is refunded.
    StrayCapture {
        /// The payment.
        payment_id: PaymentId,
        /// The order, unless it was to be a top-up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// A dispute was opened: the accounts that bear it are debited.
    DisputeOpened {
        /// The dispute.
        dispute_id: DisputeId,
        /// Whose money it is.
        payment_id: PaymentId,
        /// The order, unless it is a top-up that is disputed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// A dispute was won: the accounts that bore it are credited.
    DisputeWon {
        /// The dispute.
        dispute_id: DisputeId,
        /// Whose money it is.
        payment_id: PaymentId,
        /// The order, unless it is a top-up that was disputed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// A dispute was lost: the payer keeps the money.
    DisputeLost {
        /// The dispute.
        dispute_id: DisputeId,
        /// Whose money it was.
        payment_id: PaymentId,
    },
    /// A refund was requested: those who bear it have paid it.
    Refund {
        /// The refund.
        refund_id: RefundId,
        /// Whose money it is.
        payment_id: PaymentId,
        /// The order, unless it is a top-up that is given back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// The provider has given a refund to a card.
    RefundPaid {
        /// The refund.
        refund_id: RefundId,
        /// Whose money it is.
        payment_id: PaymentId,
    },
    /// A refund failed: those who bore it have it again.
    RefundFailed {
        /// The refund.
        refund_id: RefundId,
        /// Whose money it was to be.
        payment_id: PaymentId,
        /// The order, unless it is a top-up that was to be given back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
    /// A refund failed, and units are on sale for its money: the payer has their price as credit.
    RefundCredited {
        /// The refund.
        refund_id: RefundId,
        /// Whose money it is.
        payment_id: PaymentId,
        /// The order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<OrderId>,
    },
}

/// The id of a transaction. It follows from the cause, so what is posted twice for one cause is found out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionId(String);

/// A change of several accounts that sums to zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Transaction {
    cause: Cause,
    legs: Vec<Leg>,
}

/// What a transaction does to one account: the amount is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Leg {
    /// The account.
    pub account: AccountId,
    /// Which side of it.
    pub side: Side,
    /// How much.
    pub amount: Money,
}

/// One line of the ledger. It is written once and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The transaction that it belongs to.
    pub transaction: TransactionId,
    /// Its place in the transaction, from 0.
    pub place: u32,
    /// The account.
    pub account: AccountId,
    /// Which side of it.
    pub side: Side,
    /// How much; above zero.
    pub amount: Money,
    /// When it was posted.
    pub at: Timestamp,
    /// What for.
    pub cause: Cause,
    /// Its line in the statement of a user's account; the other accounts have none.
    pub statement: Option<Line>,
}

/// One line of an account's statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// 1 for the account's first entry, one more with each.
    pub number: u64,
    /// The account's balance behind it, in the entry's currency.
    pub balance: Money,
}

impl Cause {
    /// The transaction posted for it.
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

    /// The payment whose money it is.
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

    /// The order, where there is one.
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

    /// The refund, where it was posted for one.
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
    /// A transaction that moves nothing yet.
    #[must_use]
    pub const fn because_of(cause: Cause) -> Self {
        Self { cause, legs: Vec::new() }
    }

    /// Moves an amount as well: debits one account, credits another.
    ///
    /// # Panics
    /// When the amount is not above zero, which is a bug.
    #[must_use]
    pub fn transfer(mut self, debited: AccountId, credited: AccountId, amount: Money) -> Self {
        assert!(amount.minor_units > 0, "{} moves {amount}", self.cause.transaction());
        self.add(Leg { account: debited, side: Side::Debit, amount });
        self.add(Leg { account: credited, side: Side::Credit, amount });
        self
    }

    /// One leg for each side of an account, as long as the amounts fit into one.
    fn add(&mut self, leg: Leg) {
        let is_same = |known: &&mut Leg| (known.account, known.side) == (leg.account, leg.side);
        let known = self.legs.iter_mut().find(is_same);
        let sum = known.and_then(|known| Some((known.amount.plus(leg.amount).ok()?, known)));
        match sum {
            Some((sum, known)) => known.amount = sum,
            None => self.legs.push(leg),
        }
    }

    /// What it is posted for.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// What it does, account by account.
    #[must_use]
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// The users whose accounts it changes.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.legs.iter().filter_map(|leg| leg.account.user())
    }
}

impl AccountId {
    /// Whose account it is, if it is a user's.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(*user),
            Self::Provider | Self::Holds | Self::Refunds | Self::Disputes | Self::House => None,
        }
    }
}
