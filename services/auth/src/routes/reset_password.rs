//! POST /api/users/password/reset

use actix_web::post;
use actix_web::web::Data;
use contract::notice::NoticeSubject;
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response};

use crate::Ports;
use crate::credentials::hashing::Lane;
use crate::domain::{LinkToken, NewPassword, Purpose, Refusal};
use crate::links;
use crate::sessions::sign_on;
use crate::{notices, recovery};

web::body! {
    /// The link of a mail, and another password.
    pub(crate) struct ResetPasswordBody {
        /// The last part of the link in the mail.
        #[schema(value_type = String, min_length = 68, max_length = 68)]
        pub(crate) token: LinkToken,
        /// 8 to 128 characters, not one of the most common passwords; prepared by RFC 8265
        /// (`OpaqueString`).
        #[schema(value_type = String, min_length = 8, max_length = 128)]
        pub(crate) new_password: NewPassword,
    }
}

/// Sets another password by the link of a mail, which also verifies the e-mail address.
///
/// Every session of the account ends, and no new one begins.
#[utoipa::path(
    request_body = ResetPasswordBody,
    responses(
        (status = 204, description = "The password is set, and every session has ended; the session cookies are deleted"),
        (status = 409, description = "`link_ended`"),
        (status = 503, description = "Too many sign-ins at once"),
    ),
)]
#[post("/api/users/password/reset")]
pub(crate) async fn reset_password(
    ports: Data<Ports>,
    address: ClientAddress,
    body: Body<ResetPasswordBody>,
) -> Result<Response, Problem> {
    let ResetPasswordBody { token, new_password } = body.value;
    ports.sign_ins.check(address)?;
    let found = links::find(&ports, &token).await?;
    let slot = ports.hasher.queue(Lane::Familiar, address.into())?;
    let hash = slot.hash(new_password.as_str().to_owned()).await?;
    let others = links::of_account(&ports.store, found.user_id()).await?;
    let decide = move |tx: &mut Tx<'_>| {
        let link = links::load(tx, &token)?;
        let user = links::account(tx, &link)?;
        let Purpose::ResetPassword { .. } = link.purpose else {
            return Err(Refusal::LinkEnded.into());
        };
        let reset = user.reset_password(hash.clone());
        let revocation = recovery::save(tx, &user, &reset)?;
        links::end(tx, &link);
        links::end_without_effect(tx, &others, &reset)?;
        notices::of_change(tx, &reset, NoticeSubject::PasswordChanged);
        Ok::<_, Stop<Refusal>>(revocation)
    };
    let revocation = ports.store.transact(decide).await?;
    ports.sessions.revocations.apply(&revocation);
    Ok(sign_on::without_cookies(&ports, Response::no_content()))
}
