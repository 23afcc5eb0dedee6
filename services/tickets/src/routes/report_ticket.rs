//! PUT /api/tickets/{id}/report

use actix_web::put;
use actix_web::web::Data;
use contract::TicketId;
use web::{Body, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Complaint, Refusal, ReportReason, ReportText, ReportedOffer, Ticket};
use crate::reporting::report_offer;

web::body! {
    /// Why an offer is reported.
    pub(crate) struct ReportOfferBody {
        /// The reason.
        pub(crate) reason: ReportReason,
        /// 1 to 1,000 characters. Line breaks and tabs are kept; CRLF becomes LF.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
        pub(crate) text: Option<ReportText>,
    }
}

impl From<ReportOfferBody> for Complaint {
    fn from(ReportOfferBody { reason, text }: ReportOfferBody) -> Self {
        Self { reason, text }
    }
}

/// Reports a ticket to the administrators.
///
/// An account has one open report of a ticket: a repeat replaces its reason and text. The seller
/// sees neither the report nor its reporter. At most 20 reports of an account are open.
#[utoipa::path(
    request_body = ReportOfferBody,
    params(("id" = TicketId, Path, description = "The ticket")),
    responses(
        (status = 204, description = "The ticket is reported"),
        (status = 404, description = "No such ticket"),
        (status = 409, description = "`own_offer` or `report_limit`"),
    ),
    security(("session" = [])),
)]
#[put("/api/tickets/{id}/report")]
pub(crate) async fn report_ticket(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<TicketId>,
    body: Body<ReportOfferBody>,
) -> Result<Response, Problem> {
    let ticket = ports.store.find::<Ticket>(&id.0.to_string()).await?;
    let ticket = ticket.ok_or(Refusal::UnknownTicket)?;
    let offer = (ReportedOffer::Ticket(ticket.id), ticket.seller);
    report_offer(&ports, &who, offer, body.value.into()).await?;
    Ok(Response::no_content())
}
