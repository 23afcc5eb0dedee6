//! GET /api/tickets

use std::str::FromStr;

use actix_web::web::Data;
use actix_web::{FromRequest as _, HttpRequest, get};
use contract::{ShowId, UserId};
use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, Error};
use store::{Found, Query};
use utoipa::ToSchema;
use web::session::Role;
use web::{
    ClientAddress, Code, Cursor, List, Page, PageSize, Problem, QueryString, Response, Seen,
    SignedIn,
};

use crate::Ports;
use crate::domain::{Search, Ticket};
use crate::seen_stock;
use crate::views::TicketView;

web::params! {
    /// Filter, order and page of the list.
    pub(crate) struct ListTicketsParams {
        /// Only tickets whose title contains this text, 1 to 100 characters, compared by
        /// `NFKC_Casefold`. A search examines at most 20,000 tickets; a page that reaches this
        /// bound may have fewer entries than its limit, or none, and its next page continues behind
        /// them.
        #[param(value_type = Option<String>, min_length = 1, max_length = 400)]
        pub(crate) q: Search,
        /// Only tickets of this show.
        pub(crate) show: ShowId,
        /// Only tickets of this seller.
        pub(crate) seller: UserId,
        /// `buyable` (the default), or `all` tickets of the signed-in seller, including those that
        /// are sold out, ended or withdrawn.
        pub(crate) status: Status,
        /// Order of the list; newest first by default.
        pub(crate) sort: Sort,
        /// Tickets on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Order of a list of tickets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Lowest price first.
    Price,
    /// Highest price first.
    #[serde(rename = "-price")]
    PriceDescending,
}

impl FromStr for Sort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        named(text).ok_or("must be newest, oldest, price or -price")
    }
}

/// Filter by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Tickets that can be ordered now.
    #[default]
    Buyable,
    /// Every ticket of the signed-in seller.
    All,
}

impl FromStr for Status {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        named(text).ok_or("must be buyable or all")
    }
}

/// The variant with this name.
pub(super) fn named<'t, T: Deserialize<'t>>(text: &'t str) -> Option<T> {
    T::deserialize(BorrowedStrDeserializer::<Error>::new(text)).ok()
}

/// Lists the tickets that can be ordered now, or all tickets of the signed-in seller.
#[utoipa::path(
    params(ListTicketsParams),
    responses(
        (status = 200, description = "A page of tickets", body = [TicketView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 401, description = "`status=all`, and not signed in"),
        (status = 429, description = "Too many searches from this address"),
        (status = 403, description = "`status=all` for another seller"),
    ),
)]
#[get("/api/tickets")]
pub(crate) async fn list_tickets(
    ports: Data<Ports>,
    params: QueryString<ListTicketsParams>,
    seen: Seen,
    address: ClientAddress,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListTicketsParams { q, show, seller, status, sort, limit, cursor } = params.0;
    let (sort, size) = (sort.unwrap_or_default(), limit.unwrap_or_default());
    let status = status.unwrap_or_default();
    let (seller, tickets) = match status {
        Status::Buyable => (seller, buyable(sort, seller)),
        Status::All => {
            let own = own(&SignedIn::extract(&request).await?, seller)?;
            (Some(own), all_of(sort, own))
        }
    };
    let tickets = show.map_or(tickets, |show| of_show(sort, status, show));
    let list = List::of(&request, &tickets);
    let list = match &q {
        Some(search) => list.containing(&search.folded()),
        None => list,
    };
    let tickets = tickets.after(list.position(cursor)?);
    seen_stock::follow_all(&ports, &seen).await?;
    let Found { documents: tickets, next } = match &q {
        None => {
            let tickets = ports.store.query(tickets.limit(size.plus_one())).await?;
            Found { documents: tickets, next: None }
        }
        Some(search) => {
            let wanted = usize::try_from(size.plus_one()).unwrap_or(usize::MAX);
            let texts = [("searchable", search.folded())];
            ports.searches.run::<Ticket>(&ports.store, address, tickets, (&texts, wanted)).await?
        }
    };
    let page = Page::of(&list, size, tickets).or_next(&list, next);
    let now = ports.clock.now();
    let is_shown = |ticket: &&Ticket| {
        // All tickets of a show have one seller.
        let is_of_seller = seller.is_none_or(|seller| ticket.seller == seller);
        // The index may still contain tickets that began a moment ago.
        is_of_seller && (status == Status::All || !ticket.has_begun(now))
    };
    let shown = page.entries.iter().filter(is_shown);
    let views: Vec<TicketView> = shown.map(|ticket| TicketView::of(ticket, now)).collect();
    Ok(page.response(&views))
}

/// The seller whose tickets or shows are listed: the signed-in user, or any seller for an
/// administrator.
pub(super) fn own(who: &SignedIn, seller: Option<UserId>) -> Result<UserId, Problem> {
    match seller {
        None => Ok(who.user),
        Some(seller) if seller == who.user || who.role == Role::Admin => Ok(seller),
        Some(_) => Err(Problem::new(Code::FORBIDDEN)),
    }
}

fn all_of(sort: Sort, seller: UserId) -> Query {
    let index = if by_age(sort) { "of_seller_by_age" } else { "of_seller_by_price" };
    sorted(Query::on(index).equals(seller), sort)
}

fn of_show(sort: Sort, status: Status, show: ShowId) -> Query {
    let index = match (status, by_age(sort)) {
        (Status::Buyable, true) => "buyable_of_show_by_age",
        (Status::Buyable, false) => "buyable_of_show_by_price",
        (Status::All, true) => "of_show_by_age",
        (Status::All, false) => "of_show_by_price",
    };
    sorted(Query::on(index).equals(show), sort)
}

const fn by_age(sort: Sort) -> bool {
    matches!(sort, Sort::Newest | Sort::Oldest)
}

fn buyable(sort: Sort, seller: Option<UserId>) -> Query {
    let query = match (seller, by_age(sort)) {
        (None, true) => Query::on("buyable_by_age").equals(true),
        (None, false) => Query::on("buyable_by_price").equals(true),
        (Some(seller), true) => Query::on("buyable_of_seller_by_age").equals(true).equals(seller),
        (Some(seller), false) => {
            Query::on("buyable_of_seller_by_price").equals(true).equals(seller)
        }
    };
    sorted(query, sort)
}

fn sorted(query: Query, sort: Sort) -> Query {
    match sort {
        Sort::Newest | Sort::PriceDescending => query.descending(),
        Sort::Oldest | Sort::Price => query.ascending(),
    }
}
