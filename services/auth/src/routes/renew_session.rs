//! POST /api/users/renew

use actix_web::post;
use actix_web::web::Data;
use web::{Answer, Code, MaybeSignedIn, NoBody, Problem, ProblemBody};

use super::views::UserView;
use crate::Ports;
use crate::renewal::Renewals;
use crate::sign_on;

/// Renews the session: sets a new token, for as long as the session lives. To be requested when any service responds 401; if this
/// responds 401 too, the session has ended. Beside a token that is valid, only a renewal of its own session counts.
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
    who: MaybeSignedIn,
    renewals: Renewals,
    _: NoBody,
) -> Result<Answer, Problem> {
    let renewals = renewals.beside(who.0.as_ref());
    if renewals.is_empty() {
        return Err(Problem::new(Code::NotSignedIn));
    }
    let going_on = sign_on::renew(&ports, renewals).await?;
    sign_on::with_cookies(&ports, Answer::ok(&UserView::from(going_on.user())), &going_on)
}
