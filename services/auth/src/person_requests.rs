//! Exports and erasures over all services: published once, complete when every part has arrived.

use contract::person::{PersonAction, REQUESTED};
use contract::session::RevocationState;
use contract::{Id, Timestamp};
use store::{Loaded, Tx, Unavailable};

use crate::Ports;
use crate::addresses;
use crate::credentials::{factor_check, password_attempt};
use crate::domain::person_request::PARTS_WAIT_MAX;
use crate::domain::{PersonRequest, SecondFactor, User};
use crate::sessions::sign_on;

/// Publishes a request, or joins the latest one. Returns that request.
pub(crate) fn request(
    tx: &mut Tx<'_>,
    id: Id,
    user: &User,
    action: PersonAction,
) -> Loaded<PersonRequest> {
    let known = tx.get::<PersonRequest>(PersonRequest::stored_as(user.id, action))?;
    let now = tx.now();
    if let Some(known) = known.filter(|known| known.is_joined(action, user.epoch, now)) {
        return Ok(known);
    }
    let request = PersonRequest::ask(id, user, action, now);
    tx.put(request.clone());
    tx.publish(REQUESTED.of(request.state()));
    Ok(request)
}

/// Waits until `is_over` returns true for the request or a newer one in its place, and returns it.
/// `None` after [`PARTS_WAIT_MAX`] from `since`, a time before the request was published.
pub(crate) async fn until(
    ports: &Ports,
    request: &PersonRequest,
    since: Timestamp,
    is_over: impl Fn(&PersonRequest) -> bool,
) -> Result<Option<PersonRequest>, Unavailable> {
    let text = PersonRequest::stored_as(request.user_id, request.action);
    let (user, oldest) = (request.user_id.untyped(), request.requested_at);
    let look = || async {
        let found = ports.store.find::<PersonRequest>(&text).await?;
        let is_newer = |found: &PersonRequest| found.requested_at >= oldest;
        Ok::<_, Unavailable>(found.filter(|found| is_newer(found) && is_over(found)))
    };
    let until = since.plus(PARTS_WAIT_MAX);
    ports.requests.waiting_until(user, &ports.clock, until).until_found(look).await
}

/// Erases the account: it can no longer sign in, its address becomes free, and every service erases
/// its data. `None` if its sessions have ended since the request: the password was changed, or the
/// account was banned or became an administrator.
pub(crate) fn erase(tx: &mut Tx<'_>, request: &PersonRequest) -> Loaded<Option<RevocationState>> {
    let user = tx.get::<User>(request.user_id)?;
    let Some(user) = user.filter(|user| user.epoch == request.epoch) else { return Ok(None) };
    addresses::release(tx, &user)?;
    password_attempt::forget(tx, &user.email.canonical())?;
    let export = PersonRequest::stored_as(user.id, PersonAction::Export);
    if tx.get::<PersonRequest>(&export)?.is_some() {
        tx.delete::<PersonRequest>(export);
    }
    factor_check::store(tx, SecondFactor::off(user.id))?;
    tx.delete::<User>(user.id);
    let erasure = request.erase();
    tx.publish(REQUESTED.of(erasure.state()));
    tx.save(erasure);
    Ok(Some(sign_on::revoke_all(tx, &user.end_sessions())?))
}
