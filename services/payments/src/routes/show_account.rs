//! GET /api/payments/account

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{Currency, Money};
use store::Query;
use web::{Cursor, List, Page, PageSize, Problem, QueryString, Response, SignedIn};

use crate::Ports;
use crate::domain::{Account, Entry};
use crate::views::account::{AccountView, BalanceView, EntryView};

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
    // Entries posted during this read are left to the next one: the entries must match the
    // balances.
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
