//! GET /api/payments/account

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::money::Decimal;
use contract::{Currency, Money, OrderId, PaymentId, RefundId, Timestamp};
use serde::Serialize;
use store::{Document as _, Query};
use utoipa::ToSchema;
use web::{Cursor, List, Page, PageSize, Problem, QueryString, Response, SignedIn};

use crate::Ports;
use crate::domain::{Account, Cause, Entry, Side};

web::params! {
    /// Currency and page of the entries.
    pub(crate) struct ShowAccountParams {
        /// Only this currency; all currencies by default.
        pub(crate) currency: Currency,
        /// Entries on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Balances and entries of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// A balance for each currency that the account has had.
    balances: Vec<BalanceView>,
    /// The entries, newest first.
    entries: Vec<EntryView>,
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

/// Shows the signed-in user's account: its balances, and its entries, newest first.
#[utoipa::path(
    params(ShowAccountParams),
    responses(
        (status = 200, description = "The balances and a page of entries", body = AccountView, headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
    ),
    security(("session" = [])),
)]
#[get("/api/payments/account")]
pub(crate) async fn show_account(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ShowAccountParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ShowAccountParams { currency, limit, cursor } = params.0;
    let size = limit.unwrap_or_default();
    let account = ports.store.find::<Account>(&who.user.to_string()).await?;
    let account = account.unwrap_or(Account::of(who.user));
    let statement = match currency {
        None => Query::on("by_user").equals(who.user),
        Some(currency) => {
            Query::on("by_user_and_currency").equals(who.user).equals(currency.code())
        }
    };
    let statement = statement.descending();
    let list = List::of(&request, &statement);
    // Entries posted during this read are left to the next one: they must match the balances.
    let latest = i64::try_from(account.entries).unwrap_or(i64::MAX);
    let statement = statement.to(latest).after(list.position(cursor)?);
    let entries: Vec<Entry> = ports.store.query(statement.limit(size.plus_one())).await?;
    let page = Page::of(&list, size, entries);
    let balances: Vec<Money> = match currency {
        None => account.balances,
        Some(currency) => vec![account.balance(currency)],
    };
    let view =
        |balance: Money| BalanceView { currency: balance.currency, balance: balance.to_decimal() };
    Ok(page.response(&AccountView {
        balances: balances.into_iter().map(view).collect(),
        entries: page.entries.iter().filter_map(EntryView::of).collect(),
    }))
}

impl EntryView {
    /// `None` unless it is an entry of a user's account.
    fn of(entry: &Entry) -> Option<Self> {
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
