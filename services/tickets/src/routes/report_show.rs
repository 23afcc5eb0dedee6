//! PUT /api/shows/{id}/report

use actix_web::put;
use actix_web::web::Data;
use contract::ShowId;
use web::{Body, PathId, Problem, Response, SignedIn};

use super::report_ticket::ReportOfferBody;
use crate::Ports;
use crate::domain::{Refusal, ReportedOffer, Show};
use crate::reporting::report_offer;

/// Reports a show to the administrators.
///
/// An account has one open report of a show: a repeat replaces its reason and text. The seller sees
/// neither the report nor its reporter. At most 20 reports of an account are open.
#[utoipa::path(
    request_body = ReportOfferBody,
    params(("id" = ShowId, Path, description = "The show")),
    responses(
        (status = 204, description = "The show is reported"),
        (status = 404, description = "No such show"),
        (status = 409, description = "`own_offer` or `report_limit`"),
    ),
    security(("session" = [])),
)]
#[put("/api/shows/{id}/report")]
pub(crate) async fn report_show(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<ShowId>,
    body: Body<ReportOfferBody>,
) -> Result<Response, Problem> {
    let show = ports.store.find::<Show>(&id.0.to_string()).await?.ok_or(Refusal::UnknownShow)?;
    let offer = (ReportedOffer::Show(show.id), show.seller);
    report_offer(&ports, &who, offer, body.value.into()).await?;
    Ok(Response::no_content())
}
