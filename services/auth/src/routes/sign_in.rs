//! POST /api/users/signin

use actix_web::post;
use actix_web::web::Data;
use contract::user::Standing;
use store::{Stop, Tx};
use web::{Answer, Body, Problem, ProblemBody};

use super::views::UserView;
use crate::Ports;
use crate::domain::{EmailAddress, Password, Refusal, User};
use crate::sign_on::{self, Beginning};

web::body! {
    /// Who signs in.
    pub(crate) struct SignInBody {
        /// The e-mail address.
        #[schema(value_type = String, format = "email", max_length = 254)]
        pub(crate) email: EmailAddress,
        /// The password.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) password: Password,
    }
}

/// Signs in. An unknown address and a wrong password look the same and take the same time.
#[utoipa::path(
    tag = "users",
    request_body = SignInBody,
    responses(
        (status = 200, description = "Signed in; the session cookie is set", body = UserView),
        (status = 400, description = "The request breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "bad_credentials", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "account_banned", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many people sign in right now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[post("/api/users/signin")]
pub(crate) async fn sign_in(ports: Data<Ports>, body: Body<SignInBody>) -> Result<Answer, Problem> {
    let SignInBody { email, password } = body.value;
    let known = sign_on::find_user(&ports.store, &email).await?;
    let hash = known.as_ref().map(|user| user.password_hash.clone());
    let is_right = ports.hasher.verify(password.as_str().to_owned(), hash).await?;
    let verified = known.filter(|_| is_right).ok_or(Problem::from(Refusal::BadCredentials))?;
    let beginning = Beginning::now(&ports);
    let user = ports.store.transact(move |tx| let_in(tx, &verified, beginning)).await?;
    sign_on::with_cookie(&ports, Answer::ok(&UserView::from(&user)), &user, beginning)
}

/// Lets a user in whose password was verified, unless the account changed meanwhile.
fn let_in(tx: &mut Tx<'_>, verified: &User, beginning: Beginning) -> Result<User, Stop<Refusal>> {
    let user = tx.get::<User>(verified.id)?.ok_or(Refusal::BadCredentials)?;
    if user.password_hash != verified.password_hash {
        return Err(Refusal::BadCredentials.into());
    }
    match user.standing {
        Standing::Banned => return Err(Refusal::Banned.into()),
        Standing::Good => {}
    }
    sign_on::begin(tx, &user, beginning);
    Ok(user)
}
