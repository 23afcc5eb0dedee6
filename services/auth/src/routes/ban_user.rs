//! POST /api/users/{id}/ban

use actix_web::post;
use actix_web::web::Data;
use contract::UserId;
use web::{Admin, NoBody, PathId, Problem, Response};

use crate::Ports;
use crate::administration::change_by_id;
use crate::domain::User;

/// Bans an account.
///
/// Its sessions end, it cannot sign in, and its tickets cannot be ordered. For administrators. The
/// last administrator cannot be banned.
#[utoipa::path(
    params(("id" = UserId, Path, description = "The account")),
    responses(
        (status = 204, description = "The account is banned; a repeat has no further effect"),
        (status = 403, description = "Not an administrator"),
        (status = 404, description = "No such account"),
        (status = 409, description = "`last_administrator`"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/{id}/ban")]
pub(crate) async fn ban_user(
    ports: Data<Ports>,
    _: Admin,
    id: PathId<UserId>,
    _: NoBody,
) -> Result<Response, Problem> {
    change_by_id(&ports, id.0, User::ban).await
}
