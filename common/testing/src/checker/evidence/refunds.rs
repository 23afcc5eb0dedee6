//! Refunds, as payments keeps them and as the provider's ledger has them.

use contract::payment::ReturnedUnits;
use contract::{DisputeId, Money, PaymentId, RefundId, UserId};

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
    /// The accounts that bear it, each with its amount.
    pub borne: Vec<(LedgerAccount, Money)>,
    /// The sellers' shares of the sale that it is taken from, each with its amount.
    pub shares: Vec<(UserId, Money)>,
    /// Minor units beyond all that was left of the payment; the house bears them.
    pub excess: i64,
    /// Whether it was made at the provider, not requested here.
    pub is_foreign: bool,
    /// Units that go back to sale.
    pub returns: Vec<ReturnedUnits>,
    /// The requester.
    pub requested_by: UserId,
    /// The part of the units' price that was waived, by seller.
    pub waived: Vec<(UserId, Money)>,
    /// What of it went to credit because it could not be given back otherwise.
    pub credited: Vec<CreditedShare>,
    /// Its state.
    pub end: RefundEnd,
    /// Whether something is still to be asked of the provider.
    pub has_task: bool,
}

/// A part of a refund that went to credit because it could not be given back otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditedShare {
    /// The seller of whose share it is.
    pub seller: UserId,
    /// The account that bears it.
    pub account: LedgerAccount,
    /// How much.
    pub amount: Money,
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
    /// It was not, and part of it went to credit.
    FailedToCredit,
    /// It was, the payer's bank sent it back, and part of it went to credit.
    CameBackToCredit,
}

impl RefundEnd {
    /// Whether the units of the refund went back to sale.
    pub const fn has_returned_units(self) -> bool {
        match self {
            Self::Succeeded | Self::CameBack | Self::CameBackToCredit => true,
            Self::Requested | Self::Failed | Self::FailedToCredit => false,
        }
    }

    /// Whether the payer has anything of it.
    pub const fn has_given(self) -> bool {
        match self {
            Self::Succeeded | Self::FailedToCredit | Self::CameBackToCredit => true,
            Self::Requested | Self::Failed | Self::CameBack => false,
        }
    }
}

impl RefundFacts {
    /// What it takes of the shares of sellers, or will.
    pub fn claimed(&self) -> Vec<(UserId, Money)> {
        match self.end {
            RefundEnd::Requested | RefundEnd::Succeeded => self.shares.clone(),
            RefundEnd::FailedToCredit | RefundEnd::CameBackToCredit => {
                self.credited.iter().map(|share| (share.seller, share.amount)).collect()
            }
            RefundEnd::Failed | RefundEnd::CameBack => Vec::new(),
        }
    }
}

/// A dispute, at payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFacts {
    /// The dispute.
    pub id: DisputeId,
    /// The payment whose money it is.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Money,
    /// The accounts that bear it, each with its amount.
    pub borne: Vec<(LedgerAccount, Money)>,
    /// The sellers' shares of the sale that it is taken from, each with its amount.
    pub shares: Vec<(UserId, Money)>,
    /// Its state.
    pub end: DisputeEnd,
}

/// State of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeEnd {
    /// The bank has not decided.
    Open,
    /// The money was returned.
    Won,
    /// The payer keeps the money.
    Lost,
}

/// A withdrawal by a bank, as the provider's ledger has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawnFacts {
    /// The dispute.
    pub id: DisputeId,
    /// The payment whose money it is.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Money,
    /// Its state.
    pub end: DisputeEnd,
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
