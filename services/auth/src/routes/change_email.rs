//! POST /api/users/email

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use crate::Ports;
use crate::credentials::proof::Proof;
use crate::domain::{GivenAddress, Password, Purpose, Refusal};
use crate::links::{self, Counted};
use crate::{addresses, notices};

web::body! {
    /// Another address, and the present password.
    pub(crate) struct ChangeEmailBody {
        /// The e-mail address that the account is to have.
        #[schema(value_type = String, format = "idn-email", max_length = 254)]
        pub(crate) email: GivenAddress,
        /// The present password, in any Unicode normalisation form.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) current_password: Password,
    }
}

/// Mails a link to another e-mail address, which becomes that of the signed-in user.
///
/// The link is valid for 24 hours, and until the password changes. The response is the same for an
/// address that has an account: its owner receives a mail without a link.
#[utoipa::path(
    request_body = ChangeEmailBody,
    responses(
        (status = 202, description = "The mail is under way; the present address remains until its link is followed"),
        (status = 401, description = "Not signed in, or `bad_credentials`"),
        (status = 409, description = "`same_address`"),
        (status = 503, description = "Too many sign-ins at once"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/email")]
pub(crate) async fn change_email(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<ChangeEmailBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ChangeEmailBody { email, current_password } = body.value;
    let claim = (who.user, address, &request);
    let present = ("currentPassword", &current_password);
    let (proof, _) = Proof::verify(&ports, claim, present, "Nothing was changed").await?;
    let id = ports.ids.next(ports.clock.now());
    let decide = move |tx: &mut Tx<'_>| {
        let user = proof.account(tx)?;
        if email.address == user.email {
            return Err(Refusal::SameAddress.into());
        }
        if !links::count(tx, &email.address, Counted::Others)? {
            return Ok(());
        }
        if let Some(owner) = addresses::owner(tx, email.forms())? {
            notices::of_other_use(tx, &owner);
            return Ok(());
        }
        let purpose = Purpose::ChangeAddress { user_id: user.id, epoch: user.epoch };
        links::send(tx, id, (email.address.clone(), user.language), purpose);
        Ok::<_, Stop<Refusal>>(())
    };
    ports.store.transact(decide).await?;
    Ok(Response::accepted())
}
