//! GET /api/orders

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use futures::future::try_join_all;
use store::Query;
use web::{Cursor, List, PageSize, Problem, QueryString, Response, Seen, SignedIn, page};

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
    let size = params.0.limit.unwrap_or_default();
    let query = Query::on("by_buyer").equals(who.user).descending();
    let list = List::of(&request, &query);
    let query = query.after(list.position(params.0.cursor)?).limit(size.plus_one());
    let orders: Vec<Order> = ports.store.query(query).await?;
    let following = orders.into_iter().map(|order| followed(&ports, order, &seen));
    let orders = try_join_all(following).await?;
    let tickets = present_tickets(&ports, &orders).await?;
    Ok(page(&list, size, orders, |order| OrderView::of(order, &tickets)))
}
