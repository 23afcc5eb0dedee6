//! GET /api/sales

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{ShowId, UserId};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{
    Admin, CsvCell, CsvTable, Cursor, Page, PageSize, Problem, QueryString, Response, TableFormat,
};

use crate::Ports;
use crate::domain::{SaleSums, Show};
use crate::sales::sums_view::SaleSumsView;

web::params! {
    /// Page of the shows.
    pub(crate) struct ListSalesParams {
        /// Shows per page. A table has a thousand rows by default.
        limit: PageSize,
        /// Start of the page, from the `Link` header of the previous one.
        cursor: Cursor,
    }
}

/// The sales of one show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SalesOfShowView {
    show_id: ShowId,
    title: String,
    /// The seller.
    user_id: UserId,
    #[serde(flatten)]
    sums: SaleSumsView,
}

/// Lists the sales of all shows that have any, the newest show first.
///
/// For administrators. With `Accept: text/csv` the response is a table for spreadsheet programs.
#[utoipa::path(
    params(ListSalesParams),
    responses(
        (status = 200, description = "A page of shows", content(([SalesOfShowView] = "application/json"), (String = "text/csv")), headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 403, description = "Not an administrator"),
    ),
    security(("session" = [])),
)]
#[get("/api/sales")]
pub(crate) async fn list_sales(
    ports: Data<Ports>,
    _: Admin,
    params: QueryString<ListSalesParams>,
    format: TableFormat,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListSalesParams { limit, cursor } = params.0;
    let totals = Query::on("totals").equals(true).descending();
    let page = (format, limit, cursor);
    let page = Page::<SaleSums>::in_format(&ports.store, &request, totals, page).await?;
    let shows = ports.store.find_all::<Show>(page.entries.iter().map(|sums| sums.show_id)).await?;
    let views = page.entries.iter().zip(shows).filter_map(|(sums, show)| {
        let show = show?;
        Some(SalesOfShowView {
            show_id: show.id,
            title: show.details.title.as_str().to_owned(),
            user_id: show.seller,
            sums: SaleSumsView::of(sums),
        })
    });
    Ok(match format {
        TableFormat::Json => page.response(&views.collect::<Vec<_>>()),
        TableFormat::Csv => {
            let own = ["show_id", "title", "seller_id"];
            let columns: Vec<&str> = own.into_iter().chain(SaleSumsView::COLUMNS).collect();
            let rows = views.map(|view| {
                let own = [
                    CsvCell::Value(view.show_id.to_string()),
                    CsvCell::Text(view.title),
                    CsvCell::Value(view.user_id.to_string()),
                ];
                own.into_iter().chain(view.sums.cells())
            });
            page.linked(CsvTable::of(&columns, rows).response("sales.csv"))
        }
    })
}
