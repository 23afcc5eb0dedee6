//! GET /api/tickets

use std::str::FromStr;

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::UserId;
use store::{Position, Query};
use utoipa::ToSchema;
use web::{Answer, Cursor, PageSize, Problem, ProblemBody, QueryString, page};

use super::views::TicketView;
use crate::Ports;
use crate::documents::price_key;
use crate::domain::{Search, Ticket};

web::params! {
    /// Which tickets, in which order, which page.
    pub(crate) struct ListTicketsParams {
        /// Only titles that contain this, in any case.
        #[param(value_type = Option<String>, min_length = 1, max_length = 100)]
        pub(crate) q: Search,
        /// Only what this account offers.
        pub(crate) seller: UserId,
        /// In which order; newest first unless given.
        pub(crate) sort: Sort,
        /// Tickets on the page, 1 to 100; 20 unless given.
        pub(crate) limit: PageSize,
        /// Where the page begins.
        pub(crate) cursor: Cursor,
    }
}

/// An order to list tickets in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ToSchema)]
pub(crate) enum Sort {
    /// Latest offered first.
    #[default]
    #[schema(rename = "newest")]
    Newest,
    /// First offered first.
    #[schema(rename = "oldest")]
    Oldest,
    /// Cheapest first.
    #[schema(rename = "price")]
    Price,
    /// Dearest first.
    #[schema(rename = "-price")]
    PriceDescending,
}

impl FromStr for Sort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "newest" => Ok(Self::Newest),
            "oldest" => Ok(Self::Oldest),
            "price" => Ok(Self::Price),
            "-price" => Ok(Self::PriceDescending),
            _ => Err("must be newest, oldest, price or -price"),
        }
    }
}

/// Lists the tickets that can be bought now.
#[utoipa::path(
    tag = "tickets",
    params(ListTicketsParams),
    responses(
        (status = 200, description = "A page of tickets", body = [TicketView], headers(("Link" = String, description = "rel=next: the next page, if there is one"))),
        (status = 400, description = "A parameter breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/api/tickets")]
pub(crate) async fn list_tickets(
    ports: Data<Ports>,
    params: QueryString<ListTicketsParams>,
    request: HttpRequest,
) -> Result<Answer, Problem> {
    let ListTicketsParams { q, seller, sort, limit, cursor } = params.0;
    let (sort, size) = (sort.unwrap_or_default(), limit.unwrap_or_default());
    let tickets = query(sort, seller, q.as_ref());
    let tickets = tickets.after(cursor.map(|cursor| cursor.0)).limit(size.and_one());
    let tickets: Vec<Ticket> = ports.store.query(tickets).await?;
    let position = |ticket: &Ticket| {
        let key = match sort {
            Sort::Newest | Sort::Oldest => ticket.created_at.into(),
            Sort::Price | Sort::PriceDescending => price_key(ticket),
        };
        Position { key, id: ticket.id.to_string() }
    };
    let view = |ticket: &Ticket| TicketView::from(ticket);
    Ok(page(&request, size, tickets, position, view))
}

fn query(sort: Sort, seller: Option<UserId>, q: Option<&Search>) -> Query {
    let by_age = matches!(sort, Sort::Newest | Sort::Oldest);
    let query = match (seller, by_age) {
        (None, true) => Query::on("buyable_by_age").equals(true),
        (None, false) => Query::on("buyable_by_price").equals(true),
        (Some(seller), true) => Query::on("buyable_of_seller_by_age").equals(true).equals(seller),
        (Some(seller), false) => {
            Query::on("buyable_of_seller_by_price").equals(true).equals(seller)
        }
    };
    let query = match sort {
        Sort::Newest | Sort::PriceDescending => query.descending(),
        Sort::Oldest | Sort::Price => query.ascending(),
    };
    match q {
        Some(search) => query.containing("searchable", search.folded()),
        None => query,
    }
}
