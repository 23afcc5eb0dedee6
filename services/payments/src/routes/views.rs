//! Payments, refunds and accounts, as those see them who have to do with them.

use contract::money::Decimal;
use contract::payment::ReturnedUnits;
use contract::{Currency, Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use serde::Serialize;
use store::Document as _;
use utoipa::ToSchema;
use web::Answer;

use crate::domain::refund::{self, Method, Origin, Share};
use crate::domain::{Cause, Challenge, Consent, Disputed, Entry, Payment, Refund, Side, State};

/// Where a payment stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentStatusView {
    /// The provider is being asked.
    Started,
    /// The payer has to do something first; see `action`.
    RequiresAction,
    /// The provider holds the money; the order decides.
    Authorized,
    /// The money was taken; the order is complete.
    Captured,
    /// The money was let go.
    Voided,
    /// The provider said no.
    Declined,
}

/// What the payer has to do, such as 3-D Secure.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionView {
    /// For the provider's script in the browser.
    client_secret: String,
    /// Where to send a browser without that script.
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
    /// The order it pays; absent from a top-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The provider's name for it, once it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_id: Option<String>,
    status: PaymentStatusView,
    /// What the payer has to do before the money is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<ActionView>,
    amount: Decimal,
    currency: Currency,
    /// What was given back so far, if anything ever was.
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
    /// A seller may refund to credit once, although the payment was by card.
    credit: bool,
    /// Units that a seller may take back for less than their price.
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

/// What presses most of what was disputed, in minor units: what is open, else what was lost.
const fn disputed(disputed: Disputed) -> Option<(i64, DisputeStatusView)> {
    match disputed {
        Disputed { open: 1.., .. } => Some((disputed.open, DisputeStatusView::Open)),
        Disputed { lost: 1.., .. } => Some((disputed.lost, DisputeStatusView::Lost)),
        Disputed { won: 1.., .. } => Some((disputed.won, DisputeStatusView::Won)),
        Disputed { .. } => None,
    }
}

impl PaymentView {
    /// A payment as others than its payer see it: what the payer has to do is a secret.
    pub(crate) fn of_another(payment: &Payment) -> Self {
        Self { action: None, ..Self::from(payment) }
    }
}

impl From<&Challenge> for ActionView {
    fn from(challenge: &Challenge) -> Self {
        Self { client_secret: challenge.client_secret.clone(), url: challenge.url.clone() }
    }
}

/// What is on an account, and its entries.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// One balance for each currency that was ever on it.
    pub(crate) balances: Vec<BalanceView>,
    /// Newest first.
    pub(crate) entries: Vec<EntryView>,
}

/// What is on an account in one currency.
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
    /// A credit adds to the balance, a debit takes from it.
    side: Side,
    amount: Decimal,
    currency: Currency,
    /// The balance behind this entry, in its currency.
    balance: Decimal,
    at: Timestamp,
    /// What it was posted for.
    cause: CauseView,
    payment_id: PaymentId,
    /// The order, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The refund, where it was posted for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_id: Option<RefundId>,
}

/// What an entry was posted for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CauseView {
    /// A card was charged to top up the account.
    TopUp,
    /// Credit was put aside to pay an order.
    Hold,
    /// It went back: the order was not accepted.
    Release,
    /// An order was paid.
    Sale,
    /// The provider captured money that no order accepts; it is refunded.
    StrayCapture,
    /// A payer disputes a payment: the money is frozen.
    DisputeOpened,
    /// A dispute was won: the money is back.
    DisputeWon,
    /// A dispute was lost.
    DisputeLost,
    /// A refund was requested.
    Refund,
    /// A refund reached its card.
    RefundPaid,
    /// A refund failed, and what it took came back.
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

/// Where a refund stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatusView {
    /// The money is on its way.
    Requested,
    /// It was given back.
    Succeeded,
    /// It was not given back, or came back.
    Failed,
}

/// A refund of a payment; what a seller sees of it is the own part.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundView {
    id: RefundId,
    payment_id: PaymentId,
    /// The order that was paid; absent where a top-up is given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The provider's name for it, once it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_id: Option<String>,
    status: RefundStatusView,
    /// The provider's reason for the failure. With `succeeded`: the reason why the money went to credit in place of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    amount: Decimal,
    currency: Currency,
    to: Method,
    /// Origin of the refund.
    origin: Origin,
    /// Units that go back to sale once it has succeeded.
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
    /// A refund as one of its sellers sees it; `None` where it is none of theirs. For a seller of whose share nothing was credited a
    /// refund that was credited has failed.
    pub(crate) fn of_seller(refund: &Refund, seller: UserId) -> Option<Self> {
        let of_seller =
            |shares: &[Share]| shares.iter().find(|share| share.seller == seller).copied();
        let (view, given) = (Self::from(refund), of_seller(refund.given_shares()));
        let Some(share) = given.or_else(|| of_seller(&refund.shares)) else {
            // Only units went back.
            return (refund.requested_by == seller).then_some(view);
        };
        let status = if given.is_some() { view.status } else { RefundStatusView::Failed };
        Some(Self { amount: share.amount().to_decimal(), status, ..view })
    }
}

/// The answer that shows a payment to its payer.
pub(crate) fn shown(payment: &Payment) -> Answer {
    Answer::ok(&PaymentView::from(payment)).tagged(payment.version)
}
