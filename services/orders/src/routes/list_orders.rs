//! GET /api/orders

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use futures::future::try_join_all;
use store::Query;
use web::{Cursor, Page, PageSize, Problem, QueryString, Response, Seen, SignedIn};

use super::own_order::{followed, present_tickets};
use super::views::OrderView;
use crate::Ports;
use crate::domain::Order;

web::params! {
    /// Page of the list.
    pub(crate) struct ListOrdersParams {
        /// Orders on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Lists the signed-in user's orders, newest first.
#[utoipa::path(
    params(ListOrdersParams),
    responses(
        (status = 200, description = "A page of orders", body = [OrderView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
    ),
    security(("session" = [])),
)]
#[get("/api/orders")]
pub(crate) async fn list_orders(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ListOrdersParams>,
    seen: Seen,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListOrdersParams { limit, cursor } = params.0;
    let own = Query::on("by_buyer").equals(who.user).descending();
    let mut page = Page::<Order>::read(&ports.store, &request, own, (limit, cursor)).await?;
    let following = page.entries.into_iter().map(|order| followed(&ports, order, &seen));
    page.entries = try_join_all(following).await?;
    let tickets = present_tickets(&ports, &page.entries).await?;
    Ok(page.shown(|order| OrderView::of(order, &tickets)))
}
