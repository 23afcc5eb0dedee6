//! GET /api/payments

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::OrderId;
use store::Query;
use web::{Cursor, Page, PageSize, Problem, QueryString, Response, SignedIn};

use crate::Ports;
use crate::domain::Payment;
use crate::views::payment::PaymentView;

web::params! {
    /// The page of payments to list.
    pub(crate) struct ListPaymentsParams {
        /// Only payments of this order; all payments and top-ups by default.
        pub(crate) order: OrderId,
        /// Payments on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Lists the payments and top-ups of the signed-in user, newest first.
#[utoipa::path(
    params(ListPaymentsParams),
    responses(
        (status = 200, description = "A page of payments", body = [PaymentView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
    ),
    security(("session" = [])),
)]
#[get("/api/payments")]
pub(crate) async fn list_payments(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ListPaymentsParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListPaymentsParams { order, limit, cursor } = params.0;
    let own = match order {
        None => Query::on("by_buyer").equals(who.user),
        Some(order) => Query::on("by_buyer_and_order").equals(who.user).equals(order),
    };
    let (own, at) = (own.descending(), (limit, cursor));
    let page = Page::<Payment>::read(&ports.store, &request, own, at).await?;
    Ok(page.shown(|payment| PaymentView::from(payment)))
}
