//! GET /api/payments/unsettled-refunds

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use store::Query;
use web::{Admin, Cursor, Page, PageSize, Problem, QueryString, Response};

use crate::Ports;
use crate::domain::Refund;
use crate::views::refund::RefundView;

web::params! {
    /// The page of refunds to list.
    pub(crate) struct ListUnsettledRefundsParams {
        /// Refunds on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Lists the refunds that have not ended, oldest first. For administrators.
#[utoipa::path(
    params(ListUnsettledRefundsParams),
    responses(
        (status = 200, description = "A page of refunds", body = [RefundView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 403, description = "Not an administrator"),
    ),
    security(("session" = [])),
)]
#[get("/api/payments/unsettled-refunds")]
pub(crate) async fn list_unsettled_refunds(
    ports: Data<Ports>,
    _: Admin,
    params: QueryString<ListUnsettledRefundsParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListUnsettledRefundsParams { limit, cursor } = params.0;
    let unsettled = Query::on("unsettled").equals(true);
    let page = Page::<Refund>::read(&ports.store, &request, unsettled, (limit, cursor)).await?;
    Ok(page.shown(|refund| RefundView::from(refund)))
}
