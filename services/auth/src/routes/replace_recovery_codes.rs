//! POST /api/users/second-factor/recovery-codes

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use store::{Stop, Tx};
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use super::views::RecoveryCodesView;
use crate::Ports;
use crate::credentials::factor_check;
use crate::credentials::proof::Proof;
use crate::domain::{GivenCode, Password, Refusal};

web::body! {
    /// The present password and a code.
    pub(crate) struct ReplaceRecoveryCodesBody {
        /// The present password, in any Unicode normalisation form.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) current_password: Password,
        /// An unused code of the second factor, or a recovery code, with any spaces and dashes.
        #[schema(value_type = String, min_length = 6, max_length = 40)]
        pub(crate) code: GivenCode,
    }
}

/// Replaces the recovery codes.
///
/// All earlier ones become void. The new ones are shown once.
#[utoipa::path(
    request_body = ReplaceRecoveryCodesBody,
    responses(
        (status = 200, description = "The new recovery codes", body = RecoveryCodesView),
        (status = 401, description = "Not signed in, or `bad_credentials`: `errors` names the field"),
        (status = 409, description = "`second_factor_off`"),
        (status = 503, description = "Too many sign-ins at once"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/second-factor/recovery-codes")]
pub(crate) async fn replace_recovery_codes(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<ReplaceRecoveryCodesBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ReplaceRecoveryCodesBody { current_password, code } = body.value;
    let claim = (who.user, address, &request);
    let present = ("currentPassword", &current_password);
    let (proof, _) = Proof::verify(&ports, claim, present, "Nothing was changed").await?;
    let codes = factor_check::draw_recovery_codes(&ports.ids);
    let view = RecoveryCodesView::from(codes.as_slice());
    let decide = move |tx: &mut Tx<'_>| {
        let (_, factor) = proof.account_with_code(tx, &code)?;
        let replaced = factor.replace_recovery_codes(factor_check::hashes(&codes))?;
        factor_check::store(tx, replaced)?;
        Ok::<_, Stop<Refusal>>(())
    };
    ports.store.transact(decide).await?;
    Ok(Response::ok(&view))
}
