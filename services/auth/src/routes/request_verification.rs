//! POST /api/users/email/verify

use actix_web::post;
use actix_web::web::Data;
use store::{Stop, Tx};
use web::{ClientAddress, NoBody, Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Purpose, Refusal, User};
use crate::links::{self, Counted};

/// Mails a link that verifies the e-mail address of the signed-in user.
///
/// The link is valid for 24 hours. After five mails to an address in an hour, further requests have
/// no effect.
#[utoipa::path(
    responses(
        (status = 202, description = "The mail is under way"),
        (status = 409, description = "`already_verified`"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/email/verify")]
pub(crate) async fn request_verification(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    _: NoBody,
) -> Result<Response, Problem> {
    ports.sign_ups.check(address)?;
    let id = ports.ids.next(ports.clock.now());
    let decide = move |tx: &mut Tx<'_>| {
        let user = tx.get::<User>(who.user)?.ok_or(Refusal::SessionEnded)?;
        if user.is_verified {
            return Err(Refusal::AlreadyVerified.into());
        }
        if links::count(tx, &user.email, Counted::Others)? {
            let purpose = Purpose::VerifyAddress { user_id: user.id };
            links::send(tx, id, (user.email, user.language), purpose);
        }
        Ok::<_, Stop<Refusal>>(())
    };
    ports.store.transact(decide).await?;
    Ok(Response::accepted())
}
