//! GET /api/payments/{id}/refunds

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::PaymentId;
use store::Query;
use web::{Cursor, Page, PageSize, PathId, Problem, QueryString, Response, SignedIn};

use crate::Ports;
use crate::domain::Refund;
use crate::domain::refund::Requester;
use crate::routes::seen_by::seen_by;
use crate::views::refund::RefundView;

web::params! {
    /// The page of refunds to list.
    pub(crate) struct ListRefundsParams {
        /// Refunds on the page, 1 to 100; 100 by default.
        #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 100)]
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Lists the refunds of a payment, oldest first.
///
/// For the payer, the sellers of the order and administrators. A seller's list contains only
/// refunds of the seller's own tickets, so a page may have fewer entries than its limit.
#[utoipa::path(
    params(("id" = PaymentId, Path, description = "The payment"), ListRefundsParams),
    responses(
        (status = 200, description = "A page of refunds", body = [RefundView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 400, description = "The id or a query parameter is invalid"),
        (status = 404, description = "No such payment, or not visible to the signed-in user"),
    ),
    security(("session" = [])),
)]
#[get("/api/payments/{id}/refunds")]
pub(crate) async fn list_refunds(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<PaymentId>,
    params: QueryString<ListRefundsParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let (payment, requester) = seen_by(&ports, *id, &who).await?;
    let at = (params.0.limit.or(Some(PageSize::MAX)), params.0.cursor);
    let query = Query::on("by_payment").equals(payment.id);
    let page = Page::<Refund>::read(&ports.store, &request, query, at).await?;
    let views = page.entries.iter().filter_map(|refund| match requester {
        Requester::Seller(seller) => RefundView::of_seller(refund, seller),
        Requester::Admin(_) | Requester::Payer(_) => Some(RefundView::from(refund)),
    });
    let views: Vec<RefundView> = views.collect();
    Ok(page.response(&views))
}
