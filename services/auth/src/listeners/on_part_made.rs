//! part.*: adds a service's part to an export or
//! erasure. An erasure that every service has checked takes effect.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::part::{self, PartState};
use contract::person::PersonAction;
use contract::session::RevocationState;
use service::person;
use store::{Never, Query, Stop, Tx};

use crate::Ports;
use crate::domain::{PersonRequest, Session};
use crate::links;
use crate::person_requests;

pub(super) const TYPES: &[MessageType<PartState>] = part::ALL;

pub(super) async fn on_part_made(
    ports: Ports,
    received: Received<PartState>,
) -> Result<Handled, Undeliverable> {
    let Received { type_name, state: part } = received;
    let user = part.user_id;
    let service = part::service_of(type_name);
    let (handled, revocation, is_erased) =
        ports.store.transact(move |tx| take(tx, service, &part)).await?;
    if let Some(revocation) = revocation {
        ports.sessions.revocations.apply(&revocation);
    }
    if is_erased {
        let ended = Query::on("by_user").equals(user);
        person::delete_all::<Session>(&ports.store, ended).await?;
        links::end_all(&ports.store, user).await?;
    }
    ports.requests.announce(user.untyped());
    Ok(handled)
}

/// Adds the part to its request. Returns the revocation, if any, and whether the person is erased.
fn take(
    tx: &mut Tx<'_>,
    service: &str,
    part: &PartState,
) -> Result<(Handled, Option<RevocationState>, bool), Stop<Never>> {
    for action in [PersonAction::Export, PersonAction::Erase] {
        let stored_as = PersonRequest::stored_as(part.user_id, action);
        let Some(known) = tx.get::<PersonRequest>(stored_as)? else { continue };
        if known.id != part.request {
            continue;
        }
        let Some(taken) = known.take(service, part, tx.now()) else {
            return Ok((Handled::AlreadyApplied, None, known.is_erasure()));
        };
        let revocation =
            if taken.may_erase(tx.now()) { person_requests::erase(tx, &taken)? } else { None };
        if revocation.is_none() {
            tx.save(taken.clone());
        }
        return Ok((Handled::Applied, revocation, taken.is_erasure() || revocation.is_some()));
    }
    Ok((Handled::NotForUs, None, false))
}
