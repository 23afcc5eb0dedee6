//! GET /api/admissions/document

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{OrderId, TicketId};
use store::Query;
use web::{ClientAddress, Download, Problem, QueryString, SignedIn, preferred_language};

use super::print::print;
use crate::documents::of_order;
use crate::domain::{Admission, Refusal};
use crate::{Ports, code};

/// Pages of a document: the most units of one ticket in an order.
const PAGES_MAX: usize = 100;

/// Admissions per read.
const READ_PAGE: u32 = 200;

web::params! {
    /// The admissions of a document.
    pub(crate) struct ShowOrderDocumentParams {
        /// Those of this order.
        pub(crate) order: OrderId,
        /// Only those of this ticket.
        pub(crate) ticket: TicketId,
    }
}

/// Shows the valid admissions of an order as a PDF, a page for each, for paper: with their codes.
///
/// Those that the signed-in user holds and no device shows, at most 100. Its words are in the first known language of
/// `Accept-Language`. The file conforms to PDF/A-2a and PDF/UA-1.
#[utoipa::path(
    params(ShowOrderDocumentParams),
    responses(
        (status = 200, description = "The document", content(("application/pdf"))),
        (status = 404, description = "No admission of this order that the signed-in user holds"),
        (status = 409, description = "`not_valid`: all are used, void or listed, or on a device; `device_only`; `too_many_pages`: request the document of a ticket"),
    ),
    security(("session" = [])),
)]
#[get("/api/admissions/document")]
pub(crate) async fn show_order_document(
    ports: Data<Ports>,
    who: SignedIn,
    params: QueryString<ShowOrderDocumentParams>,
    address: ClientAddress,
    request: HttpRequest,
) -> Result<Download, Problem> {
    let ShowOrderDocumentParams { order, ticket } = params.0;
    let Some(order) = order else {
        return Err(Problem::new(web::Code::INVALID_REQUEST)
            .detail("Nothing was rendered")
            .error("order", "is required"));
    };
    let own = Query::on("by_order").equals(of_order(who.user, order)).limit(READ_PAGE);
    let mut admissions = ports.store.pages_of::<Admission>(own).all().await?;
    admissions.retain(|it| ticket.is_none_or(|ticket| it.state.ticket_id == ticket));
    if admissions.is_empty() {
        return Err(Refusal::Unknown.into());
    }
    admissions.retain(|it| it.is_valid() && it.device.is_none());
    match admissions.len() {
        0 => return Err(Refusal::NotValid.into()),
        1..=PAGES_MAX => {}
        _ => return Err(Problem::new(code::TOO_MANY_PAGES)),
    }
    admissions.sort_by_key(|it| (it.state.ticket_id, it.state.unit));
    let name = format!("tickets-{order}.pdf");
    let language = preferred_language(&request);
    print(&ports, (who.user, address), (language, name), admissions).await
}
