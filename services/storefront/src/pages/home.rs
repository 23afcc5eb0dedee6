//! GET /: the list of offers.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use contract::Timestamp;
use contract::text::folded;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::{Found, Query};
use web::{ClientAddress, Cursor, List, Page, PageSize};

use super::offers::{Card, cards};
use crate::domain::Listing;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

/// Entries of a page.
const PAGE: u32 = 24;

/// Maximum characters of a search.
const SEARCH_LENGTH_MAX: usize = 100;

/// Its route.
pub(super) const PATTERN: &str = "/";

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'v> {
    visit: &'v Visit,
    t: Language,
    form: &'v Form,
    cards: Vec<Card>,
    next: Option<String>,
    is_filtered: bool,
    is_first: bool,
}

/// The list, by search text, dates, order and availability.
pub(crate) async fn show(
    visit: Visit,
    address: ClientAddress,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let revision = visit.ports().pages.revision();
    let form = visit.query()?;
    let now = visit.ports().clock.now();
    let available = form.is("available", "1");
    let (indexes, is_by_start) = match form.value("sort") {
        "newest" => (["listed_by_age", "available_by_age"], false),
        "cheapest" => (["listed_by_price", "available_by_price"], false),
        _ => (["listed_by_start", "available_by_start"], true),
    };
    let [listed, among_available] = indexes;
    let query = Query::on(if available { among_available } else { listed }).equals(true);
    let query = if form.is("sort", "newest") { query.descending() } else { query.ascending() };
    let (from, to) = (day(form.value("from"), 0), day(form.value("to"), 1));
    // The list ends before the next day begins.
    let to = to.map(|to| to.minus(Duration::from_millis(1)));
    let text: String = form.value("q").trim().chars().take(SEARCH_LENGTH_MAX).collect();
    let list = List::of(&request, &query).containing(&text);
    // Cursors of other lists lead to the first page.
    let cursor: Option<Cursor> = form.given("cursor").and_then(|cursor| cursor.parse().ok());
    let position = list.position(cursor).unwrap_or_default();
    let is_first = position.is_none();
    let query = if is_by_start {
        let query = from.into_iter().fold(query, Query::from);
        to.into_iter().fold(query, Query::to)
    } else {
        query
    };
    let query = query.after(position).limit(PAGE + 1);
    let size = PageSize::of(PAGE);
    let store = &visit.ports().store;
    let Found { documents, next } = if text.is_empty() {
        Found { documents: store.query::<Listing>(query).await?, next: None }
    } else {
        let wanted = usize::try_from(PAGE + 1).unwrap_or(usize::MAX);
        let texts = [("searchable", folded(&text))];
        visit.ports().searches.run::<Listing>(store, address, query, (&texts, wanted)).await?
    };
    let page = Page::of(&list, size, documents).or_next(&list, next);
    let next = page.next_path();
    let on = page.entries.into_iter().filter(|listing| {
        let is_over = listing.ends_at.is_some_and(|ends_at| ends_at <= now);
        let start = listing.starts_at;
        let is_within = is_by_start
            || from.is_none_or(|from| start.is_some_and(|start| start >= from))
                && to.is_none_or(|to| start.is_some_and(|start| start <= to));
        !is_over && is_within
    });
    let t = visit.language();
    let cards = cards(&visit, on.collect()).await?;
    let is_filtered = !text.is_empty() || available || from.is_some() || to.is_some();
    let page = HomePage { visit: &visit, t, form, cards, next, is_filtered, is_first };
    Ok(visit.render_public(PATTERN, StatusCode::OK, &page, revision))
}

/// The start of a day in UTC, some days later; `None` for text that is no date.
fn day(text: &str, later: i64) -> Option<Timestamp> {
    let date: Date = text.parse().ok()?;
    let day = date.checked_add(jiff::Span::new().days(later)).ok()?;
    let start = day.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp::from_unix_ms(start.timestamp().as_millisecond()))
}
