//! GET /api/payments/unsettled

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::UserId;
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{Admin, Cursor, Page, PageSize, Problem, QueryString, Response};

use crate::Ports;
use crate::domain::Payment;
use crate::views::payment::PaymentView;

web::params! {
    /// The page of payments to list.
    pub(crate) struct ListUnsettledPaymentsParams {
        /// Payments on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// A payment that has not ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnsettledPaymentView {
    payer: UserId,
    #[serde(flatten)]
    payment: PaymentView,
}

/// Lists the payments and top-ups that have not ended, oldest first. For administrators.
///
/// Each waits for its payer, the order or the provider; the oldest ones show for how long.
#[utoipa::path(
    params(ListUnsettledPaymentsParams),
    responses(
        (status = 200, description = "A page of payments", body = [UnsettledPaymentView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 403, description = "Not an administrator"),
    ),
    security(("session" = [])),
)]
#[get("/api/payments/unsettled")]
pub(crate) async fn list_unsettled_payments(
    ports: Data<Ports>,
    _: Admin,
    params: QueryString<ListUnsettledPaymentsParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListUnsettledPaymentsParams { limit, cursor } = params.0;
    let unsettled = Query::on("unsettled").equals(true);
    let page = Page::<Payment>::read(&ports.store, &request, unsettled, (limit, cursor)).await?;
    Ok(page.shown(|payment| UnsettledPaymentView {
        payer: payment.buyer,
        payment: PaymentView::of_another(payment),
    }))
}
