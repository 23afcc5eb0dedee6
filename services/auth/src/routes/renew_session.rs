//! POST /api/users/renew

use actix_web::post;
use actix_web::web::Data;
use web::{Code, MaybeSignedIn, NoBody, Problem, Response};

use super::views::UserView;
use crate::Ports;
use crate::sessions::renewal::Renewals;
use crate::sessions::sign_on;

/// Renews the session: sets a new session token, until the session ends.
///
/// For clients that receive 401 from any service. If this route returns 401 too, the session has
/// ended. A renewal cookie of another session than the one of a valid token is ignored.
#[utoipa::path(
    responses(
        (status = 200, description = "The account; new session cookies are set", body = UserView),
        (status = 401, description = "The session has ended, or the request has no renewal cookie"),
    ),
    security(("renewal" = [])),
)]
#[post("/api/users/renew")]
pub(crate) async fn renew_session(
    ports: Data<Ports>,
    who: MaybeSignedIn,
    renewals: Renewals,
    _: NoBody,
) -> Result<Response, Problem> {
    let renewals = renewals.beside(who.0.as_ref());
    if renewals.renewals.is_empty() {
        return Err(Problem::new(Code::NOT_SIGNED_IN));
    }
    let open_session = sign_on::renew(&ports, renewals).await?;
    sign_on::with_cookies(&ports, Response::ok(&UserView::from(open_session.user())), &open_session)
}
