//! Payments, refunds and accounts, as those see them who have to do with them.

use contract::money::Decimal;
use contract::payment::ReturnedUnits;
use contract::{Currency, Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use serde::Serialize;
use store::Document as _;
use utoipa::ToSchema;
use web::Response;

use crate::domain::refund::{self, Method, Origin, Share};
use crate::domain::{Cause, Challenge, Consent, Disputed, Entry, Payment, Refund, Side, State};

/// Status of a payment.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentStatusView {
    /// The provider has not decided yet.
    Started,
    /// The payer must complete `action`.
    RequiresAction,
    /// The money is reserved; it is captured or released next.
    Authorized,
    /// The money was charged; the order is complete.
    Captured,
    /// The reserved money was released.
    Voided,
    /// The provider declined.
    Declined,
}

/// An action that the payer must complete, such as 3-D Secure.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionView {
    /// Secret for the provider's script in the browser.
    client_secret: String,
    /// Address of the action for browsers without that script.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// State of a dispute.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DisputeStatusView {
    /// The bank has not decided; the money is frozen.
    Open,
    /// The money was returned to the accounts that bore it.
    Won,
    /// The payer keeps the money.
    Lost,
}

/// A payment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentView {
    id: PaymentId,
    /// The paid order; absent if the payment is a top-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The provider's id, once assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_id: Option<String>,
    status: PaymentStatusView,
    /// Action that the payer must complete before the money is reserved.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<ActionView>,
    amount: Decimal,
    currency: Currency,
    /// Amount refunded so far, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    refunded: Option<Decimal>,
    /// The part of the payer's consent that no refund has used, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<ConsentView>,
    /// The amount that the payer disputed at the bank, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    disputed: Option<Decimal>,
    /// State of that dispute.
    #[serde(skip_serializing_if = "Option::is_none")]
    dispute_status: Option<DisputeStatusView>,
    version: u64,
    started_at: Timestamp,
}

/// Consent of a payer.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConsentView {
    /// Whether a seller may refund a payment by card to credit, once.
    credit: bool,
    /// Units that a seller may return to sale for less than their price.
    returns: Vec<ReturnedUnits>,
}

impl From<&Consent> for ConsentView {
    fn from(consent: &Consent) -> Self {
        Self { credit: consent.credit, returns: consent.returns.clone() }
    }
}

impl From<&Payment> for PaymentView {
    fn from(payment: &Payment) -> Self {
        let status = match &payment.state {
            State::Started { .. } | State::Opened { .. } => PaymentStatusView::Started,
            State::RequiresAction { .. } => PaymentStatusView::RequiresAction,
            State::Authorized { .. } | State::Capturing { .. } | State::Voiding { .. } => {
                PaymentStatusView::Authorized
            }
            State::Captured { .. } => PaymentStatusView::Captured,
            State::Voided { .. } | State::Returned { .. } => PaymentStatusView::Voided,
            State::Declined { .. } => PaymentStatusView::Declined,
        };
        let action = match &payment.state {
            State::RequiresAction { challenge, .. } => Some(ActionView::from(challenge)),
            State::Started { .. }
            | State::Opened { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Captured { .. }
            | State::Returned { .. }
            | State::Voiding { .. }
            | State::Voided { .. }
            | State::Declined { .. } => None,
        };
        let refunded = payment.refunds().and_then(|refunds| refunds.refunded);
        let consent = payment.refunds().map(|refunds| &refunds.consent);
        let disputed = payment.refunds().and_then(|refunds| disputed(refunds.disputed));
        let amount_of = |minor_units| Money::new(minor_units, payment.amount.currency).to_decimal();
        Self {
            id: payment.id,
            order_id: payment.order_id(),
            stripe_id: payment.reference().map(str::to_owned),
            status,
            action,
            amount: payment.amount.to_decimal(),
            currency: payment.amount.currency,
            refunded: refunded.map(Money::to_decimal),
            consent: consent.filter(|consent| !consent.is_empty()).map(ConsentView::from),
            disputed: disputed.map(|(amount, _)| amount_of(amount)),
            dispute_status: disputed.map(|(_, status)| status),
            version: payment.version,
            started_at: payment.started_at,
        }
    }
}

/// The amount of the most relevant dispute state in minor units: the open amount, else the lost
/// amount.
const fn disputed(disputed: Disputed) -> Option<(i64, DisputeStatusView)> {
    match disputed {
        Disputed { open: 1.., .. } => Some((disputed.open, DisputeStatusView::Open)),
        Disputed { lost: 1.., .. } => Some((disputed.lost, DisputeStatusView::Lost)),
        Disputed { won: 1.., .. } => Some((disputed.won, DisputeStatusView::Won)),
        Disputed { .. } => None,
    }
}

impl PaymentView {
    /// A payment in the view of other users than its payer: the required action is secret.
    pub(crate) fn of_another(payment: &Payment) -> Self {
        Self { action: None, ..Self::from(payment) }
    }
}

impl From<&Challenge> for ActionView {
    fn from(challenge: &Challenge) -> Self {
        Self { client_secret: challenge.client_secret.clone(), url: challenge.url.clone() }
    }
}

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
    currency: Currency,
    /// Never below zero.
    balance: Decimal,
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
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CauseView {
    /// A card was charged to top up the account.
    TopUp,
    /// Credit was reserved to pay an order.
    Hold,
    /// Reserved credit was released; the order did not accept the payment.
    Release,
    /// An order was paid.
    Sale,
    /// The provider captured money that no order accepts; it is refunded.
    StrayCapture,
    /// A dispute was opened; the money is frozen.
    DisputeOpened,
    /// A dispute was won; the money was returned.
    DisputeWon,
    /// A dispute was lost.
    DisputeLost,
    /// A refund was requested.
    Refund,
    /// A refund reached its card.
    RefundPaid,
    /// A refund failed; its amount was credited again.
    RefundFailed,
    /// A refund failed after its units went back to sale; its money was credited to the account.
    RefundCredited,
}

impl From<Money> for BalanceView {
    fn from(balance: Money) -> Self {
        Self { currency: balance.currency, balance: balance.to_decimal() }
    }
}

impl EntryView {
    /// The entry; `None` unless it is one of a user's account.
    pub(crate) fn of(entry: &Entry) -> Option<Self> {
        let line = entry.statement?;
        Some(Self {
            id: entry.document_id(),
            side: entry.side,
            amount: entry.amount.to_decimal(),
            currency: entry.amount.currency,
            balance: line.balance.to_decimal(),
            at: entry.at,
            cause: CauseView::from(&entry.cause),
            payment_id: entry.cause.payment_id(),
            order_id: entry.cause.order_id(),
            refund_id: entry.cause.refund_id(),
        })
    }
}

impl From<&Cause> for CauseView {
    fn from(cause: &Cause) -> Self {
        match cause {
            Cause::TopUp { .. } => Self::TopUp,
            Cause::Hold { .. } => Self::Hold,
            Cause::Release { .. } => Self::Release,
            Cause::Sale { .. } => Self::Sale,
            Cause::StrayCapture { .. } => Self::StrayCapture,
            Cause::DisputeOpened { .. } => Self::DisputeOpened,
            Cause::DisputeWon { .. } => Self::DisputeWon,
            Cause::DisputeLost { .. } => Self::DisputeLost,
            Cause::Refund { .. } => Self::Refund,
            Cause::RefundPaid { .. } => Self::RefundPaid,
            Cause::RefundFailed { .. } => Self::RefundFailed,
            Cause::RefundCredited { .. } => Self::RefundCredited,
        }
    }
}

/// Status of a refund.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatusView {
    /// The provider has not decided yet.
    Requested,
    /// The money was refunded.
    Succeeded,
    /// The money was not refunded, or was sent back by the bank.
    Failed,
}

/// A refund of a payment. A seller's view has the seller's share only.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundView {
    id: RefundId,
    payment_id: PaymentId,
    /// The paid order; absent if the payment is a top-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The provider's id, once assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_id: Option<String>,
    status: RefundStatusView,
    /// The provider's reason for the failure. With `succeeded`: the reason why the money was credited
    /// to the account instead of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    amount: Decimal,
    currency: Currency,
    to: Method,
    /// Origin of the refund.
    origin: Origin,
    /// Units that return to sale once the refund has succeeded.
    returns: Vec<ReturnedUnits>,
    version: u64,
    requested_at: Timestamp,
}

impl From<&Refund> for RefundView {
    fn from(refund: &Refund) -> Self {
        let (status, reason) = match &refund.state {
            refund::State::Requested { .. } => (RefundStatusView::Requested, None),
            refund::State::Succeeded { .. } => (RefundStatusView::Succeeded, None),
            refund::State::Failed { reason, .. } => {
                (RefundStatusView::Failed, Some(reason.clone()))
            }
            refund::State::Credited { reason, .. } => {
                (RefundStatusView::Succeeded, Some(reason.clone()))
            }
        };
        Self {
            id: refund.id,
            payment_id: refund.payment_id,
            order_id: refund.order_id,
            stripe_id: refund.reference().map(str::to_owned),
            status,
            reason,
            amount: refund.given().to_decimal(),
            currency: refund.amount.currency,
            to: refund.method(),
            origin: refund.origin,
            returns: refund.returns.clone(),
            version: refund.version,
            requested_at: refund.requested_at,
        }
    }
}

impl RefundView {
    /// A refund in the view of one of its sellers; `None` for other sellers. A credited refund has
    /// failed for a seller of whose share nothing was credited.
    pub(crate) fn of_seller(refund: &Refund, seller: UserId) -> Option<Self> {
        let of_seller =
            |shares: &[Share]| shares.iter().find(|share| share.seller == seller).copied();
        let (view, given) = (Self::from(refund), of_seller(refund.given_shares()));
        let Some(share) = given.or_else(|| of_seller(&refund.shares)) else {
            // Only units were returned.
            return (refund.requested_by == seller).then_some(view);
        };
        let status = if given.is_some() { view.status } else { RefundStatusView::Failed };
        Some(Self { amount: share.amount().to_decimal(), status, ..view })
    }
}

/// The response that shows a payment to its payer.
pub(crate) fn shown(payment: &Payment) -> Response {
    Response::ok(&PaymentView::from(payment)).tagged(payment.version)
}
