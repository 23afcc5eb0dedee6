//! GET /: the list of offers.

mod days;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use contract::text::folded;
use store::{Found, Query};
use web::{ClientAddress, Cursor, List, Page, PageSize};

use self::days::Days;
use super::offers::{Card, cards};
use crate::domain::Listing;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::paths::without_campaigns;
use crate::visit::Visit;

/// Entries of a page.
const PAGE: u32 = 24;

/// Pages that are read until one has an entry of the days: 192 entries, about one page of the API.
/// A search has bounds of its own, and is read once.
const READS_MAX: u32 = 8;

/// Maximum characters of a search.
const SEARCH_LENGTH_MAX: usize = 100;

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
    let moment = visit.moment();
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
    let days = Days::of(form);
    let text: String = form.value("q").trim().chars().take(SEARCH_LENGTH_MAX).collect();
    let list = List::of(&request, &query).containing(&text);
    // Cursors of other lists lead to the first page.
    let cursor: Option<Cursor> = form.given("cursor").and_then(|cursor| cursor.parse().ok());
    let mut after = list.position(cursor).unwrap_or_default();
    let is_first = after.is_none();
    let query = if is_by_start { days.limit(query) } else { query };
    let (mut entries, mut next, mut is_whole) = (Vec::<Listing>::new(), None, true);
    let reads = if text.is_empty() { READS_MAX } else { 1 };
    for _ in 0..reads {
        let query = query.clone().after(after).limit(PAGE + 1);
        let page;
        (page, is_whole) = read(&visit, &list, query, (address, &text)).await?;
        (next, after) = (page.next_path(), page.next_position());
        let is_on = |listing: &Listing| {
            let is_over = listing.ends_at.is_some_and(|ends_at| ends_at <= now);
            !is_over && days.contain(listing)
        };
        entries = page.entries.into_iter().filter(is_on).collect();
        if !entries.is_empty() || after.is_none() {
            break;
        }
    }
    let t = visit.language();
    let cards = cards(&visit, entries).await?;
    let is_filtered = !text.is_empty() || available || days.are_given();
    // Of a page that all visitors receive.
    let next = next.map(|next| without_campaigns(&next).into_owned());
    let page = HomePage { visit: &visit, t, form, cards, next, is_filtered, is_first };
    if !is_whole {
        return Ok(visit.show(&page));
    }
    Ok(visit.render_public(StatusCode::OK, &page, moment))
}

/// Reads a page of the list, of the entries that contain a text if it is not empty; and whether the
/// search was not ended early by the visitor's own limit.
async fn read(
    visit: &Visit,
    list: &List<'_>,
    query: Query,
    (address, text): (ClientAddress, &str),
) -> Result<(Page<Listing>, bool), Failure> {
    let (store, size) = (&visit.ports().store, PageSize::of(PAGE));
    if text.is_empty() {
        return Ok((Page::of(list, size, store.query(query).await?), true));
    }
    let wanted = usize::try_from(size.plus_one()).unwrap_or(usize::MAX);
    let texts = [("searchable", folded(text))];
    let found = visit.ports().searches.run(store, address, query, (&texts, wanted)).await?;
    let Found { documents, next } = found;
    let is_whole = documents.len() == wanted || next.is_none();
    Ok((Page::of(list, size, documents).or_next(list, next), is_whole))
}
