//! POST /api/users/password/forgotten

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response};

use crate::Ports;
use crate::domain::{KnownAddress, Refusal, ResetRequest};
use crate::links::{self, Counted};

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
    let (id, language) = (ports.ids.next(ports.clock.now()), web::preferred_language(&request));
    let decide = move |tx: &mut Tx<'_>| {
        if links::count(tx, email.address(), Counted::Resets)? {
            // The account is looked up after the response, so that its time reveals nothing.
            let (forms, requested_at) = (email.forms().cloned().collect(), tx.now());
            tx.insert(ResetRequest { id, forms, language, requested_at });
        }
        Ok::<_, Stop<Refusal>>(())
    };
    ports.store.transact(decide).await?;
    ports.reset_requested.notify_one();
    Ok(Response::accepted())
}
