//! POST /api/transfers/links/claim

use actix_web::post;
use actix_web::web::Data;
use contract::{Decided, LinkToken, UserId};
use service::person;
use store::{Stop, Tx, Unavailable};
use web::{Body, Problem, Response, SignedIn};

use super::views::TransferView;
use crate::Ports;
use crate::domain::{Refusal, Transfer};
use crate::transferring;

web::body! {
    /// The link of a mail.
    pub(crate) struct ClaimTransferBody {
        /// The last part of the link in the mail.
        #[schema(value_type = String, min_length = 68, max_length = 68)]
        pub(crate) token: LinkToken,
    }
}

/// Makes the signed-in user the recipient of a transfer to an address, by the link of its mail.
///
/// The link proves that the user reads the mail of the address, whichever address the account has.
/// It works until the transfer ends.
#[utoipa::path(
    request_body = ClaimTransferBody,
    responses(
        (status = 200, description = "The transfer, which the user may accept now", body = TransferView),
        (status = 409, description = "`transfer_ended`, also for a token that was not mailed; `same_user`"),
    ),
    security(("session" = [])),
)]
#[post("/api/transfers/links/claim")]
pub(crate) async fn claim_transfer(
    ports: Data<Ports>,
    who: SignedIn,
    body: Body<ClaimTransferBody>,
) -> Result<Response, Problem> {
    let token = body.value.token;
    wait_for_secret(&ports, &token).await?;
    let user = who.user;
    let transfer = ports.store.transact(move |tx| claim(tx, &token, user)).await?;
    Ok(Response::ok(&TransferView::of(&transfer, user)))
}

/// Waits for the hash of the secret if its message is late.
async fn wait_for_secret(ports: &Ports, token: &LinkToken) -> Result<(), Unavailable> {
    let look = || async {
        let known = ports.store.find::<Transfer>(&token.id.to_string()).await?;
        let is_late = known.is_some_and(|transfer| transfer.awaits_secret());
        Ok::<_, Unavailable>((!is_late).then_some(()))
    };
    let waiting = ports.links.waiting_for_own(token.id, &ports.clock);
    waiting.until_found(look).await.map(drop)
}

fn claim(tx: &mut Tx<'_>, token: &LinkToken, user: UserId) -> Result<Transfer, Stop<Refusal>> {
    let known = tx.get::<Transfer>(token.id)?.ok_or(Refusal::TransferEnded)?;
    if person::is_erased(tx, user)? {
        return Err(Refusal::TransferEnded.into());
    }
    let claimed = known.claim(token, user, tx.now())?;
    let transfer = match &claimed {
        Decided::Applied(claimed, ()) => (**claimed).clone(),
        Decided::AlreadyApplied => known,
    };
    transferring::save(tx, claimed);
    Ok(transfer)
}
