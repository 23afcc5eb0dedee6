//! DELETE /api/users/sessions/{id}

use actix_web::delete;
use actix_web::web::Data;
use contract::SessionId;
use store::Tx;
use web::{PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Refusal, Session};
use crate::sessions::sign_on;

/// Ends a session of the signed-in user, in every service at once.
#[utoipa::path(
    params(("id" = SessionId, Path, description = "The session")),
    responses(
        (status = 204, description = "The session has ended, or had ended before"),
        (status = 404, description = "No such session of the signed-in user"),
    ),
    security(("session" = [])),
)]
#[delete("/api/users/sessions/{id}")]
pub(crate) async fn end_session(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<SessionId>,
) -> Result<Response, Problem> {
    let id = id.0;
    let decide = move |tx: &mut Tx<'_>| {
        let session = tx.get::<Session>(id)?.filter(|session| session.user_id == who.user);
        sign_on::end(tx, &session.ok_or(Refusal::UnknownSession)?)
    };
    if let Some(revocation) = ports.store.transact(decide).await? {
        ports.sessions.revocations.apply(&revocation);
    }
    let response = Response::no_content();
    Ok(if id == who.session { sign_on::without_cookies(&ports, response) } else { response })
}
