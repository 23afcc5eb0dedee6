//! POST /api/users/renew

use actix_web::post;
use actix_web::web::Data;
use web::{Answer, NoBody, Problem, ProblemBody};

use super::views::UserView;
use crate::Ports;
use crate::renewal::Renewal;
use crate::sign_on;

/// Goes on with the session: sets a new token, for as long as the session lives. To be asked when any service says 401; if this
/// says 401 too, the session has ended.
#[utoipa::path(
    tag = "users",
    responses(
        (status = 200, description = "Whose session goes on; the session cookies are set anew", body = UserView),
        (status = 401, description = "The session has ended, or there was none", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "A body that is not JSON", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("renewal" = [])),
)]
#[post("/api/users/renew")]
pub(crate) async fn renew_session(
    ports: Data<Ports>,
    renewal: Renewal,
    _: NoBody,
) -> Result<Answer, Problem> {
    let going_on = sign_on::renew(&ports, renewal).await?;
    sign_on::with_cookies(&ports, Answer::ok(&UserView::from(&going_on.user)), &going_on)
}
