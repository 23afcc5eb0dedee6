//! GET /api/reports

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{Id, ReportId, TicketId, Timestamp, UserId};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{Admin, Cursor, Page, PageSize, Problem, QueryString, Response};

use crate::Ports;
use crate::domain::{Report, ReportReason, ReportedOffer, Show, Ticket};

web::params! {
    /// The page of reports to list.
    pub(crate) struct ListReportsParams {
        /// Reports on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// Kind of a reported offer.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OfferKindView {
    /// A ticket.
    Ticket,
    /// A show.
    Show,
}

/// An open report of an offer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportView {
    id: ReportId,
    kind: OfferKindView,
    /// The ticket or show.
    #[schema(value_type = TicketId)]
    offer_id: Id,
    /// Its present title.
    title: String,
    /// The seller.
    user_id: UserId,
    /// The account that reported it.
    reporter_id: UserId,
    reason: ReportReason,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    created_at: Timestamp,
}

/// Lists the open reports of offers, oldest first. For administrators.
#[utoipa::path(
    params(ListReportsParams),
    responses(
        (status = 200, description = "A page of reports", body = [ReportView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 403, description = "Not an administrator"),
    ),
    security(("session" = [])),
)]
#[get("/api/reports")]
pub(crate) async fn list_reports(
    ports: Data<Ports>,
    _: Admin,
    params: QueryString<ListReportsParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListReportsParams { limit, cursor } = params.0;
    let open = Query::on("open_by_age").equals(true);
    let page = Page::<Report>::read(&ports.store, &request, open, (limit, cursor)).await?;
    let (mut ticket_ids, mut show_ids) = (Vec::new(), Vec::new());
    for report in &page.entries {
        match report.offer {
            ReportedOffer::Ticket(id) => ticket_ids.push(id),
            ReportedOffer::Show(id) => show_ids.push(id),
        }
    }
    let mut tickets = ports.store.find_all::<Ticket>(ticket_ids).await?.into_iter();
    let mut shows = ports.store.find_all::<Show>(show_ids).await?.into_iter();
    let views = page.entries.iter().filter_map(|report| {
        let (kind, offer_id, title, user_id) = match report.offer {
            ReportedOffer::Ticket(id) => {
                let Ticket { terms, seller, .. } = tickets.next()??;
                (OfferKindView::Ticket, id.untyped(), terms.title, seller)
            }
            ReportedOffer::Show(id) => {
                let Show { details, seller, .. } = shows.next()??;
                (OfferKindView::Show, id.untyped(), details.title, seller)
            }
        };
        Some(ReportView {
            id: report.id,
            kind,
            offer_id,
            title: title.as_str().to_owned(),
            user_id,
            reporter_id: report.reporter,
            reason: report.complaint.reason,
            text: report.complaint.text.as_ref().map(|text| text.as_str().to_owned()),
            created_at: report.created_at,
        })
    });
    Ok(page.response(&views.collect::<Vec<_>>()))
}
