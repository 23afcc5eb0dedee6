//! Refunds and disputes, at payments and in the provider's ledger.

use contract::payment::ReturnedUnits;
use contract::{DisputeId, Money, PaymentId, RefundId, UserId};

use super::LedgerAccount;

/// A refund, at payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// The refund.
    pub id: RefundId,
    /// The refunded payment.
    pub payment_id: PaymentId,
    /// The payee.
    pub payer: UserId,
    /// The amount.
    pub amount: Money,
    /// The destination.
    pub to: RefundTo,
    /// The accounts that bear it, each with its amount.
    pub borne: Vec<(LedgerAccount, Money)>,
    /// The sellers' shares of the sale that it reduces, each with its amount.
    pub shares: Vec<(UserId, Money)>,
    /// Minor units beyond the rest of the payment; the house bears them.
    pub excess: i64,
    /// Whether it was made at the provider, not requested at the marketplace.
    pub is_foreign: bool,
    /// Units that return to sale.
    pub returns: Vec<ReturnedUnits>,
    /// The requester.
    pub requested_by: UserId,
    /// The part of the units' price that was waived, by seller.
    pub waived: Vec<(UserId, Money)>,
    /// The parts that were credited because the refund to the card failed.
    pub credited: Vec<CreditedShare>,
    /// Its state.
    pub end: RefundEnd,
    /// Whether a request to the provider is pending.
    pub has_task: bool,
}

/// A part of a refund that was credited because the refund to the card failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditedShare {
    /// The seller whose share bears it.
    pub seller: UserId,
    /// The account that bears it.
    pub account: LedgerAccount,
    /// The amount.
    pub amount: Money,
}

/// Destination of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundTo {
    /// To the card.
    Card,
    /// To the payer's account.
    Credit,
}

/// State of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundEnd {
    /// Not ended.
    Requested,
    /// Paid.
    Succeeded,
    /// Not paid.
    Failed,
    /// Paid, and returned by the payer's bank.
    CameBack,
    /// Not paid; a part was credited.
    FailedToCredit,
    /// Paid, and returned by the payer's bank; a part was credited.
    CameBackToCredit,
}

impl RefundEnd {
    /// Whether the units of the refund returned to sale.
    pub const fn has_returned_units(self) -> bool {
        match self {
            Self::Succeeded | Self::CameBack | Self::CameBackToCredit => true,
            Self::Requested | Self::Failed | Self::FailedToCredit => false,
        }
    }

    /// Whether the payer keeps any part of it.
    pub const fn has_given(self) -> bool {
        match self {
            Self::Succeeded | Self::FailedToCredit | Self::CameBackToCredit => true,
            Self::Requested | Self::Failed | Self::CameBack => false,
        }
    }
}

impl RefundFacts {
    /// The amounts by which it reduces, or will reduce, sellers' shares.
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
    /// The disputed payment.
    pub payment_id: PaymentId,
    /// The amount.
    pub amount: Money,
    /// The accounts that bear it, each with its amount.
    pub borne: Vec<(LedgerAccount, Money)>,
    /// The sellers' shares of the sale that it reduces, each with its amount.
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

/// A withdrawal by a bank, in the provider's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawnFacts {
    /// The dispute.
    pub id: DisputeId,
    /// The disputed payment.
    pub payment_id: PaymentId,
    /// The amount.
    pub amount: Money,
    /// Its state.
    pub end: DisputeEnd,
}

/// A refund that the provider paid under one key and the payer's bank did not return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderRefundFacts {
    /// The refund that is the key.
    pub refund_id: RefundId,
    /// The refunded payment.
    pub payment_id: PaymentId,
    /// The amount.
    pub amount: Money,
}
