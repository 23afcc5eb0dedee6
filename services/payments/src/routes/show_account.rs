//! GET /api/payments/account

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{Currency, Money};
use store::{Document as _, Position, Query};
use web::page::Page;
use web::{Answer, Cursor, List, PageSize, Problem, ProblemBody, QueryString, SignedIn};

use super::views::{AccountView, BalanceView, EntryView};
use crate::Ports;
use crate::domain::{Account, Entry, Line};

web::params! {
    /// Which currency, which page.
    pub(crate) struct ShowAccountParams {
        /// Only this currency; every one unless given.
        pub(crate) currency: Currency,
        /// Entries on the page, 1 to 100; 20 unless given.
        pub(crate) limit: PageSize,
        /// Where the page begins.
        pub(crate) cursor: Cursor,
    }
}

/// Shows one's own account: what is on it, and its entries, newest first.
#[utoipa::path(
    tag = "payments",
    params(ShowAccountParams),
    responses(
        (status = 200, description = "What is on the account, and a page of its entries", body = AccountView, headers(("Link" = String, description = "rel=next: the next page, if there is one"))),
        (status = 400, description = "A parameter breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
#[get("/api/payments/account")]
pub(crate) async fn show_account(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ShowAccountParams>,
    request: HttpRequest,
) -> Result<Answer, Problem> {
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
    // What is posted while this is read belongs to the next look: the entries are those that make the balances.
    let latest = i64::try_from(account.entries).unwrap_or(i64::MAX);
    let statement = statement.to(latest).after(list.position(cursor)?);
    let entries: Vec<Entry> = ports.store.query(statement.limit(size.and_one())).await?;
    let page = Page::of(&list, size, entries, position);
    let balances: Vec<Money> = match currency {
        None => account.balances,
        Some(currency) => vec![account.balance(currency)],
    };
    Ok(page.answer(&AccountView {
        balances: balances.into_iter().map(BalanceView::from).collect(),
        entries: page.entries.iter().filter_map(EntryView::of).collect(),
    }))
}

fn position(entry: &Entry) -> Position {
    let number = entry.statement.map(|Line { number, .. }| number);
    let key = number.and_then(|number| i64::try_from(number).ok()).into();
    Position { key, id: entry.document_id() }
}
