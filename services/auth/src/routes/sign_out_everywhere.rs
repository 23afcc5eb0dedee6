//! POST /api/users/signout-everywhere

use actix_web::post;
use actix_web::web::Data;
use store::{Stop, Tx};
use web::{NoBody, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Refusal, User};
use crate::sessions::sign_on;

/// Ends every session of the signed-in user, including the present one.
#[utoipa::path(
    responses((status = 204, description = "Every session has ended; the cookies are cleared")),
    security(("session" = [])),
)]
#[post("/api/users/signout-everywhere")]
pub(crate) async fn sign_out_everywhere(
    ports: Data<Ports>,
    who: SignedIn,
    _: NoBody,
) -> Result<Response, Problem> {
    let decide = move |tx: &mut Tx<'_>| {
        let user = tx.get::<User>(who.user)?.ok_or(Refusal::SessionEnded)?.end_sessions();
        let revocation = sign_on::revoke_all(tx, &user)?;
        tx.save(user);
        Ok::<_, Stop<Refusal>>(revocation)
    };
    let revocation = ports.store.transact(decide).await?;
    ports.sessions.revocations.apply(&revocation);
    Ok(sign_on::without_cookies(&ports, Response::no_content()))
}
