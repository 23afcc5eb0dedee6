//! GET /api/shows/{id}/orders

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::ShowId;
use store::Query;
use web::{
    CsvTable, Cursor, Page, PageSize, PathId, Problem, QueryString, Response, SignedIn, TableFormat,
};

use crate::Ports;
use crate::domain::SaleCopy;
use crate::sales::order_view::SaleView;
use crate::sales::own_show::own_show;

web::params! {
    /// Page of the orders.
    pub(crate) struct ListShowOrdersParams {
        /// Orders per page. A table has a thousand rows by default.
        limit: PageSize,
        /// Start of the page, from the `Link` header of the previous one.
        cursor: Cursor,
    }
}

/// Lists the complete orders of a show, the newest first.
///
/// For the seller of the show and administrators. With `Accept: text/csv` the response is a table
/// for spreadsheet programs.
#[utoipa::path(
    params(("id" = ShowId, Path, description = "The show"), ListShowOrdersParams),
    responses(
        (status = 200, description = "A page of orders", content(([SaleView] = "application/json"), (String = "text/csv")), headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 403, description = "Not the seller of the show"),
        (status = 404, description = "No such show"),
    ),
    security(("session" = [])),
)]
#[get("/api/shows/{id}/orders")]
pub(crate) async fn list_show_orders(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<ShowId>,
    params: QueryString<ListShowOrdersParams>,
    format: TableFormat,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let show = own_show(&ports.store, &who, id.0).await?;
    let ListShowOrdersParams { limit, cursor } = params.0;
    let orders = Query::on("of_show_by_time").equals(show.id).descending();
    let page = Page::in_format(&ports.store, &request, orders, (format, limit, cursor)).await?;
    let views = page.entries.iter().map(|SaleCopy(sale)| SaleView::of(sale));
    Ok(match format {
        TableFormat::Json => page.response(&views.collect::<Vec<_>>()),
        TableFormat::Csv => {
            let table = CsvTable::of(&SaleView::COLUMNS, views.map(|view| view.cells()));
            page.linked(table.response(&format!("orders-{}.csv", show.id)))
        }
    })
}
