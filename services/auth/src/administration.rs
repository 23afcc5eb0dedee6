//! Changes of an account by administrators and operators: bans, the administrator role, and the
//! reset of a second factor.

use contract::notice::NoticeSubject;
use contract::session::RevocationState;
use contract::{Decided, UserId};
use store::{Failure, Stop, Store, Tx};
use web::{Problem, Response};

use crate::Ports;
use crate::credentials::factor_check;
use crate::domain::{Administrators, KnownAddress, Refusal, SecondFactor, User};
use crate::notices;
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

/// Switches the second factor of the account of an e-mail address off, for the operator's command:
/// its owner has lost the phone and the recovery codes. Every session of the account ends.
///
/// # Errors
/// [`Refusal::UnknownUser`], [`Refusal::SecondFactorOff`]; an outage of the store.
pub async fn reset_second_factor(
    store: &Store,
    email: KnownAddress,
) -> Result<(), Failure<Refusal>> {
    let known = sign_on::find_user(store, &email).await?;
    let known = known.ok_or(Failure::Refused(Refusal::UnknownUser))?;
    let decide = move |tx: &mut Tx<'_>| {
        let user = tx.get::<User>(known.id)?.ok_or(Refusal::UnknownUser)?.end_sessions();
        let factor = factor_check::load(tx, user.id)?;
        if factor.is_off() {
            return Err(Refusal::SecondFactorOff.into());
        }
        if factor.is_on() {
            notices::of_change(tx, &user, NoticeSubject::SecondFactorChanged { is_on: false });
        }
        factor_check::store(tx, SecondFactor::off(user.id))?;
        sign_on::revoke_all(tx, &user)?;
        tx.save(user);
        Ok::<_, Stop<Refusal>>(())
    };
    store.transact(decide).await
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
