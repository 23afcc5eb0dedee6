//! DELETE /api/users/second-factor

use actix_web::web::Data;
use actix_web::{HttpRequest, delete};
use contract::notice::NoticeSubject;
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use crate::Ports;
use crate::credentials::factor_check;
use crate::credentials::proof::Proof;
use crate::domain::{GivenCode, Password, Refusal, SecondFactor};
use crate::notices;

web::body! {
    /// The present password and a code.
    pub(crate) struct StopSecondFactorBody {
        /// The present password, in any Unicode normalisation form.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) current_password: Password,
        /// An unused code of the second factor, or a recovery code, with any spaces and dashes.
        #[schema(value_type = String, min_length = 6, max_length = 40)]
        pub(crate) code: GivenCode,
    }
}

/// Switches the second factor off.
///
/// Its secret and its recovery codes are deleted. Sessions continue. An administrator of a
/// marketplace that requires a second factor has no rights from the next token on.
#[utoipa::path(
    request_body = StopSecondFactorBody,
    responses(
        (status = 204, description = "Sign-ins need the password only"),
        (status = 401, description = "Not signed in, or `bad_credentials`: `errors` names the field"),
        (status = 409, description = "`second_factor_off`"),
        (status = 503, description = "Too many sign-ins at once"),
    ),
    security(("session" = [])),
)]
#[delete("/api/users/second-factor")]
pub(crate) async fn stop_second_factor(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<StopSecondFactorBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let StopSecondFactorBody { current_password, code } = body.value;
    let claim = (who.user, address, &request);
    let present = ("currentPassword", &current_password);
    let (proof, _) = Proof::verify(&ports, claim, present, "Nothing was changed").await?;
    let decide = move |tx: &mut Tx<'_>| {
        let (user, _) = proof.account_with_code(tx, &code)?;
        factor_check::store(tx, SecondFactor::off(user.id))?;
        notices::of_change(tx, &user, NoticeSubject::SecondFactorChanged { is_on: false });
        Ok::<_, Stop<Refusal>>(())
    };
    ports.store.transact(decide).await?;
    Ok(Response::no_content())
}
