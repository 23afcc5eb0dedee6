//! GET /api/admissions

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{OrderId, TicketId};
use store::Query;
use web::{Cursor, Page, PageSize, Problem, QueryString, Response, SignedIn};

use super::views::AdmissionView;
use crate::Ports;
use crate::documents::{of_order, of_ticket};
use crate::domain::Admission;

web::params! {
    /// Page of the list.
    pub(crate) struct ListAdmissionsParams {
        /// Only those of this order.
        pub(crate) order: OrderId,
        /// Only those of this ticket; not together with `order`.
        pub(crate) ticket: TicketId,
        /// Admissions on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Lists the admissions that the signed-in user holds, newest first.
#[utoipa::path(
    params(ListAdmissionsParams),
    responses(
        (status = 200, description = "A page of admissions", body = [AdmissionView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
    ),
    security(("session" = [])),
)]
#[get("/api/admissions")]
pub(crate) async fn list_admissions(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ListAdmissionsParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListAdmissionsParams { order, ticket, limit, cursor } = params.0;
    let own = match (order, ticket) {
        (None, None) => Query::on("by_holder").equals(who.user),
        (Some(order), None) => Query::on("by_order").equals(of_order(who.user, order)),
        (None, Some(ticket)) => Query::on("by_ticket").equals(of_ticket(who.user, ticket)),
        (Some(_), Some(_)) => {
            return Err(Problem::new(web::Code::INVALID_REQUEST)
                .detail("Nothing was listed")
                .error("ticket", "cannot be combined with order"));
        }
    };
    let page = (limit, cursor);
    let page = Page::<Admission>::read(&ports.store, &request, own.descending(), page).await?;
    Ok(page.shown(|admission| AdmissionView::from(admission)))
}
