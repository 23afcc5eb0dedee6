//! Start, renewal and end of sessions, shared by the routes.

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;
use contract::session::RevocationState;
use contract::{SessionId, Timestamp};
use service::revocations;
use store::{Failure, Loaded, Stop, Store, Tx};
use web::{Problem, Response};

use crate::Ports;
use crate::credentials::factor_check;
use crate::documents::AddressOwner;
use crate::domain::{
    Authenticated, Device, GivenCode, KnownAddress, Lifetimes, Refusal, Session, User,
};
use crate::sessions::renewal::{Renewal, Renewals};

/// Data of a session to start.
#[derive(Debug, Clone)]
pub(crate) struct NewSession {
    renewal: Renewal,
    pub(crate) device: Device,
    now: Timestamp,
    lifetimes: Lifetimes,
}

/// A started or renewed session, with the data of its cookies.
pub(crate) struct OpenSession {
    account: Authenticated,
    session: Session,
    renewal: Renewal,
}

impl OpenSession {
    pub(crate) fn user(&self) -> &User {
        self.account.user()
    }
}

impl NewSession {
    /// Data of a session that this request would start.
    pub(crate) fn of(request: &HttpRequest, ports: &Ports) -> Self {
        let now = ports.clock.now();
        let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        Self {
            renewal: Renewal::new(ports.ids.next(now).into(), ports.ids.random_bytes()),
            device: Device::of(agent.unwrap_or_default()),
            now,
            lifetimes: ports.signer.lifetimes,
        }
    }
}

/// Admits an account whose password was verified, unless it has changed since, and checks its
/// second factor. Stores the rehashed password, if any. Errors: [`Refusal::BadCredentials`], and the
/// refusals of [`User::admit`] and [`factor_check::authenticate`].
pub(crate) fn admit_verified(
    tx: &mut Tx<'_>,
    verified: &User,
    rehashed: Option<&str>,
    code: Option<&GivenCode>,
) -> Result<Authenticated, Stop<Refusal>> {
    let user = unchanged(tx, verified)?;
    let Some(hash) = rehashed else { return factor_check::authenticate(tx, user.admit()?, code) };
    let account = user.rehash_password(hash.to_owned()).admit()?;
    let account = factor_check::authenticate(tx, account, code)?;
    tx.save(account.user().clone());
    Ok(account)
}

/// Loads an account whose password was verified. Errors: [`Refusal::BadCredentials`] if the
/// password has changed since.
pub(crate) fn unchanged(tx: &mut Tx<'_>, verified: &User) -> Result<User, Stop<Refusal>> {
    let user = tx.get::<User>(verified.id)?;
    let unchanged = user.filter(|user| user.password_changes == verified.password_changes);
    Ok(unchanged.ok_or(Refusal::BadCredentials)?)
}

/// Starts a session of an account, in the decision that admits it.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    account: Authenticated,
    new_session: &NewSession,
) -> OpenSession {
    let NewSession { renewal, device, now, lifetimes } = new_session.clone();
    let (id, hash) = (renewal.session, renewal.hash());
    let session = Session::begin(id, &account, device, hash, now, lifetimes);
    tx.insert(session.clone());
    OpenSession { account, session, renewal }
}

/// Renews the session of the first of these renewals whose session has not ended. Errors:
/// [`Refusal::SessionEnded`] if all sessions have ended.
pub(crate) async fn renew(
    ports: &Ports,
    renewals: Renewals,
) -> Result<OpenSession, Failure<Refusal>> {
    let lifetimes = ports.signer.lifetimes;
    let decide = move |tx: &mut Tx<'_>| {
        for renewal in &renewals.renewals {
            if let Some(open_session) = renewed(tx, renewal, &renewals, lifetimes)? {
                return Ok(open_session);
            }
        }
        Err::<_, Stop<Refusal>>(Refusal::SessionEnded.into())
    };
    ports.store.transact(decide).await
}

/// Renews one session of a request; `None` if it has ended or never existed.
fn renewed(
    tx: &mut Tx<'_>,
    renewal: &Renewal,
    of: &Renewals,
    lifetimes: Lifetimes,
) -> Loaded<Option<OpenSession>> {
    let known = tx.get::<Session>(renewal.session)?;
    let Some(known) = known.filter(|known| of.admits(known.user_id)) else { return Ok(None) };
    let user = tx.get::<User>(known.user_id)?;
    let Some(Ok(account)) = user.map(User::admit) else { return Ok(None) };
    let session = known.renew(&renewal.hash(), &account, tx.now(), lifetimes);
    let Some(session) = session else { return Ok(None) };
    let account = factor_check::continue_session(tx, account, session.id)?;
    tx.save(session.clone());
    Ok(Some(OpenSession { account, session, renewal: renewal.clone() }))
}

/// Sets the cookies of the session token and the renewal secret.
pub(crate) fn with_cookies(
    ports: &Ports,
    response: Response,
    open_session: &OpenSession,
) -> Result<Response, Problem> {
    let OpenSession { account, session, renewal } = open_session;
    let (now, cookie) = (ports.clock.now(), ports.sessions.cookie);
    let token = ports.signer.sign(account, session, now)?;
    let token_age = session.token_ends_at(now, ports.signer.lifetimes).since(now);
    let renewal_age = session.ends_at.since(now);
    Ok(response
        .header("Set-Cookie", cookie.set(&token, token_age))
        .header("Set-Cookie", cookie.set_renewal(&renewal.text(), renewal_age)))
}

/// Deletes the cookies of the session token and the renewal secret.
pub(crate) fn without_cookies(ports: &Ports, response: Response) -> Response {
    let cookie = ports.sessions.cookie;
    response.header("Set-Cookie", cookie.clear()).header("Set-Cookie", cookie.clear_renewal())
}

/// Publishes the revocation of every session of an earlier epoch. The caller applies it after the
/// commit.
pub(crate) fn revoke_all(tx: &mut Tx<'_>, user: &User) -> Loaded<RevocationState> {
    let revocation = user.revocation(tx.now());
    revocations::publish(tx, revocation)?;
    Ok(revocation)
}

/// The committed account of an e-mail address.
pub(crate) async fn find_user(
    store: &Store,
    email: &KnownAddress,
) -> Result<Option<User>, store::Unavailable> {
    for form in email.forms() {
        if let Some(owner) = store.find::<AddressOwner>(form.as_str()).await? {
            return store.find::<User>(&owner.user_id.to_string()).await;
        }
    }
    Ok(None)
}

/// Ends a session; `None` if it had ended.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    session: &Session,
) -> Result<Option<RevocationState>, Stop<Refusal>> {
    let now = tx.now();
    let Some(session) = session.sign_out(now) else { return Ok(None) };
    let revocation = session.revocation(now);
    revocations::publish(tx, revocation)?;
    tx.save(session);
    Ok(Some(revocation))
}

/// Ends the sessions of a request's tokens and renewals. Returns the revocations.
pub(crate) fn sign_out(
    tx: &mut Tx<'_>,
    signed_in: &[SessionId],
    renewals: &[Renewal],
) -> Result<Vec<RevocationState>, Stop<Refusal>> {
    let mut revoked = Vec::new();
    for id in signed_in {
        if let Some(session) = tx.get::<Session>(*id)? {
            revoked.extend(end(tx, &session)?);
        }
    }
    // A session outlives its token.
    for renewal in renewals {
        if let Some(session) = tx.get::<Session>(renewal.session)?
            && session.renewal_hash == renewal.hash()
        {
            revoked.extend(end(tx, &session)?);
        }
    }
    Ok(revoked)
}
