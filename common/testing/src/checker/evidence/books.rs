//! The books, as payments keeps them: the entries of the ledger, what is on users' accounts, and the payments that put it there.

use contract::payment::PaymentStatus;
use contract::{DisputeId, Money, PaymentId, RefundId, UserId};

/// An entry of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryFacts {
    /// What it was posted for; entries of one cause are one transaction.
    pub cause: EntryCause,
    /// On which account.
    pub account: LedgerAccount,
    /// What was credited; negative where it was debited.
    pub change: Money,
    /// Which entry of a user's account it is, and the balance behind it.
    pub line: Option<(u64, Money)>,
}

/// What a transaction was posted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryCause {
    /// A card topped up an account.
    TopUp(PaymentId),
    /// Credit was put aside for an order.
    Hold(PaymentId),
    /// It went back.
    Release(PaymentId),
    /// An order was paid.
    Sale(PaymentId),
    /// The provider took money that no order wanted.
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
    /// A refund that failed was put on the payer's account.
    RefundCredited(RefundId),
}

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LedgerAccount {
    /// A user's.
    User(UserId),
    /// What the provider owes us.
    Provider,
    /// What is put aside for orders.
    Holds,
    /// What is on its way back to cards.
    Refunds,
    /// The amounts that disputes freeze.
    Disputes,
    /// What we paid for others.
    House,
}

/// What is on a user's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceFacts {
    /// Whose.
    pub user: UserId,
    /// Entries posted to it.
    pub entries: u64,
    /// One balance a currency.
    pub balances: Vec<Money>,
}

/// A payment that tops up its payer's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopUpFacts {
    /// The payment.
    pub id: PaymentId,
    /// Whose account.
    pub user: UserId,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What was taken although it was not wanted.
    pub returned: Option<Money>,
    /// Whether something is still to be asked of the provider.
    pub has_task: bool,
}
