//! POST /api/reports/{id}/close

use actix_web::post;
use actix_web::web::Data;
use contract::ReportId;
use store::Tx;
use web::{Admin, NoBody, PathId, Problem, Response};

use crate::Ports;
use crate::reporting::close;

/// Closes a report. For administrators.
///
/// It leaves the list, and is deleted after 90 days. The offer does not change.
#[utoipa::path(
    params(("id" = ReportId, Path, description = "The report")),
    responses(
        (status = 204, description = "The report is closed; a repeat has no further effect"),
        (status = 403, description = "Not an administrator"),
        (status = 404, description = "No such report"),
    ),
    security(("session" = [])),
)]
#[post("/api/reports/{id}/close")]
pub(crate) async fn close_report(
    ports: Data<Ports>,
    admin: Admin,
    id: PathId<ReportId>,
    _: NoBody,
) -> Result<Response, Problem> {
    let (id, administrator) = (id.0, admin.0.user);
    ports.store.transact(move |tx: &mut Tx<'_>| close(tx, id, administrator)).await?;
    Ok(Response::no_content())
}
