//! POST /api/users/{id}/unban

use actix_web::post;
use actix_web::web::Data;
use contract::UserId;
use web::{Admin, NoBody, PathId, Problem, Response};

use crate::Ports;
use crate::administration::change_by_id;
use crate::domain::User;

/// Lifts the ban of an account.
///
/// The account can sign in again, and its tickets can be ordered again. For administrators.
#[utoipa::path(
    params(("id" = UserId, Path, description = "The account")),
    responses(
        (status = 204, description = "The account is not banned; a repeat has no further effect"),
        (status = 403, description = "Not an administrator"),
        (status = 404, description = "No such account"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/{id}/unban")]
pub(crate) async fn unban_user(
    ports: Data<Ports>,
    _: Admin,
    id: PathId<UserId>,
    _: NoBody,
) -> Result<Response, Problem> {
    change_by_id(&ports, id.0, User::unban).await
}
