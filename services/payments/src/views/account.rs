//! A user's account in responses.

use contract::money::Decimal;
use contract::{Currency, OrderId, PaymentId, RefundId, Timestamp};
use serde::Serialize;
use store::Document as _;
use utoipa::ToSchema;

use crate::domain::{Cause, Entry, Side};

/// Balances and entries of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// A balance for each currency that the account has had.
    pub(crate) balances: Vec<BalanceView>,
    /// The entries, newest first.
    pub(crate) entries: Vec<EntryView>,
}

/// Balance of an account in one currency.
#[derive(Serialize, ToSchema)]
pub(crate) struct BalanceView {
    pub(crate) currency: Currency,
    /// Never below zero.
    pub(crate) balance: Decimal,
}

/// One entry of an account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryView {
    id: String,
    /// A credit increases the balance, a debit decreases it.
    side: Side,
    amount: Decimal,
    currency: Currency,
    /// Balance after this entry, in its currency.
    balance: Decimal,
    at: Timestamp,
    /// Reason for the entry.
    cause: CauseView,
    payment_id: PaymentId,
    /// The order, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The refund, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_id: Option<RefundId>,
}

/// Reason for an entry.
// As the variants of [`Cause`].
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CauseView {
    TopUp,
    Hold,
    Release,
    Sale,
    StrayCapture,
    DisputeOpened,
    DisputeWon,
    DisputeLost,
    Refund,
    RefundPaid,
    RefundFailed,
    RefundCredited,
}

impl EntryView {
    /// The entry; `None` unless it is one of a user's account.
    pub(crate) fn of(entry: &Entry) -> Option<Self> {
        let line = entry.statement?;
        let (of, refund_id) = entry.cause.payment_and_refund();
        Some(Self {
            id: entry.document_id(),
            side: entry.side,
            amount: entry.amount.to_decimal(),
            currency: entry.amount.currency,
            balance: line.balance.to_decimal(),
            at: entry.at,
            cause: CauseView::from(&entry.cause),
            payment_id: of.payment_id,
            order_id: of.order_id,
            refund_id,
        })
    }
}

impl From<&Cause> for CauseView {
    fn from(cause: &Cause) -> Self {
        match cause {
            Cause::TopUp(_) => Self::TopUp,
            Cause::Hold(_) => Self::Hold,
            Cause::Release(_) => Self::Release,
            Cause::Sale(_) => Self::Sale,
            Cause::StrayCapture(_) => Self::StrayCapture,
            Cause::DisputeOpened(_) => Self::DisputeOpened,
            Cause::DisputeWon(_) => Self::DisputeWon,
            Cause::DisputeLost(_) => Self::DisputeLost,
            Cause::Refund(_) => Self::Refund,
            Cause::RefundPaid(_) => Self::RefundPaid,
            Cause::RefundFailed(_) => Self::RefundFailed,
            Cause::RefundCredited(_) => Self::RefundCredited,
        }
    }
}
