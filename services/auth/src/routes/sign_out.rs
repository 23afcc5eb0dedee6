//! POST /api/users/signout

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use contract::SessionId;
use store::Tx;
use web::{NoBody, Problem, Response};

use super::views::EmptyView;
use crate::Ports;
use crate::sessions::renewal::Renewals;
use crate::sessions::sign_on;

/// Ends the session, in every service at once.
///
/// Without a session nothing changes. If the request has several cookies of the same name, all
/// their sessions end.
#[utoipa::path(
    responses(
        (status = 200, description = "The session has ended; the cookies are cleared", body = EmptyView),
    ),
)]
#[post("/api/users/signout")]
pub(crate) async fn sign_out(
    ports: Data<Ports>,
    request: HttpRequest,
    renewals: Renewals,
    _: NoBody,
) -> Result<Response, Problem> {
    let signed_in = ports.sessions.claims_of(&request).map(|claims| claims.sid);
    let (signed_in, renewals): (Vec<SessionId>, _) = (signed_in.collect(), renewals.renewals);
    if !signed_in.is_empty() || !renewals.is_empty() {
        let decide = move |tx: &mut Tx<'_>| sign_on::sign_out(tx, &signed_in, &renewals);
        for revocation in ports.store.transact(decide).await? {
            ports.sessions.revocations.apply(&revocation);
        }
    }
    Ok(sign_on::without_cookies(&ports, Response::ok(&EmptyView {})))
}
