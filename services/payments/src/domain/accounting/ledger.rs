//! The double-entry ledger. A transfer debits one account and credits another with the same amount,
//! so that all entries sum to zero in every currency.
//!
//! A user's account is a liability of the marketplace: a credit increases it, a debit reduces it.
//! The provider's account is an asset, with opposite signs.

use contract::{Currency, DisputeId, Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::Refusal;

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
    /// Money frozen until banks decide disputes; the provider has withdrawn the same amount.
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
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// A card was charged to top up its owner's account.
    TopUp(OfPayment),
    /// Credit was reserved for an order.
    Hold(OfPayment),
    /// Reserved credit was released: the order was not accepted.
    Release(OfPayment),
    /// An order was paid: its sellers receive its price.
    Sale(OfPayment),
    /// Captured money that no order accepts belongs to the payer until it is refunded.
    StrayCapture(OfPayment),
    /// A dispute was opened: the accounts that bear it are debited.
    DisputeOpened(OfDispute),
    /// A dispute was won: the accounts that bore it are credited.
    DisputeWon(OfDispute),
    /// A dispute was lost: the payer keeps the money.
    DisputeLost(OfDispute),
    /// A refund was requested: the accounts that bear it are debited.
    Refund(OfRefund),
    /// The provider has paid a refund to a card.
    RefundPaid(OfRefund),
    /// A refund failed: the accounts that bore it are credited.
    RefundFailed(OfRefund),
    /// A refund failed, but its units are on sale: the payer receives their price as credit.
    RefundCredited(OfRefund),
}

/// The payment of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfPayment {
    /// The payment.
    pub payment_id: PaymentId,
    /// The order; `None` for a top-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
}

/// The dispute of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfDispute {
    /// The dispute.
    pub dispute_id: DisputeId,
    /// The disputed payment, and its order where a user's account changes.
    #[serde(flatten)]
    pub payment: OfPayment,
}

/// The refund of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfRefund {
    /// The refund.
    pub refund_id: RefundId,
    /// The refunded payment, and its order where a user's account changes.
    #[serde(flatten)]
    pub payment: OfPayment,
}

/// The id of a transaction, derived from its cause, so that a second one is detected.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, derive_more::Display,
)]
#[serde(transparent)]
pub struct TransactionId(String);

/// A change of several accounts that sums to zero.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
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
    /// The amount, above zero.
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
            Self::TopUp(of) => format!("payment.{}.top_up", of.payment_id),
            Self::Hold(of) => format!("payment.{}.hold", of.payment_id),
            Self::Release(of) => format!("payment.{}.release", of.payment_id),
            Self::Sale(of) => format!("payment.{}.sale", of.payment_id),
            Self::StrayCapture(of) => format!("payment.{}.stray_capture", of.payment_id),
            Self::DisputeOpened(of) => format!("dispute.{}.opened", of.dispute_id),
            Self::DisputeWon(of) => format!("dispute.{}.won", of.dispute_id),
            Self::DisputeLost(of) => format!("dispute.{}.lost", of.dispute_id),
            Self::Refund(of) => format!("refund.{}.request", of.refund_id),
            Self::RefundPaid(of) => format!("refund.{}.paid", of.refund_id),
            Self::RefundFailed(of) => format!("refund.{}.failed", of.refund_id),
            Self::RefundCredited(of) => format!("refund.{}.credited", of.refund_id),
        })
    }

    /// The payment and, if there is one, the refund.
    pub(crate) const fn payment_and_refund(&self) -> (OfPayment, Option<RefundId>) {
        match self {
            Self::TopUp(payment)
            | Self::Hold(payment)
            | Self::Release(payment)
            | Self::Sale(payment)
            | Self::StrayCapture(payment) => (*payment, None),
            Self::DisputeOpened(of) | Self::DisputeWon(of) | Self::DisputeLost(of) => {
                (of.payment, None)
            }
            Self::Refund(of)
            | Self::RefundPaid(of)
            | Self::RefundFailed(of)
            | Self::RefundCredited(of) => (of.payment, Some(of.refund_id)),
        }
    }
}

impl Transaction {
    /// A transaction without legs.
    pub const fn because_of(cause: Cause) -> Self {
        Self { cause, legs: Vec::new() }
    }

    /// A transaction with these transfers: of the debited account, the credited one and the amount.
    ///
    /// # Panics
    /// As [`Transaction::transfer`].
    pub fn of(
        cause: Cause,
        transfers: impl IntoIterator<Item = (AccountId, AccountId, Money)>,
    ) -> Self {
        let add = |of: Self, (debited, credited, amount)| of.transfer(debited, credited, amount);
        transfers.into_iter().fold(Self::because_of(cause), add)
    }

    /// Adds a transfer: debits one account, credits another.
    ///
    /// # Panics
    /// If the amount is not above zero, which is a bug.
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
    pub(crate) fn users(&self) -> impl Iterator<Item = UserId> {
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

/// A user's account. Every user has one; it is stored from its first entry on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The owner; also the id.
    pub user: UserId,
    /// Number of entries posted to it.
    pub entries: u64,
    /// Balances by currency, zero or more, one per currency with an entry.
    pub balances: Vec<Money>,
}

impl Account {
    /// An account without entries.
    #[must_use]
    pub const fn of(user: UserId) -> Self {
        Self { user, entries: 0, balances: Vec::new() }
    }

    /// The balance in a currency.
    #[must_use]
    pub fn balance(&self, currency: Currency) -> Money {
        let known = self.balances.iter().find(|balance| balance.currency == currency);
        known.copied().unwrap_or(Money::zero(currency))
    }

    /// Whether any balance is above zero.
    pub(crate) fn has_credit(&self) -> bool {
        self.balances.iter().any(|balance| balance.minor_units > 0)
    }

    /// Posts an entry; returns the changed account and the statement line.
    ///
    /// # Errors
    /// [`Refusal::InsufficientCredit`] if the balance would become negative,
    /// [`Refusal::BalanceTooLarge`] if it would overflow.
    pub fn post(mut self, side: Side, amount: Money) -> Result<(Self, Line), Refusal> {
        let change = match side {
            Side::Credit => amount.minor_units,
            Side::Debit => -amount.minor_units,
        };
        let balance = self.balance(amount.currency);
        let balance = balance.plus(Money::new(change, amount.currency));
        let balance = balance.map_err(|_| Refusal::BalanceTooLarge)?;
        if balance.minor_units < 0 {
            return Err(Refusal::InsufficientCredit);
        }
        self.entries += 1;
        let at = self.balances.binary_search_by_key(&amount.currency, |known| known.currency);
        match at {
            Ok(at) => self.balances.splice(at..=at, [balance]).for_each(drop),
            Err(at) => self.balances.insert(at, balance),
        }
        let line = Line { number: self.entries, balance };
        Ok((self, line))
    }
}
