//! GET /api/users/currentuser

use actix_web::get;
use actix_web::web::Data;
use serde::Serialize;
use store::Failure;
use utoipa::ToSchema;
use web::{MaybeSignedIn, Problem, Response, SignedIn};

use super::views::UserView;
use crate::Ports;
use crate::domain::Refusal;
use crate::sessions::renewal::Renewals;
use crate::sessions::sign_on;

/// The signed-in account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrentUserView {
    /// The account; null if no session is valid.
    current_user: Option<UserView>,
}

/// Returns the signed-in account, if any.
///
/// A session token past half of its lifetime is renewed with the renewal cookie of the same
/// session, so a browser that calls this route with every page needs no other renewal.
#[utoipa::path(
    responses((status = 200, description = "The account, or null", body = CurrentUserView)),
)]
#[get("/api/users/currentuser")]
pub(crate) async fn current_user(
    ports: Data<Ports>,
    who: MaybeSignedIn,
    renewals: Renewals,
) -> Result<Response, Problem> {
    let renewals = renewals.beside(who.0.as_ref());
    // Half of the token's time is left. One that may not trade is renewed at once: the address may
    // have been verified in another browser.
    let is_fresh = |who: &SignedIn| {
        let left = who.token_ends_at.since(ports.clock.now());
        who.may_trade && left > ports.signer.lifetimes.token / 2
    };
    if !renewals.renewals.is_empty() && !who.0.as_ref().is_some_and(is_fresh) {
        match sign_on::renew(&ports, renewals).await {
            Ok(open_session) => {
                let view = UserView::from(open_session.user());
                return sign_on::with_cookies(&ports, response(Some(view)), &open_session);
            }
            // The present token is still valid.
            Err(Failure::Refused(Refusal::SessionEnded)) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(response(who.0.map(|who| UserView {
        id: who.user,
        email: who.email,
        is_verified: who.is_verified,
    })))
}

fn response(user: Option<UserView>) -> Response {
    Response::ok(&CurrentUserView { current_user: user })
}
