//! POST /api/users/signin

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use contract::notice::NoticeSubject;
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response};

use super::views::UserView;
use crate::Ports;
use crate::credentials::hashing::Verified;
use crate::credentials::password_attempt::{PasswordAttempt, SignInDevice};
use crate::domain::{GivenCode, KnownAddress, Password, Refusal};
use crate::notices;
use crate::sessions::sign_on::{self, NewSession};

web::body! {
    /// Credentials.
    pub(crate) struct SignInBody {
        /// The e-mail address, in any equivalent spelling.
        #[schema(value_type = String, format = "idn-email", max_length = 254)]
        pub(crate) email: KnownAddress,
        /// The password, in any Unicode normalisation form.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) password: Password,
        /// A code of the second factor, or a recovery code, with any spaces and dashes; ignored if
        /// the account has no second factor.
        #[schema(value_type = Option<String>, min_length = 6, max_length = 40)]
        pub(crate) code: Option<GivenCode>,
    }
}

/// Signs in.
///
/// An unknown address and a wrong password give the same response in the same time. After five
/// wrong passwords, each further one doubles the wait before the next attempt, up to one minute. An
/// account with a second factor also needs an unused code; an attempt without one, or with a wrong
/// one, counts as a wrong password.
#[utoipa::path(
    request_body = SignInBody,
    responses(
        (status = 200, description = "Signed in; the session cookies are set", body = UserView),
        (status = 401, description = "`bad_credentials`, or after a right password `second_factor_required`"),
        (status = 403, description = "`account_banned`"),
        (status = 503, description = "Too many sign-ins at once"),
    ),
)]
#[post("/api/users/signin")]
pub(crate) async fn sign_in(
    ports: Data<Ports>,
    address: ClientAddress,
    body: Body<SignInBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let SignInBody { email, password, code } = body.value;
    ports.sign_ins.check(address)?;
    let attempt = PasswordAttempt::of(&ports, email.address(), address, &request).await?;
    let device = attempt.cookie.clone();
    let lane = attempt.lane(&ports.store, ports.clock.now()).await?;
    let slot = ports.hasher.queue(lane, address.into())?;
    attempt.guess(&ports.store).await?;
    let known = sign_on::find_user(&ports.store, &email).await?;
    let hash = known.as_ref().map(|user| user.password_hash.clone());
    let outcome = slot.verify(password.spellings(), hash).await?;
    let verified = known.filter(|_| outcome != Verified::No);
    let verified = verified.ok_or(Problem::from(Refusal::BadCredentials))?;
    let is_outdated = ports.hasher.is_outdated(&verified.password_hash);
    let rehashed = if is_outdated || outcome == Verified::Unprepared {
        // A failure leaves the old hash, which the next sign-in replaces.
        slot.hash(password.prepared().to_owned()).await.ok()
    } else {
        None
    };
    let new_session = NewSession::of(&request, &ports);
    let decide = move |tx: &mut Tx<'_>| {
        let account = sign_on::admit_verified(tx, &verified, rehashed.as_deref(), code.as_ref())?;
        if attempt.signed_in(tx)? == SignInDevice::New {
            let device = new_session.device.as_str().to_owned();
            notices::of_change(tx, account.user(), NoticeSubject::NewDevice { device });
        }
        Ok::<_, Stop<Refusal>>(sign_on::begin(tx, account, &new_session))
    };
    let open_session = ports.store.transact(decide).await?;
    let response = Response::ok(&UserView::from(open_session.user()));
    Ok(device.set(&ports, sign_on::with_cookies(&ports, response, &open_session)?))
}
