//! GET /api/payments

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{OrderId, UserId};
use store::{Query, Unavailable};
use web::session::Role;
use web::{Cursor, Page, PageSize, Problem, QueryString, Response, SignedIn};

use crate::Ports;
use crate::domain::{OrderCopy, Payment};
use crate::views::payment::PaymentView;

web::params! {
    /// The page of payments to list.
    pub(crate) struct ListPaymentsParams {
        /// Only payments of this order; all own payments and top-ups by default.
        pub(crate) order: OrderId,
        /// Payments on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Lists the payments and top-ups of the signed-in user, newest first.
///
/// With `order`, the sellers of the order and administrators list the payments of its payer.
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
    let listed = match order {
        None => Query::on("by_buyer").equals(who.user),
        Some(order) => {
            let payer = payer(&ports, &who, order).await?;
            Query::on("by_buyer_and_order").equals(payer).equals(order)
        }
    };
    let (listed, at) = (listed.descending(), (limit, cursor));
    let page = Page::<Payment>::read(&ports.store, &request, listed, at).await?;
    Ok(page.shown(|payment| {
        if payment.buyer == who.user {
            PaymentView::from(payment)
        } else {
            PaymentView::of_another(payment)
        }
    }))
}

/// The user whose payments of an order the caller may list: its payer for its sellers and
/// administrators, otherwise the caller.
async fn payer(ports: &Ports, who: &SignedIn, order: OrderId) -> Result<UserId, Unavailable> {
    let copy = ports.store.find::<OrderCopy>(&order.to_string()).await?;
    let visible = copy.filter(|copy| who.role == Role::Admin || copy.sellers().contains(&who.user));
    Ok(visible.map_or(who.user, |copy| copy.order.buyer))
}
