//! What begins and ends sessions, shared by the routes.

use contract::session::RevocationState;
use contract::{SessionId, Timestamp};
use service::revocations;
use store::{Failure, NotLoaded, Stop, Store, Tx};
use web::{Answer, Problem};

use crate::Ports;
use crate::documents::AddressOwner;
use crate::domain::{EmailAddress, Outcome, Refusal, Session, User};

/// A session about to begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    pub(crate) id: SessionId,
    pub(crate) now: Timestamp,
    pub(crate) ends_at: Timestamp,
}

impl Beginning {
    pub(crate) fn now(ports: &Ports) -> Self {
        let now = ports.clock.now();
        Self { id: ports.ids.next(now).into(), now, ends_at: now.plus(ports.signer.lifetime) }
    }
}

/// Begins a session of a user, in the decision that lets the user in.
pub(crate) fn begin(tx: &mut Tx<'_>, user: &User, beginning: Beginning) {
    tx.insert(Session {
        id: beginning.id,
        user_id: user.id,
        created_at: beginning.now,
        ends_at: beginning.ends_at,
        signed_out_at: None,
    });
}

/// Gives the browser the token of a session that was begun.
pub(crate) fn with_cookie(
    ports: &Ports,
    answer: Answer,
    user: &User,
    beginning: Beginning,
) -> Result<Answer, Problem> {
    let token = ports.signer.sign(user, beginning.id, beginning.now)?;
    let cookie = ports.sessions.cookie.set(&token, ports.signer.lifetime);
    Ok(answer.header("Set-Cookie", cookie))
}

/// Publishes that every session of an earlier epoch has ended; to be applied once it is committed.
pub(crate) fn revoke_all(
    tx: &mut Tx<'_>,
    user: &User,
    lifetime: std::time::Duration,
) -> Result<RevocationState, NotLoaded> {
    let revocation = user.revocation(tx.now(), lifetime);
    revocations::publish(tx, revocation)?;
    Ok(revocation)
}

/// The account of an e-mail address, as last committed.
pub(crate) async fn find_user(
    store: &Store,
    email: &EmailAddress,
) -> Result<Option<User>, store::Unavailable> {
    let Some(owner) = store.find::<AddressOwner>(email.as_str()).await? else { return Ok(None) };
    store.find::<User>(&owner.user_id.to_string()).await
}

/// Makes the account of an e-mail address an administrator; for the operator's command.
///
/// # Errors
/// [`Refusal::UnknownUser`]; an outage of the store.
pub async fn grant_admin(
    store: &Store,
    email: EmailAddress,
    session_lifetime: std::time::Duration,
) -> Result<(), Failure<Refusal>> {
    let granted = store.transact(move |tx| {
        let owner = tx.get::<AddressOwner>(email.as_str())?.ok_or(Refusal::UnknownUser)?;
        let user = tx.get::<User>(owner.user_id)?.ok_or(Refusal::UnknownUser)?;
        match user.grant_admin() {
            Outcome::Unchanged => {}
            Outcome::Changed(user) => {
                revoke_all(tx, &user, session_lifetime)?;
                tx.save(*user);
            }
        }
        Ok::<_, Stop<Refusal>>(())
    });
    granted.await
}

/// The session of a request, ended; `None` when it was ended before, or is none of ours.
pub(crate) fn sign_out(
    tx: &mut Tx<'_>,
    session: SessionId,
) -> Result<Option<RevocationState>, Stop<Refusal>> {
    let now = tx.now();
    let ended = tx.get::<Session>(session)?.and_then(|session| session.sign_out(now));
    let Some(session) = ended else { return Ok(None) };
    let revocation = session.revocation(now);
    revocations::publish(tx, revocation)?;
    tx.save(session);
    Ok(Some(revocation))
}
