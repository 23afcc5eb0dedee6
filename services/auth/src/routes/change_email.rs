//! POST /api/users/email

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use crate::Ports;
use crate::credentials::proof::Proof;
use crate::domain::{GivenAddress, GivenCode, Password, Purpose, Refusal};
use crate::links::{self, Counted};
use crate::{addresses, notices};

web::body! {
    /// Another address, the present password, and a code of the second factor.
    pub(crate) struct ChangeEmailBody {
        /// The e-mail address that the account is to have.
        #[schema(value_type = String, format = "idn-email", max_length = 254)]
        pub(crate) email: GivenAddress,
        /// The present password, in any Unicode normalisation form.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) current_password: Password,
        /// An unused code of the second factor, or a recovery code; required while the factor is on.
        #[schema(value_type = Option<String>, min_length = 6, max_length = 40)]
        pub(crate) code: Option<GivenCode>,
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
        (status = 401, description = "Not signed in, `bad_credentials`, or after a right password `second_factor_required`"),
        (status = 409, description = "`same_address`, or `address_changed_often` after ten changes within a week"),
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
    let ChangeEmailBody { email, current_password, code } = body.value;
    let claim = (who.user, address, &request);
    let present = ("currentPassword", &current_password);
    let (proof, _) = Proof::verify(&ports, claim, present, "Nothing was changed").await?;
    let id = ports.ids.next(ports.clock.now());
    let decide = move |tx: &mut Tx<'_>| {
        let user = proof.account_with_factor(tx, code.as_ref())?;
        user.may_change_address(tx.now())?;
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
