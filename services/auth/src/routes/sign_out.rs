//! POST /api/users/signout

use actix_web::post;
use actix_web::web::Data;
use web::{Answer, MaybeSignedIn, Problem};

use super::views::EmptyView;
use crate::Ports;
use crate::sign_on;

/// Ends this session, in every service at once; without one, changes nothing.
#[utoipa::path(
    tag = "users",
    responses((status = 200, description = "Signed out; the cookie is cleared", body = EmptyView)),
)]
#[post("/api/users/signout")]
pub(crate) async fn sign_out(ports: Data<Ports>, who: MaybeSignedIn) -> Result<Answer, Problem> {
    if let Some(who) = who.0 {
        let ended = ports.store.transact(move |tx| sign_on::sign_out(tx, who.session)).await?;
        if let Some(revocation) = ended {
            ports.sessions.revocations.apply(&revocation);
        }
    }
    Ok(Answer::ok(&EmptyView {}).header("Set-Cookie", ports.sessions.cookie.clear()))
}
