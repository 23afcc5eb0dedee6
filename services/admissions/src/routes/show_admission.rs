//! GET /api/admissions/{id}

use actix_web::get;
use actix_web::web::Data;
use contract::AdmissionId;
use web::{PathId, Problem, Response, SignedIn};

use super::own_admission::own_admission;
use super::views::AdmissionView;
use crate::Ports;

/// Shows an admission that the signed-in user holds.
#[utoipa::path(
    params(("id" = AdmissionId, Path, description = "The admission")),
    responses(
        (status = 200, description = "The admission", body = AdmissionView),
        (status = 404, description = "No such admission of the signed-in user"),
    ),
    security(("session" = [])),
)]
#[get("/api/admissions/{id}")]
pub(crate) async fn show_admission(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<AdmissionId>,
) -> Result<Response, Problem> {
    let admission = own_admission(&ports, &who, id.0).await?;
    Ok(Response::ok(&AdmissionView::from(&admission)).tagged(admission.state.version))
}
