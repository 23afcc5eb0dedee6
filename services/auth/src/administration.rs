//! Changes of an account by administrators and operators: bans and the administrator role.

use contract::session::RevocationState;
use contract::{Decided, UserId};
use store::{Failure, Stop, Store, Tx};
use web::{Problem, Response};

use crate::Ports;
use crate::domain::{Administrators, KnownAddress, Refusal, User};
use crate::republish::message_type;
use crate::sessions::sign_on;

/// Accounts per read when the store of an earlier version is searched for administrators.
const PAGE: u32 = 500;

type Change = fn(&User) -> Decided<User>;

/// Changes an account for an administrator. This process rejects ended sessions at once. Errors:
/// 404 `not_found`; 409 `last_administrator` if no administrator who can sign in would remain.
pub(crate) async fn change_by_id(
    ports: &Ports,
    id: UserId,
    wanted: Change,
) -> Result<Response, Problem> {
    if let Some(revocation) = change(&ports.store, id, wanted).await? {
        ports.sessions.revocations.apply(&revocation);
    }
    Ok(Response::no_content())
}

/// Changes an account. Returns the revocation of its sessions, if they ended.
async fn change(
    store: &Store,
    id: UserId,
    change: Change,
) -> Result<Option<RevocationState>, Failure<Refusal>> {
    list_administrators(store).await?;
    store.transact(move |tx| decide(tx, id, change)).await
}

fn decide(
    tx: &mut Tx<'_>,
    id: UserId,
    change: Change,
) -> Result<Option<RevocationState>, Stop<Refusal>> {
    let known = tx.get::<User>(id)?.ok_or(Refusal::UnknownUser)?;
    let Decided::Applied(user, ()) = change(&known) else { return Ok(None) };
    let administrators = tx.get::<Administrators>(Administrators::ID)?.unwrap_or_default();
    let followed = administrators.follow(&user)?;
    if followed != administrators {
        tx.save(followed);
    }
    if user.status != known.status {
        tx.publish(message_type(&user).of(user.state()));
    }
    let has_ended = user.epoch > known.epoch;
    let revocation = if has_ended { Some(sign_on::revoke_all(tx, &user)?) } else { None };
    tx.save(*user);
    Ok(revocation)
}

/// Creates the list of administrators in a store without one: a new store, or one of an earlier
/// version.
async fn list_administrators(store: &Store) -> Result<(), Failure<Refusal>> {
    if store.find::<Administrators>(Administrators::ID).await?.is_some() {
        return Ok(());
    }
    let mut administrators = Vec::new();
    let mut pages = store.pages::<User>(PAGE);
    while let Some(page) = pages.next().await? {
        administrators.extend(page.iter().filter(|user| user.admin).map(|user| user.id));
    }
    let listing = store.transact(move |tx| {
        // The decision reads the list again: another replica may have created it.
        if tx.get::<Administrators>(Administrators::ID)?.is_none() {
            let users = tx.get_all::<User>(&administrators)?;
            tx.insert(Administrators::among(users.iter().flatten()));
        }
        Ok::<_, Stop<Refusal>>(())
    });
    listing.await
}

/// Grants the administrator role to the account of an e-mail address, for the operator's command.
///
/// # Errors
/// [`Refusal::UnknownUser`]; an outage of the store.
pub async fn grant_admin(store: &Store, email: KnownAddress) -> Result<(), Failure<Refusal>> {
    change_by_address(store, email, User::grant_admin).await
}

/// Revokes the administrator role of the account of an e-mail address, for the operator's command.
///
/// # Errors
/// [`Refusal::UnknownUser`], [`Refusal::LastAdministrator`]; an outage of the store.
pub async fn revoke_admin(store: &Store, email: KnownAddress) -> Result<(), Failure<Refusal>> {
    change_by_address(store, email, User::revoke_admin).await
}

async fn change_by_address(
    store: &Store,
    email: KnownAddress,
    wanted: Change,
) -> Result<(), Failure<Refusal>> {
    let known = sign_on::find_user(store, &email).await?;
    let known = known.ok_or(Failure::Refused(Refusal::UnknownUser))?;
    change(store, known.id, wanted).await.map(drop)
}
