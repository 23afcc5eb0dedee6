//! Republishes the present states that other services copy.

use contract::MessageType;
use contract::contact::CHANGED;
use contract::person::REQUESTED;
use contract::user::{AccountStatus, BANNED, CREATED, UNBANNED, UserState};
use service::{Republisher, revocations};
use store::Unavailable;

use crate::address_forms;
use crate::domain::{PersonRequest, User};

/// Publishes every account with its address, every erasure and every effective revocation again. Returns the number
/// of messages. Adds missing canonical forms of addresses.
///
/// # Errors
/// [`Unavailable`] if the store or the bus is unreachable; a repeat is harmless.
pub async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    address_forms::add_all(&republishing.store).await?;
    let users = republishing.all(|user: &User| Some(message_type(user).of(user.state())));
    let contacts = republishing.all(|user: &User| Some(CHANGED.of(user.contact())));
    let erasures = republishing
        .all(|request: &PersonRequest| request.is_erasure().then(|| REQUESTED.of(request.state())));
    Ok(users.await?
        + contacts.await?
        + erasures.await?
        + revocations::republish(republishing).await?)
}

/// The message type of the account's present state.
pub(crate) const fn message_type(user: &User) -> MessageType<UserState> {
    match (user.status, user.version) {
        (AccountStatus::Banned, _) => BANNED,
        (AccountStatus::Active, 0 | 1) => CREATED,
        (AccountStatus::Active, _) => UNBANNED,
    }
}
