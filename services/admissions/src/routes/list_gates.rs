//! GET /api/gates

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use store::Query;
use web::{Cursor, Page, PageSize, Problem, QueryString, Response, SignedIn};

use super::views::GateView;
use crate::Ports;
use crate::domain::Gate;

web::params! {
    /// Page of the list.
    pub(crate) struct ListGatesParams {
        /// Gates on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Lists the gates of the signed-in user, newest first.
#[utoipa::path(
    params(ListGatesParams),
    responses(
        (status = 200, description = "A page of gates", body = [GateView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
    ),
    security(("session" = [])),
)]
#[get("/api/gates")]
pub(crate) async fn list_gates(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ListGatesParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let own = Query::on("by_seller").equals(who.user).descending();
    let page = (params.0.limit, params.0.cursor);
    let page = Page::<Gate>::read(&ports.store, &request, own, page).await?;
    Ok(page.shown(|gate| GateView::from(gate)))
}
