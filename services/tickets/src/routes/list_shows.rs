//! GET /api/shows

use std::str::FromStr;
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{Timestamp, UserId};
use serde::Deserialize;
use store::{Found, Query};
use utoipa::ToSchema;
use web::{
    ClientAddress, Code, Cursor, List, MaybeSignedIn, Page, PageSize, Problem, QueryString,
    Response, Seen,
};

use super::list_tickets::{named, own};
use crate::Ports;
use crate::domain::{Search, Show, Ticket};
use crate::seen_stock;
use crate::views::ShowView;

web::params! {
    /// Filter, order and page of the list.
    pub(crate) struct ListShowsParams {
        /// Only shows whose title contains this text, 1 to 100 characters, compared by
        /// `NFKC_Casefold`. A search examines at most 20,000 shows; a page that reaches this bound
        /// may have fewer entries than its limit, or none, and its next page continues behind them.
        #[param(value_type = Option<String>, min_length = 1, max_length = 400)]
        pub(crate) q: Search,
        /// Only shows with this text in the name or the address of the venue, by the rules of `q`.
        #[param(value_type = Option<String>, min_length = 1, max_length = 400)]
        pub(crate) venue: Search,
        /// Only shows that start then or later.
        pub(crate) from: Timestamp,
        /// Only shows that start then or earlier.
        pub(crate) to: Timestamp,
        /// Only shows of this seller.
        pub(crate) seller: UserId,
        /// `coming` (the default), or `all` shows of the signed-in seller, including those that are
        /// over, cancelled or without tickets on offer.
        pub(crate) status: ShowFilter,
        /// Order of the list; soonest first by default.
        pub(crate) sort: ShowSort,
        /// Shows on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Order of a list of shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowSort {
    /// Earliest start first.
    #[default]
    Soonest,
    /// Latest start first.
    Latest,
}

impl FromStr for ShowSort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        named(text).ok_or("must be soonest or latest")
    }
}

/// Filter by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowFilter {
    /// Shows to come that are not cancelled and have a ticket on offer.
    #[default]
    Coming,
    /// Every show of the signed-in seller.
    All,
}

impl FromStr for ShowFilter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        named(text).ok_or("must be coming or all")
    }
}

/// Lists the shows to come, or all shows of the signed-in seller.
#[utoipa::path(
    params(ListShowsParams),
    responses(
        (status = 200, description = "A page of shows, without their tickets", body = [ShowView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 401, description = "`status=all`, and not signed in"),
        (status = 429, description = "Too many searches from this address"),
        (status = 403, description = "`status=all` for another seller"),
    ),
)]
#[get("/api/shows")]
pub(crate) async fn list_shows(
    ports: Data<Ports>,
    params: QueryString<ListShowsParams>,
    who: MaybeSignedIn,
    seen: Seen,
    address: ClientAddress,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListShowsParams { q, venue, from, to, seller, status, sort, limit, cursor } = params.0;
    let (status, size) = (status.unwrap_or_default(), limit.unwrap_or_default());
    let now = ports.clock.now();
    let selected = match (status, seller) {
        (ShowFilter::Coming, None) => Query::on("listed_by_start").equals(true),
        (ShowFilter::Coming, Some(seller)) => {
            Query::on("listed_of_seller_by_start").equals(true).equals(seller)
        }
        (ShowFilter::All, seller) => {
            let who = who.0.as_ref().ok_or(Problem::new(Code::NOT_SIGNED_IN))?;
            Query::on("of_seller_by_start").equals(own(who, seller)?)
        }
    };
    let selected = match sort.unwrap_or_default() {
        ShowSort::Soonest => selected.ascending(),
        ShowSort::Latest => selected.descending(),
    };
    let selected = from.into_iter().fold(selected, Query::from);
    let selected = to.into_iter().fold(selected, Query::to);
    // The present time is no part of the list: a cursor remains valid.
    let list = List::of(&request, &selected);
    let texts = [("searchable", q), ("place", venue)];
    let texts = texts.into_iter().filter_map(|(field, text)| Some((field, text?.folded())));
    let texts: Vec<(&'static str, String)> = texts.collect();
    let list =
        texts.iter().fold(list, |list, (field, text)| list.containing(&format!("{field} {text}")));
    let shows = match status {
        ShowFilter::Coming => {
            let to_come = now.plus(Duration::from_millis(1));
            selected.from(from.map_or(to_come, |from| from.max(to_come)))
        }
        ShowFilter::All => selected,
    };
    let shows = shows.after(list.position(cursor)?);
    seen_stock::follow_all(&ports, &seen).await?;
    let Found { documents: shows, next } = if texts.is_empty() {
        let shows = ports.store.query::<Show>(shows.limit(size.plus_one())).await?;
        Found { documents: shows, next: None }
    } else {
        let wanted = usize::try_from(size.plus_one()).unwrap_or(usize::MAX);
        ports.searches.run::<Show>(&ports.store, address, shows, (&texts, wanted)).await?
    };
    let page = Page::of(&list, size, shows).or_next(&list, next);
    // Found by id: cached, and otherwise loaded together.
    let ids = page.entries.iter().flat_map(|show| &show.on_offer);
    let mut tickets = ports.store.find_all::<Ticket>(ids).await?.into_iter();
    let views = page.entries.iter().map(|show| {
        let of_show = tickets.by_ref().take(show.on_offer.len());
        let of_show: Vec<Ticket> = of_show.flatten().collect();
        ShowView::listed(show, &of_show, who.0.as_ref(), now)
    });
    let views: Vec<ShowView> = views.collect();
    Ok(page.response(&views))
}
