//! POST /api/users/password/forgotten

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response};

use crate::Ports;
use crate::domain::{KnownAddress, Purpose, Refusal, User};
use crate::links::{self, Counted};
use crate::{addresses, notices};

web::body! {
    /// The e-mail address of an account.
    pub(crate) struct RequestResetBody {
        /// The e-mail address, in any equivalent spelling.
        #[schema(value_type = String, format = "idn-email", max_length = 254)]
        pub(crate) email: KnownAddress,
    }
}

/// Mails a link that sets another password.
///
/// The response is the same for an address without an account, to which nothing is sent. The link is
/// valid for 30 minutes, and until the password changes. After five mails to an address in an hour,
/// further requests have no effect.
#[utoipa::path(
    request_body = RequestResetBody,
    responses((status = 202, description = "A mail is under way if the address has an account")),
)]
#[post("/api/users/password/forgotten")]
pub(crate) async fn request_reset(
    ports: Data<Ports>,
    address: ClientAddress,
    body: Body<RequestResetBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    ports.sign_ups.check(address)?;
    let email = body.value.email;
    let (id, language) = (ports.ids.next(ports.clock.now()), notices::language_of(&request));
    let decide = move |tx: &mut Tx<'_>| {
        // Every request has one commit, so that its time reveals nothing.
        if !links::count(tx, email.address(), Counted::Resets)? {
            return Ok(());
        }
        let user = addresses::owner(tx, email.forms())?.filter(User::may_sign_in);
        if let Some(user) = user {
            let password_changes = user.password_changes;
            let purpose = Purpose::ResetPassword { user_id: user.id, password_changes };
            links::send(tx, id, (user.email, language), purpose);
        }
        Ok::<_, Stop<Refusal>>(())
    };
    ports.store.transact(decide).await?;
    Ok(Response::accepted())
}
