//! POST /api/users/second-factor/confirm

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use contract::notice::NoticeSubject;
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use super::views::RecoveryCodesView;
use crate::Ports;
use crate::credentials::factor_check;
use crate::credentials::password_attempt::PasswordAttempt;
use crate::domain::{GivenCode, Refusal, Session, User};
use crate::notices;
use crate::sessions::sign_on::{self, NewSession};

web::body! {
    /// A code of the new secret.
    pub(crate) struct ConfirmSecondFactorBody {
        /// The six digits that the authenticator application shows, with any spaces.
        #[schema(value_type = String, min_length = 6, max_length = 40)]
        pub(crate) code: GivenCode,
    }
}

/// Switches the second factor on, with a code of the new secret.
///
/// Every session of the account ends; the response sets the cookies of a new session. A code counts
/// as a password guess. The recovery codes are shown once.
#[utoipa::path(
    request_body = ConfirmSecondFactorBody,
    responses(
        (status = 200, description = "The second factor is on, all other sessions have ended, and the cookies of a new session are set", body = RecoveryCodesView),
        (status = 401, description = "Not signed in, or `bad_credentials`: the code is wrong"),
        (status = 403, description = "`account_banned`"),
        (status = 409, description = "`second_factor_on`, or `second_factor_off`: no secret was created within 15 minutes"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/second-factor/confirm")]
pub(crate) async fn confirm_second_factor(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<ConfirmSecondFactorBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    ports.sign_ins.check(address)?;
    let user = ports.store.find::<User>(&who.user.to_string()).await?;
    let email = user.ok_or(Problem::from(Refusal::SessionEnded))?.email.canonical();
    let attempt = PasswordAttempt::of(&ports, &email, address, &request).await?;
    attempt.guess(&ports.store).await?;
    let device = attempt.cookie.clone();
    let codes = factor_check::draw_recovery_codes(&ports.ids);
    let view = RecoveryCodesView::from(codes.as_slice());
    let (code, new_session) = (body.value.code, NewSession::of(&request, &ports));
    let decide = move |tx: &mut Tx<'_>| {
        let user = tx.get::<User>(who.user)?.ok_or(Refusal::SessionEnded)?;
        let session = tx.get::<Session>(who.session)?;
        let is_alive = session.is_some_and(|session| session.is_alive(&user, tx.now()));
        let account = user.end_sessions().admit()?;
        if !is_alive {
            return Err(Refusal::SessionEnded.into());
        }
        let factor = factor_check::load(tx, who.user)?;
        factor_check::store(tx, factor.confirm(&code, factor_check::hashes(&codes), tx.now())?)?;
        let changed = NoticeSubject::SecondFactorChanged { is_on: true };
        notices::of_change(tx, account.user(), changed);
        let account = factor_check::continue_session(tx, account, who.session)?;
        let revocation = sign_on::revoke_all(tx, account.user())?;
        tx.save(account.user().clone());
        attempt.signed_in(tx)?;
        Ok::<_, Stop<Refusal>>((sign_on::begin(tx, account, &new_session), revocation))
    };
    let (open_session, revocation) = ports.store.transact(decide).await?;
    ports.sessions.revocations.apply(&revocation);
    let response = sign_on::with_cookies(&ports, Response::ok(&view), &open_session)?;
    Ok(device.set(&ports, response))
}
