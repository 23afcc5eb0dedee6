//! One-time links of mails: requests, use and withdrawal.
//!
//! Auth publishes the notice of a link; mail creates its secret, publishes the hash and sends the
//! mail. Auth therefore never has the secret, and a request with it is compared by its hash.

use contract::notice::{REQUESTED, WITHDRAWN};
use contract::{Id, Language, Timestamp, UserId};
use service::person;
use sha2::{Digest as _, Sha256};
use store::{Loaded, Query, Stop, Store, Tx, Unavailable};
use web::ClientNetwork;

use crate::Ports;
use crate::domain::{EmailAddress, Link, LinkRequests, LinkToken, Purpose, Refusal, User};

/// Open links that one change withdraws: more than [`LinkRequests::HOURLY_MAX`] create in a day for
/// one account. Others end by their own rules.
const WITHDRAWN_MAX: u32 = 200;

/// Publishes a link's notice and stores the link, in one decision.
pub(crate) fn send(tx: &mut Tx<'_>, id: Id, to: (EmailAddress, Language), purpose: Purpose) {
    let link = Link::request(id, to, purpose, tx.now());
    tx.publish(REQUESTED.of(link.notice()));
    tx.insert(link);
}

/// Mails whose requests are counted together.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Counted {
    /// Links that set a password. Other mails, which anyone can request for the address, do not use
    /// up the way of its owner into the account.
    Resets,
    /// Links of sign-ups from a network. Those from other networks do not use up the way of the
    /// owner to an account, whose link has no effect without the owner's password.
    SignUps(ClientNetwork),
    /// Every other mail.
    Others,
}

/// Counts a request of a mail to an address, with or without an account. Returns whether the mail
/// may be sent.
pub(crate) fn count(tx: &mut Tx<'_>, email: &EmailAddress, counted: Counted) -> Loaded<bool> {
    // No address contains a line feed.
    let prefix = match counted {
        Counted::Resets => "reset\n".to_owned(),
        Counted::SignUps(network) => format!("sign-up {network}\n"),
        Counted::Others => String::new(),
    };
    let id = format!("{:x}", Sha256::digest(format!("{prefix}{}", email.as_str())));
    let known = tx.get::<LinkRequests>(&id)?;
    let counted = known.unwrap_or_else(|| LinkRequests::none(id, tx.now())).count(tx.now());
    let may_send = counted.is_some();
    if let Some(counted) = counted {
        tx.put(counted);
    }
    Ok(may_send)
}

/// The open link of a token, before a decision. Waits for the hash of the secret if its message is
/// late. Errors: [`Refusal::LinkEnded`].
pub(crate) async fn find(ports: &Ports, token: &LinkToken) -> Result<Link, web::Problem> {
    let look = || async {
        let link = ports.store.find::<Link>(&token.id.to_string()).await?;
        let is_late = link.as_ref().is_some_and(|link| link.secret_hash.is_none());
        Ok::<_, Unavailable>((!is_late).then_some(link))
    };
    let link = ports.links.waiting_for_own(token.id, &ports.clock).until_found(look).await?;
    Ok(open(link.flatten(), token, ports.clock.now())?)
}

/// The open link of a token, in the decision that uses it. Errors: [`Refusal::LinkEnded`].
pub(crate) fn load(tx: &mut Tx<'_>, token: &LinkToken) -> Result<Link, Stop<Refusal>> {
    let link = tx.get::<Link>(token.id)?;
    Ok(open(link, token, tx.now())?)
}

fn open(link: Option<Link>, token: &LinkToken, now: Timestamp) -> Result<Link, Refusal> {
    link.filter(|link| link.is_open(&token.secret_hash, now)).ok_or(Refusal::LinkEnded)
}

/// The account of an open link, in the decision that uses it. Errors: [`Refusal::LinkEnded`] if the
/// link has no effect on it any more.
pub(crate) fn account(tx: &mut Tx<'_>, link: &Link) -> Result<User, Stop<Refusal>> {
    let user = tx.get::<User>(link.user_id())?;
    let valid = user.filter(|user| user.may_sign_in() && link.is_valid_for(user));
    Ok(valid.ok_or(Refusal::LinkEnded)?)
}

/// Ends a link. Its mail is withdrawn in case it is not sent yet.
pub(crate) fn end(tx: &mut Tx<'_>, link: &Link) {
    tx.publish(WITHDRAWN.of(link.withdrawn()));
    tx.delete::<Link>(link.id);
}

/// Ids of the links of an account, read before a decision that may end some of them.
pub(crate) async fn of_account(store: &Store, user: UserId) -> Result<Vec<Id>, Unavailable> {
    ids(store, Query::on("by_user").equals(user)).await
}

/// Ids of the links to an address, read before a decision that may end some of them.
pub(crate) async fn to_address(
    store: &Store,
    email: &EmailAddress,
) -> Result<Vec<Id>, Unavailable> {
    ids(store, Query::on("by_address").equals(email.as_str())).await
}

async fn ids(store: &Store, query: Query) -> Result<Vec<Id>, Unavailable> {
    let links: Vec<Link> = store.query(query.limit(WITHDRAWN_MAX)).await?;
    Ok(links.iter().map(|link| link.id).collect())
}

/// Ends every link of an erased account. Errors: [`Unavailable`] if the store is unreachable; a
/// repeat ends the rest.
pub(crate) async fn end_all(store: &Store, user: UserId) -> Result<(), Unavailable> {
    person::end_all(store, Query::on("by_user").equals(user), end).await
}

/// Ends those of these links that have no effect on the account any more, and the sign-ups with its
/// address. Links that were requested since the ids were read end by their own rules.
///
/// Called after the change is saved.
pub(crate) fn end_without_effect(tx: &mut Tx<'_>, links: &[Id], user: &User) -> Loaded<()> {
    for link in tx.get_all::<Link>(links)?.into_iter().flatten() {
        let is_sign_up = matches!(link.purpose, Purpose::SignUp { .. }) && link.email == user.email;
        let has_effect = !is_sign_up && (link.user_id() != user.id || link.is_valid_for(user));
        if !has_effect {
            end(tx, &link);
        }
    }
    Ok(())
}
