//! POST /api/users/email/confirm

use actix_web::post;
use actix_web::web::Data;
use contract::Id;
use store::{Failure, Stop, Tx};
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use super::views::UserView;
use crate::Ports;
use crate::addresses;
use crate::credentials::{factor_check, password_attempt};
use crate::domain::{Link, LinkToken, Purpose, Refusal, User};
use crate::links;
use crate::recovery;
use crate::sessions::renewal::Renewals;
use crate::sessions::sign_on;

web::body! {
    /// The link of a mail.
    pub(crate) struct LinkBody {
        /// The last part of the link in the mail.
        #[schema(value_type = String, min_length = 68, max_length = 68)]
        pub(crate) token: LinkToken,
    }
}

/// Verifies the e-mail address of the signed-in user, or changes it, by the link of a mail.
///
/// Requires a session of the account: the reader of a mail cannot verify the address of another
/// person's account by mistake. After a change the earlier address receives a mail that can undo it
/// for a week.
#[utoipa::path(
    request_body = LinkBody,
    responses(
        (status = 200, description = "The account with its verified address; the cookies of the session are renewed", body = UserView),
        (status = 409, description = "`link_ended`, `other_account`, or `address_changed_often`"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/email/confirm")]
pub(crate) async fn confirm_email(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<LinkBody>,
    renewals: Renewals,
) -> Result<Response, Problem> {
    ports.sign_ins.check(address)?;
    let token = body.value.token;
    let found = links::find(&ports, &token).await?;
    if found.user_id() != who.user {
        return Err(Refusal::OtherAccount.into());
    }
    let undo = ports.ids.next(ports.clock.now());
    let others = links::of_account(&ports.store, who.user).await?;
    let decide = move |tx: &mut Tx<'_>| confirm(tx, &token, undo, &others);
    let user = ports.store.transact(decide).await?;
    let response = Response::ok(&UserView::from(&user));
    // The next token has the address and its rights. Without a renewal cookie the present one
    // remains until it expires.
    match sign_on::renew(&ports, renewals.beside(Some(&who))).await {
        Ok(open_session) => sign_on::with_cookies(&ports, response, &open_session),
        Err(Failure::Refused(_)) => Ok(response),
        Err(failure) => Err(failure.into()),
    }
}

fn confirm(
    tx: &mut Tx<'_>,
    token: &LinkToken,
    undo: Id,
    others: &[Id],
) -> Result<User, Stop<Refusal>> {
    let link = links::load(tx, token)?;
    let user = links::account(tx, &link)?;
    let confirmed = match &link.purpose {
        Purpose::VerifyAddress { .. } => user.verify(),
        Purpose::ChangeAddress { .. } => change(tx, &user, &link, undo)?,
        Purpose::SignUp { .. } | Purpose::UndoChange { .. } | Purpose::ResetPassword { .. } => {
            return Err(Refusal::LinkEnded.into());
        }
    };
    recovery::save_contact(tx, &user, &confirmed);
    links::end(tx, &link);
    links::end_without_effect(tx, others, &confirmed)?;
    Ok(confirmed)
}

/// Changes the address, unless another account has it by now. The earlier address can undo the
/// change, if it was verified.
fn change(tx: &mut Tx<'_>, user: &User, link: &Link, undo: Id) -> Result<User, Stop<Refusal>> {
    if addresses::owner(tx, [&link.email])?.is_some() {
        return Err(Refusal::LinkEnded.into());
    }
    let had_factor = factor_check::load(tx, user.id)?.is_on();
    let changed = user.change_address(link.email.clone(), had_factor, tx.now())?;
    addresses::release(tx, user)?;
    // With a second factor, the request of the link had a right code.
    password_attempt::forget(tx, &user.email.canonical())?;
    addresses::assign(tx, &changed);
    if user.is_verified {
        let purpose = Purpose::UndoChange {
            user_id: user.id,
            change: changed.address_changes,
            new_email: changed.email.abbreviated(),
        };
        links::send(tx, undo, (user.email.clone(), user.language), purpose);
    }
    Ok(changed)
}
