//! POST /api/users/signout

use actix_web::post;
use actix_web::web::Data;
use store::Tx;
use web::{Answer, MaybeSignedIn, NoBody, Problem, ProblemBody};

use super::views::EmptyView;
use crate::Ports;
use crate::renewal::MaybeRenewal;
use crate::sign_on;

/// Ends this session, in every service at once; without one, changes nothing.
#[utoipa::path(
    tag = "users",
    responses(
        (status = 200, description = "Signed out; the cookies are cleared", body = EmptyView),
        (status = 415, description = "A body that is not JSON", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[post("/api/users/signout")]
pub(crate) async fn sign_out(
    ports: Data<Ports>,
    who: MaybeSignedIn,
    renewal: MaybeRenewal,
    _: NoBody,
) -> Result<Answer, Problem> {
    let (session, renewal) = (who.0.map(|who| who.session), renewal.0);
    if session.is_some() || renewal.is_some() {
        let decide = move |tx: &mut Tx<'_>| sign_on::sign_out(tx, session, renewal.as_ref());
        for revocation in ports.store.transact(decide).await? {
            ports.sessions.revocations.apply(&revocation);
        }
    }
    Ok(sign_on::without_cookies(&ports, Answer::ok(&EmptyView {})))
}
