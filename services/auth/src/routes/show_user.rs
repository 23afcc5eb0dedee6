//! GET /api/users/{id}/account

use actix_web::get;
use actix_web::web::Data;
use contract::UserId;
use web::{Admin, PathId, Problem, Response};

use super::views::FoundUserView;
use crate::Ports;
use crate::domain::{Refusal, User};

/// Returns an account, such as that of the seller of an offer. For administrators.
#[utoipa::path(
    params(("id" = UserId, Path, description = "The account")),
    responses(
        (status = 200, description = "The account", body = FoundUserView),
        (status = 403, description = "Not an administrator"),
        (status = 404, description = "No such account"),
    ),
    security(("session" = [])),
)]
#[get("/api/users/{id}/account")]
pub(crate) async fn show_user(
    ports: Data<Ports>,
    _: Admin,
    id: PathId<UserId>,
) -> Result<Response, Problem> {
    let found = ports.store.find::<User>(&id.0.to_string()).await?;
    let user = found.ok_or(Problem::from(Refusal::UnknownUser))?;
    Ok(Response::ok(&FoundUserView::from(&user)))
}
