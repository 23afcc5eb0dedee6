//! POST /api/users/signup/confirm

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use contract::contact::CHANGED;
use contract::session::RevocationState;
use contract::user;
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response};

use super::views::UserView;
use crate::Ports;
use crate::addresses;
use crate::code;
use crate::credentials::factor_check;
use crate::credentials::hashing::{Lane, Verified};
use crate::credentials::password_attempt::PasswordAttempt;
use crate::domain::{Link, LinkToken, Password, Purpose, Refusal, User};
use crate::links;
use crate::recovery;
use crate::sessions::sign_on::{self, NewSession, OpenSession};

web::body! {
    /// The link of the mail, and the password of the sign-up.
    pub(crate) struct ConfirmSignUpBody {
        /// The last part of the link in the mail.
        #[schema(value_type = String, min_length = 68, max_length = 68)]
        pub(crate) token: LinkToken,
        /// The password of the sign-up, so that the reader of the mail cannot confirm the sign-up of
        /// another person.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) password: Password,
    }
}

/// Creates the account of a sign-up whose link was mailed, and signs in.
///
/// An account with the address that was never verified is taken over: its sessions end. After five
/// wrong passwords the link ends.
#[utoipa::path(
    request_body = ConfirmSignUpBody,
    responses(
        (status = 201, description = "The account exists; the session cookies are set", body = UserView),
        (status = 401, description = "`bad_credentials`: not the password of the sign-up"),
        (status = 409, description = "`link_ended`"),
        (status = 503, description = "Too many sign-ups at once"),
    ),
)]
#[post("/api/users/signup/confirm")]
pub(crate) async fn confirm_sign_up(
    ports: Data<Ports>,
    address: ClientAddress,
    body: Body<ConfirmSignUpBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ConfirmSignUpBody { token, password } = body.value;
    ports.sign_ins.check(address)?;
    let slot = ports.hasher.queue(Lane::SignUps, address.into())?;
    let found = links::find(&ports, &token).await?;
    let Purpose::SignUp { password_hash, .. } = &found.purpose else {
        return Err(Refusal::LinkEnded.into());
    };
    let guess = {
        let token = token.clone();
        move |tx: &mut Tx<'_>| {
            let guessed = links::load(tx, &token)?.guess()?;
            tx.save(guessed);
            Ok::<_, Stop<Refusal>>(())
        }
    };
    ports.store.transact(guess).await?;
    if slot.verify(password.spellings(), Some(password_hash.clone())).await? == Verified::No {
        let wrong = Problem::new(code::BAD_CREDENTIALS).detail("The account is not confirmed yet");
        return Err(wrong.error("password", "is not the password of the sign-up"));
    }
    let attempt = PasswordAttempt::of(&ports, &found.email, address, &request).await?;
    let device = attempt.cookie.clone();
    let new_session = NewSession::of(&request, &ports);
    let others = links::to_address(&ports.store, &found.email).await?;
    let decide = move |tx: &mut Tx<'_>| {
        let link = links::load(tx, &token)?;
        let (user, revocation) = create(tx, &link)?;
        links::end_without_effect(tx, &others, &user)?;
        let account = factor_check::authenticate(tx, user.admit()?, None)?;
        let open_session = sign_on::begin(tx, account, &new_session);
        attempt.signed_in(tx)?;
        Ok::<(OpenSession, _), Stop<Refusal>>((open_session, revocation))
    };
    let (open_session, revocation) = ports.store.transact(decide).await?;
    if let Some(revocation) = revocation {
        ports.sessions.revocations.apply(&revocation);
    }
    let user = open_session.user();
    let response = Response::created(format!("/api/users/{}", user.id), &UserView::from(user));
    Ok(device.set(&ports, sign_on::with_cookies(&ports, response, &open_session)?))
}

/// Creates the account, or takes over one whose address was never verified.
fn create(tx: &mut Tx<'_>, link: &Link) -> Result<(User, Option<RevocationState>), Stop<Refusal>> {
    let Purpose::SignUp { user_id, password_hash, .. } = &link.purpose else {
        return Err(Refusal::LinkEnded.into());
    };
    let Some(known) = addresses::owner(tx, [&link.email])? else {
        let made = (link.email.clone(), link.language);
        let made = User::sign_up(*user_id, made, password_hash.clone(), tx.now()).verify();
        addresses::assign(tx, &made);
        tx.insert(made.clone());
        tx.publish(user::CREATED.of(made.state()));
        tx.publish(CHANGED.of(made.contact()));
        return Ok((made, None));
    };
    if known.is_verified {
        return Err(Refusal::LinkEnded.into());
    }
    let claimed = known.reset_password(password_hash.clone());
    let revocation = recovery::save(tx, &known, &claimed)?;
    Ok((claimed, Some(revocation)))
}
