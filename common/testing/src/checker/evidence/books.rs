//! The books at payments: entries of the ledger, users' balances, and top-ups.

use contract::payment::PaymentStatus;
use contract::{DisputeId, Money, PaymentId, RefundId, UserId};

/// An entry of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryFacts {
    /// The reason for the transaction; entries with the same cause are one transaction.
    pub cause: EntryCause,
    /// The account.
    pub account: LedgerAccount,
    /// The amount credited; negative for a debit.
    pub change: Money,
    /// For a user's account: the number of the entry, and the balance after it.
    pub line: Option<(u64, Money)>,
}

/// The reason for a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryCause {
    /// A card topped up an account.
    TopUp(PaymentId),
    /// Credit was held for an order.
    Hold(PaymentId),
    /// Held credit was released.
    Release(PaymentId),
    /// An order was paid.
    Sale(PaymentId),
    /// The provider captured money that no order wanted.
    StrayCapture(PaymentId),
    /// A dispute was opened.
    DisputeOpened(DisputeId),
    /// A dispute was won.
    DisputeWon(DisputeId),
    /// A dispute was lost.
    DisputeLost(DisputeId),
    /// A refund was requested.
    Refund(RefundId),
    /// A refund reached its card.
    RefundPaid(RefundId),
    /// A refund failed.
    RefundFailed(RefundId),
    /// A failed refund was credited to the payer's account.
    RefundCredited(RefundId),
}

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LedgerAccount {
    /// A user's account.
    User(UserId),
    /// Money at the provider.
    Provider,
    /// Credit held for orders.
    Holds,
    /// Refunds on their way to cards.
    Refunds,
    /// The amounts that disputes freeze.
    Disputes,
    /// Amounts that the marketplace pays itself.
    House,
}

/// Balances of a user's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceFacts {
    /// The owner.
    pub user: UserId,
    /// Entries posted to it.
    pub entries: u64,
    /// One balance per currency.
    pub balances: Vec<Money>,
}

/// A payment that tops up its payer's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUpFacts {
    /// The payment.
    pub id: PaymentId,
    /// The owner of the account.
    pub user: UserId,
    /// The amount.
    pub amount: Money,
    /// Its status.
    pub status: PaymentStatus,
    /// The amount that was captured although it was not wanted.
    pub returned: Option<Money>,
    /// Whether a request to the provider is pending.
    pub has_task: bool,
}
