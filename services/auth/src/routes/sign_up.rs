//! POST /api/users/signup

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use contract::contact::CHANGED;
use contract::{Id, Language, UserId, user};
use sha2::{Digest as _, Sha256};
use store::{Stop, Tx};
use web::{Body, ClientAddress, ClientNetwork, Problem, Response};

use super::views::UserView;
use crate::Ports;
use crate::credentials::factor_check;
use crate::credentials::hashing::{Lane, Verified};
use crate::credentials::password_attempt::PasswordAttempt;
use crate::documents::SignUpKey;
use crate::domain::{GivenAddress, NewPassword, Purpose, Refusal, Trading, User};
use crate::links::{self, Counted};
use crate::sessions::sign_on::{self, NewSession, OpenSession};
use crate::{addresses, notices};

web::body! {
    /// The account to create.
    pub(crate) struct SignUpBody {
        /// The e-mail address. Addresses that differ only in case, width or normalisation form are
        /// equal, and so are the two forms of an internationalised domain.
        #[schema(value_type = String, format = "idn-email", max_length = 254)]
        pub(crate) email: GivenAddress,
        /// 8 to 128 characters, not one of the most common passwords; prepared by RFC 8265
        /// (`OpaqueString`).
        #[schema(value_type = String, min_length = 8, max_length = 128)]
        pub(crate) password: NewPassword,
    }
}

enum SignedUp {
    /// The account was created.
    Created(OpenSession),
    /// A request with the same idempotency key had created this account.
    Existing(User),
}

/// Creates an account and signs in, or mails a link that does.
///
/// Where only verified accounts may trade, the account begins with the mailed link and
/// `/api/users/signup/confirm`, and the response is the same for an address that has an account.
#[utoipa::path(
    request_body = SignUpBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key, address and password returns the same account. Keys are compared per address")),
    responses(
        (status = 201, description = "The account is created; the session cookies are set", body = UserView),
        (status = 202, description = "A mail with a link is under way, if the marketplace requires verified addresses"),
        (status = 401, description = "`second_factor_required`: a repeat for an account whose second factor is on; a sign-in takes its code"),
        (status = 403, description = "`account_banned`: a repeat for an account that has been banned"),
        (status = 409, description = "`email_taken`"),
        (status = 422, description = "The idempotency key was used with another password for this address"),
        (status = 503, description = "Too many sign-ups at once"),
    ),
)]
#[post("/api/users/signup")]
pub(crate) async fn sign_up(
    ports: Data<Ports>,
    address: ClientAddress,
    body: Body<SignUpBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let SignUpBody { email, password } = body.value;
    ports.sign_ups.check(address)?;
    let slot = ports.hasher.queue(Lane::SignUps, address.into())?;
    let password = password.as_str().to_owned();
    let hash = slot.hash(password.clone()).await?;
    let id = UserId::from(ports.ids.next(ports.clock.now()));
    let language = web::preferred_language(&request);
    let mail = ports.ids.next(ports.clock.now());
    let new_session = NewSession::of(&request, &ports);
    // Equal keys for different addresses are independent. Hashed because the id of a record may be
    // logged.
    let scope = format!("sign-up {:x}", Sha256::digest(email.address.as_str()));
    let (key, begun) = (body.call.record_id(&scope), new_session.clone());
    if ports.signer.trading == Trading::Verified {
        let network = ClientNetwork::from(address);
        let decide = move |tx: &mut Tx<'_>| {
            let account = (id, &email, language);
            request_confirmation(tx, key.as_deref(), account, &hash, (mail, network))
        };
        ports.store.transact(decide).await?;
        return Ok(Response::accepted());
    }
    let attempt = PasswordAttempt::of(&ports, &email.address, address, &request).await?;
    let device = attempt.cookie.clone();
    let claims = attempt.clone();
    let decide = move |tx: &mut Tx<'_>| {
        let account = (id, &email, language);
        decide(tx, key.as_deref(), account, (&hash, mail), (&begun, &claims))
    };
    let open_session = match ports.store.transact(decide).await? {
        SignedUp::Created(open_session) => open_session,
        SignedUp::Existing(user) => {
            // A repeat verifies the password as a sign-in does, so it counts towards the same
            // limit.
            attempt.guess(&ports.store).await?;
            let known = Some(user.password_hash.clone());
            if slot.verify(vec![password], known).await? == Verified::No {
                return Err(Refusal::KeyReused.into());
            }
            let sign_in = move |tx: &mut Tx<'_>| {
                let account = sign_on::admit_verified(tx, &user, None, None)?;
                attempt.signed_in(tx)?;
                Ok::<_, Stop<Refusal>>(sign_on::begin(tx, account, &new_session))
            };
            ports.store.transact(sign_in).await?
        }
    };
    let user = open_session.user();
    let response = Response::created(format!("/api/users/{}", user.id), &UserView::from(user));
    Ok(device.set(&ports, sign_on::with_cookies(&ports, response, &open_session)?))
}

/// Mails the link of a sign-up, or to the owner of an account with the address that it exists. An
/// account that was never verified is taken over by the link.
fn request_confirmation(
    tx: &mut Tx<'_>,
    key: Option<&str>,
    (id, email, language): (UserId, &GivenAddress, Language),
    hash: &str,
    (mail, network): (Id, ClientNetwork),
) -> Result<(), Stop<Refusal>> {
    if let Some(key) = key {
        if tx.get::<SignUpKey>(key)?.is_some() {
            return Ok(());
        }
        tx.put(SignUpKey { id: key.to_owned(), user_id: id, created_at: tx.now() });
    }
    if !links::count(tx, &email.address, Counted::SignUps(network))? {
        return Ok(());
    }
    let owner = addresses::owner(tx, email.forms())?;
    if let Some(owner) = owner.filter(|owner| owner.is_verified) {
        notices::of_other_use(tx, &owner);
        return Ok(());
    }
    let purpose = Purpose::SignUp { user_id: id, password_hash: hash.to_owned(), wrong: 0 };
    links::send(tx, mail, (email.address.clone(), language), purpose);
    Ok(())
}

fn decide(
    tx: &mut Tx<'_>,
    key: Option<&str>,
    (id, email, language): (UserId, &GivenAddress, Language),
    (hash, mail): (&str, Id),
    (new_session, attempt): (&NewSession, &PasswordAttempt),
) -> Result<SignedUp, Stop<Refusal>> {
    let known = key.map(|key| tx.get::<SignUpKey>(key)).transpose()?.flatten();
    if let Some(known) = known
        && let Some(user) = tx.get::<User>(known.user_id)?
    {
        return Ok(SignedUp::Existing(user));
    }
    if addresses::owner(tx, email.forms())?.is_some() {
        return Err(Refusal::EmailTaken.into());
    }
    let to = (email.address.clone(), language);
    let now = tx.now();
    let made = User::sign_up(id, to.clone(), hash.to_owned(), now);
    if let Some(key) = key {
        // Replaces the record of an erased account, if any.
        tx.put(SignUpKey { id: key.to_owned(), user_id: id, created_at: now });
    }
    addresses::assign(tx, &made);
    tx.insert(made.clone());
    tx.publish(user::CREATED.of(made.state()));
    tx.publish(CHANGED.of(made.contact()));
    if links::count(tx, &email.address, Counted::Others)? {
        links::send(tx, mail, to, Purpose::VerifyAddress { user_id: id });
    }
    let account = factor_check::authenticate(tx, made.admit()?, None)?;
    let open_session = sign_on::begin(tx, account, new_session);
    attempt.signed_in(tx)?;
    Ok(SignedUp::Created(open_session))
}
