//! POST /api/users/email/restore

use actix_web::post;
use actix_web::web::Data;
use contract::Id;
use contract::session::RevocationState;
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response};

use super::confirm_email::LinkBody;
use crate::Ports;
use crate::addresses;
use crate::credentials::factor_check;
use crate::domain::{LinkToken, Purpose, Refusal, SecondFactor};
use crate::links;
use crate::recovery;

/// Restores the earlier e-mail address of an account, by the link of a mail to that address.
///
/// Every session of the account ends, and the present password is void: a link to set another one is
/// mailed to the restored address. A second factor that was switched on after the change is off.
#[utoipa::path(
    request_body = LinkBody,
    responses(
        (status = 204, description = "The address is restored, and every session has ended"),
        (status = 409, description = "`link_ended`, or `email_taken`: another account has the address by now"),
    ),
)]
#[post("/api/users/email/restore")]
pub(crate) async fn restore_email(
    ports: Data<Ports>,
    address: ClientAddress,
    body: Body<LinkBody>,
) -> Result<Response, Problem> {
    ports.sign_ins.check(address)?;
    let token = body.value.token;
    let found = links::find(&ports, &token).await?;
    let others = links::of_account(&ports.store, found.user_id()).await?;
    let reset = ports.ids.next(ports.clock.now());
    let decide = move |tx: &mut Tx<'_>| restore(tx, &token, reset, &others);
    let revocation = ports.store.transact(decide).await?;
    ports.sessions.revocations.apply(&revocation);
    Ok(Response::no_content())
}

fn restore(
    tx: &mut Tx<'_>,
    token: &LinkToken,
    reset: Id,
    others: &[Id],
) -> Result<RevocationState, Stop<Refusal>> {
    let link = links::load(tx, token)?;
    let user = links::account(tx, &link)?;
    let Purpose::UndoChange { change, .. } = link.purpose else {
        return Err(Refusal::LinkEnded.into());
    };
    let undone = user.undoable(change).ok_or(Refusal::LinkEnded)?;
    if addresses::owner(tx, [&link.email])?.is_some_and(|owner| owner.id != user.id) {
        return Err(Refusal::EmailTaken.into());
    }
    addresses::release(tx, &user)?;
    let restored = user.restore_address(link.email.clone(), change);
    addresses::assign(tx, &restored);
    if !undone.had_factor {
        // It is that of the person who changed the address.
        factor_check::store(tx, SecondFactor::off(user.id))?;
    }
    let revocation = recovery::save(tx, &user, &restored)?;
    links::end(tx, &link);
    links::end_without_effect(tx, others, &restored)?;
    let password_changes = restored.password_changes;
    let purpose = Purpose::ResetPassword { user_id: restored.id, password_changes };
    links::send(tx, reset, (restored.email, restored.language), purpose);
    Ok(revocation)
}
