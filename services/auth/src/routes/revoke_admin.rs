//! POST /api/users/{id}/revoke-admin

use actix_web::post;
use actix_web::web::Data;
use contract::UserId;
use web::{Admin, NoBody, PathId, Problem, Response};

use crate::Ports;
use crate::administration::change_by_id;
use crate::domain::User;

/// Revokes an account's administrator role.
///
/// Its sessions end. An administrator may revoke the role of any account, including their own. The
/// last administrator cannot be removed. For administrators.
#[utoipa::path(
    params(("id" = UserId, Path, description = "The account")),
    responses(
        (status = 204, description = "The account is not an administrator; a repeat has no further effect"),
        (status = 403, description = "Not an administrator"),
        (status = 404, description = "No such account"),
        (status = 409, description = "`last_administrator`"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/{id}/revoke-admin")]
pub(crate) async fn revoke_admin(
    ports: Data<Ports>,
    _: Admin,
    id: PathId<UserId>,
    _: NoBody,
) -> Result<Response, Problem> {
    change_by_id(&ports, id.0, User::revoke_admin).await
}
