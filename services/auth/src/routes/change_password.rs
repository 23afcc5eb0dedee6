//! POST /api/users/password

use actix_web::post;
use actix_web::web::Data;
use contract::session::RevocationState;
use store::{Stop, Tx};
use web::{Answer, Body, Problem, ProblemBody, SignedIn};

use crate::Ports;
use crate::domain::{NewPassword, Password, Refusal, User};
use crate::sign_on::{self, Beginning};

web::body! {
    /// The password there is, and the one there is to be.
    pub(crate) struct ChangePasswordBody {
        /// The present password.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) current_password: Password,
        /// 8 to 128 characters, not one of the commonest.
        #[schema(value_type = String, min_length = 8, max_length = 128)]
        pub(crate) new_password: NewPassword,
    }
}

/// Changes one's password; every session ends, and this browser gets a new one.
#[utoipa::path(
    tag = "users",
    request_body = ChangePasswordBody,
    responses(
        (status = 204, description = "Changed; every other session has ended, the session cookie is set anew"),
        (status = 400, description = "The request breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in, or bad_credentials", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many people sign in right now", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/password")]
pub(crate) async fn change_password(
    ports: Data<Ports>,
    who: SignedIn,
    body: Body<ChangePasswordBody>,
) -> Result<Answer, Problem> {
    let ChangePasswordBody { current_password, new_password } = body.value;
    let known = ports.store.find::<User>(&who.user.to_string()).await?;
    let hash = known.as_ref().map(|user| user.password_hash.clone());
    let is_right = ports.hasher.verify(current_password.as_str().to_owned(), hash).await?;
    let verified = known.filter(|_| is_right).ok_or(Problem::from(Refusal::BadCredentials))?;
    let new_hash = ports.hasher.hash(new_password.as_str().to_owned()).await?;
    let (beginning, lifetime) = (Beginning::now(&ports), ports.signer.lifetime);
    let decide = move |tx: &mut Tx<'_>| -> Result<(User, RevocationState), Stop<Refusal>> {
        let user = tx.get::<User>(verified.id)?.ok_or(Refusal::BadCredentials)?;
        if user.password_hash != verified.password_hash {
            return Err(Refusal::BadCredentials.into());
        }
        let user = user.change_password(new_hash.clone());
        let revocation = sign_on::revoke_all(tx, &user, lifetime)?;
        sign_on::begin(tx, &user, beginning);
        tx.save(user.clone());
        Ok((user, revocation))
    };
    let (user, revocation) = ports.store.transact(decide).await?;
    ports.sessions.revocations.apply(&revocation);
    sign_on::with_cookie(&ports, Answer::no_content(), &user, beginning)
}
