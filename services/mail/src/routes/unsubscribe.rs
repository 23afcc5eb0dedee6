//! POST /api/mail/unsubscribe

use actix_web::post;
use actix_web::web::Data;
use store::{Stop, Tx};
use web::{Body, Problem, Response};

use crate::Ports;
use crate::domain::{Preferences, Refusal, UnsubscribeToken};

web::body! {
    /// The link that switches mails off.
    pub(crate) struct UnsubscribeBody {
        /// The last part of the link in the mail.
        #[schema(value_type = String, min_length = 57, max_length = 57)]
        pub(crate) token: UnsubscribeToken,
    }
}

/// Switches off the mails that can be switched off, by the link of such a mail.
#[utoipa::path(
    request_body = UnsubscribeBody,
    responses(
        (status = 204, description = "The mails are switched off; a repeat has no further effect"),
        (status = 404, description = "No such link"),
    ),
)]
#[post("/api/mail/unsubscribe")]
pub(crate) async fn unsubscribe(
    ports: Data<Ports>,
    body: Body<UnsubscribeBody>,
) -> Result<Response, Problem> {
    let UnsubscribeToken { user, secret } = body.value.token;
    let changing = ports.store.transact(move |tx: &mut Tx<'_>| {
        let known = tx.get::<Preferences>(user)?.filter(|known| known.token == secret);
        let known = known.ok_or(Refusal::UnknownLink)?;
        tx.save(known.without_notices());
        Ok::<_, Stop<Refusal>>(())
    });
    changing.await?;
    Ok(Response::no_content())
}
