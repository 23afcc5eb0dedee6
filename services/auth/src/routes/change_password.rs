//! POST /api/users/password

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use contract::notice::NoticeSubject;
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use crate::Ports;
use crate::credentials::factor_check;
use crate::credentials::proof::Proof;
use crate::domain::{NewPassword, Password, Refusal};
use crate::sessions::sign_on::{self, NewSession};
use crate::{links, notices};

web::body! {
    /// The present password and the new one.
    pub(crate) struct ChangePasswordBody {
        /// The present password, in any Unicode normalisation form.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) current_password: Password,
        /// 8 to 128 characters, not one of the most common passwords; prepared by RFC 8265
        /// (`OpaqueString`).
        #[schema(value_type = String, min_length = 8, max_length = 128)]
        pub(crate) new_password: NewPassword,
    }
}

/// Changes the signed-in user's password.
///
/// Every session of the account ends; the response sets the cookies of a new session.
#[utoipa::path(
    request_body = ChangePasswordBody,
    responses(
        (status = 204, description = "The password is changed, all other sessions have ended, and the cookies of a new session are set"),
        (status = 401, description = "Not signed in, or `bad_credentials`"),
        (status = 403, description = "`account_banned`"),
        (status = 503, description = "Too many sign-ins at once"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/password")]
pub(crate) async fn change_password(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<ChangePasswordBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ChangePasswordBody { current_password, new_password } = body.value;
    let claim = (who.user, address, &request);
    let present = ("currentPassword", &current_password);
    let (proof, place) = Proof::verify(&ports, claim, present, "Nothing was changed").await?;
    let device = proof.attempt.cookie.clone();
    let new_hash = place.hash(new_password.as_str().to_owned()).await?;
    let new_session = NewSession::of(&request, &ports);
    let others = links::of_account(&ports.store, who.user).await?;
    let decide = move |tx: &mut Tx<'_>| {
        let account = proof.account_signed_in(tx)?.change_password(new_hash.clone()).admit()?;
        links::end_without_effect(tx, &others, account.user())?;
        notices::of_change(tx, account.user(), NoticeSubject::PasswordChanged);
        let account = factor_check::continue_session(tx, account, who.session)?;
        let revocation = sign_on::revoke_all(tx, account.user())?;
        tx.save(account.user().clone());
        Ok::<_, Stop<Refusal>>((sign_on::begin(tx, account, &new_session), revocation))
    };
    let (open_session, revocation) = ports.store.transact(decide).await?;
    ports.sessions.revocations.apply(&revocation);
    Ok(device.set(&ports, sign_on::with_cookies(&ports, Response::no_content(), &open_session)?))
}
