//! GET /api/shows/{id}/sales

use std::str::FromStr;

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{ShowId, Timestamp};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{
    CsvCell, CsvTable, Cursor, List, Page, PageSize, PathId, Problem, QueryString, Response,
    SignedIn, TableFormat,
};

use crate::Ports;
use crate::domain::SaleSums;
use crate::sales::category_view::CategorySalesView;
use crate::sales::own_show::own_show;
use crate::sales::sums_view::SaleSumsView;
use crate::views::tickets_of;

/// Division of the sales of a show by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum By {
    /// By the hour of the order, in UTC.
    Hour,
}

impl FromStr for By {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "hour" { Ok(Self::Hour) } else { Err("must be hour") }
    }
}

web::params! {
    /// Division of the sales, and the page of the hours.
    pub(crate) struct ShowSalesParams {
        /// Adds the sums of each hour with orders, the latest first.
        by: By,
        /// Hours per page. A table has a thousand rows by default.
        limit: PageSize,
        /// Start of the page, from the `Link` header of the previous one.
        cursor: Cursor,
    }
}

/// The sums of the orders of one hour.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HourSalesView {
    /// The start of the hour, in UTC.
    hour: Timestamp,
    #[serde(flatten)]
    sums: SaleSumsView,
}

/// The sales of a show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShowSalesView {
    show_id: ShowId,
    /// Total units offered of all tickets.
    offered: u64,
    /// Units in orders that are not paid yet.
    held: u64,
    #[serde(flatten)]
    sums: SaleSumsView,
    /// The tickets of the show.
    categories: Vec<CategorySalesView>,
    /// A page of the hours; with `by=hour` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<Vec<HourSalesView>>,
}

fn hour_view(sums: &SaleSums) -> Option<HourSalesView> {
    Some(HourSalesView { hour: sums.hour?, sums: SaleSumsView::of(sums) })
}

/// Shows the sales of a show, by its tickets and by hour.
///
/// For the seller of the show and administrators. The sums follow the payments within moments. With
/// `Accept: text/csv` the response is a table of the tickets, or of the hours, for spreadsheet
/// programs.
#[utoipa::path(
    params(("id" = ShowId, Path, description = "The show"), ShowSalesParams),
    responses(
        (status = 200, description = "The sales", content((ShowSalesView = "application/json"), (String = "text/csv")), headers(("Link" = String, description = "`rel=next`: the next page of the hours, if any"))),
        (status = 403, description = "Not the seller of the show"),
        (status = 404, description = "No such show"),
    ),
    security(("session" = [])),
)]
#[get("/api/shows/{id}/sales")]
pub(crate) async fn show_sales(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<ShowId>,
    params: QueryString<ShowSalesParams>,
    format: TableFormat,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let show = own_show(&ports.store, &who, id.0).await?;
    let ShowSalesParams { by, limit, cursor } = params.0;
    let hours = Query::on("of_show_by_hour").equals(show.id).descending();
    let hours = match by {
        None => {
            List::of(&request, &hours).position(cursor)?;
            None
        }
        Some(By::Hour) => {
            let page = (format, limit, cursor);
            Some(Page::<SaleSums>::in_format(&ports.store, &request, hours, page).await?)
        }
    };
    if let (TableFormat::Csv, Some(hours)) = (format, &hours) {
        let columns: Vec<&str> = ["hour"].into_iter().chain(SaleSumsView::COLUMNS).collect();
        let rows = hours.entries.iter().filter_map(hour_view).map(|view| {
            let hour = CsvCell::Value(view.hour.to_string());
            [hour].into_iter().chain(view.sums.cells())
        });
        let table = CsvTable::of(&columns, rows);
        return Ok(hours.linked(table.response(&format!("hours-{}.csv", show.id))));
    }
    let total = ports.store.find::<SaleSums>(&SaleSums::id(show.id, None)).await?;
    let none = || SaleSums::none(show.id, None, show.currency.unwrap_or_default());
    let total = total.unwrap_or_else(none);
    let tickets = tickets_of(&ports.store, &show).await?;
    let categories = tickets
        .iter()
        .map(|ticket| CategorySalesView::of(ticket, total.categories.get(&ticket.id)));
    let categories: Vec<CategorySalesView> = categories.collect();
    if format == TableFormat::Csv {
        let rows = categories.iter().map(CategorySalesView::cells);
        let table = CsvTable::of(&CategorySalesView::COLUMNS, rows);
        return Ok(table.response(&format!("sales-{}.csv", show.id)));
    }
    let view = ShowSalesView {
        show_id: show.id,
        offered: categories.iter().map(|view| u64::from(view.offered())).sum(),
        held: categories.iter().map(|view| u64::from(view.held())).sum(),
        sums: SaleSumsView::of(&total),
        categories,
        hours: hours.as_ref().map(|page| page.entries.iter().filter_map(hour_view).collect()),
    };
    let response = Response::ok(&view);
    Ok(match &hours {
        Some(hours) => hours.linked(response),
        None => response,
    })
}
