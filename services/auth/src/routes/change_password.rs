//! POST /api/users/password

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use store::{Stop, Tx};
use web::{Answer, Body, ClientAddress, Code, Problem, ProblemBody, SignedIn};

use crate::Ports;
use crate::domain::{NewPassword, Password, Refusal, User};
use crate::guessing::Claimant;
use crate::hashing::Verified;
use crate::sign_on::{self, Beginning};

web::body! {
    /// The password there is, and the one there is to be.
    pub(crate) struct ChangePasswordBody {
        /// The present password; every composition of its characters is the same.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) current_password: Password,
        /// 8 to 128 characters, not one of the commonest; prepared as RFC 8265 has it (`OpaqueString`).
        #[schema(value_type = String, min_length = 8, max_length = 128)]
        pub(crate) new_password: NewPassword,
    }
}

/// Changes one's password; every session ends, and this browser gets a new one.
#[utoipa::path(
    tag = "users",
    request_body = ChangePasswordBody,
    responses(
        (status = 204, description = "Changed; every other session has ended, the session cookies are set anew"),
        (status = 400, description = "The request breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in, or bad_credentials", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "account_banned", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many people sign in right now", body = ProblemBody, content_type = "application/problem+json"),
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
) -> Result<Answer, Problem> {
    let ChangePasswordBody { current_password, new_password } = body.value;
    ports.throttles.sign_in.check(&address)?;
    let place = ports.hasher.queue()?;
    let known = ports.store.find::<User>(&who.user.to_string()).await?;
    let known = known.ok_or(Problem::from(Refusal::BadCredentials))?;
    // Whoever has got hold of a session guesses no faster than at the sign-in.
    let claimant = Claimant::of(&known.email.canonical(), address);
    claimant.guess(&ports.store).await?;
    let hash = Some(known.password_hash.clone());
    let outcome = place.verify(current_password.spellings(), hash).await?;
    let verified = Some(known).filter(|_| outcome != Verified::No);
    let verified = verified.ok_or_else(|| {
        let wrong = Problem::new(Code::BadCredentials).detail("Nothing was changed");
        wrong.error("currentPassword", "is not the present password")
    })?;
    let new_hash = ports.hasher.hash(new_password.as_str().to_owned()).await?;
    let beginning = Beginning::of(&request, &ports);
    let decide = move |tx: &mut Tx<'_>| {
        let user = tx.get::<User>(verified.id)?.ok_or(Refusal::BadCredentials)?;
        if user.password_changes != verified.password_changes {
            return Err(Refusal::BadCredentials.into());
        }
        let account = user.change_password(new_hash.clone()).admit()?;
        claimant.was_right(tx)?;
        let revocation = sign_on::revoke_all(tx, account.user())?;
        tx.save(account.user().clone());
        Ok::<_, Stop<Refusal>>((sign_on::begin(tx, account, &beginning), revocation))
    };
    let (going_on, revocation) = ports.store.transact(decide).await?;
    ports.sessions.revocations.apply(&revocation);
    sign_on::with_cookies(&ports, Answer::no_content(), &going_on)
}
