//! Refunds, as payments keeps them and as the provider's ledger has them.

use contract::payment::ReturnedUnits;
use contract::{Money, PaymentId, RefundId, UserId};

use super::LedgerAccount;

/// A refund, at payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// The refund.
    pub id: RefundId,
    /// The payment whose money it is.
    pub payment_id: PaymentId,
    /// Who gets it.
    pub payer: UserId,
    /// How much.
    pub amount: Money,
    /// Where to.
    pub to: RefundTo,
    /// Who bears it, and how much of it.
    pub borne: Vec<(LedgerAccount, Money)>,
    /// Out of which seller's share of the sale it is, and how much of it.
    pub shares: Vec<(UserId, Money)>,
    /// Units that go back to sale.
    pub returns: Vec<ReturnedUnits>,
    /// Where it stands.
    pub end: RefundEnd,
    /// Whether something is still to be asked of the provider.
    pub has_task: bool,
}

/// Where the money of a refund goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundTo {
    /// To the card.
    Card,
    /// To the payer's account.
    Credit,
}

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundEnd {
    /// It has no end.
    Requested,
    /// It was given back.
    Succeeded,
    /// It was not.
    Failed,
    /// It was, and the payer's bank sent it back.
    CameBack,
}

/// What the provider gave back under one key, and did not get back from the payer's bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBackFacts {
    /// The refund that is the key.
    pub refund_id: RefundId,
    /// The payment whose money it is.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Money,
}
