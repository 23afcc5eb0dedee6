//! POST /api/users/second-factor

use actix_web::web::Data;
use actix_web::{HttpRequest, post};
use serde::Serialize;
use store::{Stop, Tx};
use utoipa::ToSchema;
use web::{Body, ClientAddress, Problem, Response, SignedIn};

use crate::Ports;
use crate::credentials::factor_check;
use crate::credentials::proof::Proof;
use crate::domain::second_factor::Secret;
use crate::domain::{Password, Refusal};

web::body! {
    /// The present password.
    pub(crate) struct StartSecondFactorBody {
        /// The present password, in any Unicode normalisation form.
        #[schema(value_type = String, min_length = 1, max_length = 128)]
        pub(crate) current_password: Password,
    }
}

/// A secret for an authenticator application. It is shown once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecondFactorSecretView {
    /// The secret in base32, to type.
    secret: String,
    /// The secret and its parameters (`otpauth://totp/`), to show as a QR code.
    uri: String,
}

/// Creates the secret of a second factor.
///
/// The factor is on once `POST /api/users/second-factor/confirm` has received a code of the secret,
/// within 15 minutes. A repeat replaces the secret.
#[utoipa::path(
    request_body = StartSecondFactorBody,
    responses(
        (status = 201, description = "The secret; sign-ins do not need it yet", body = SecondFactorSecretView),
        (status = 401, description = "Not signed in, or `bad_credentials`"),
        (status = 409, description = "`second_factor_on`"),
        (status = 503, description = "Too many sign-ins at once"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/second-factor")]
pub(crate) async fn start_second_factor(
    ports: Data<Ports>,
    who: SignedIn,
    address: ClientAddress,
    body: Body<StartSecondFactorBody>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let claim = (who.user, address, &request);
    let present = ("currentPassword", &body.value.current_password);
    let (proof, _) = Proof::verify(&ports, claim, present, "Nothing was changed").await?;
    let created = Secret::new(ports.ids.random_bytes());
    let secret = created.clone();
    let decide = move |tx: &mut Tx<'_>| {
        let user = proof.account(tx)?;
        let factor = factor_check::load(tx, user.id)?.start(secret.clone(), tx.now())?;
        factor_check::store(tx, factor)?;
        Ok::<_, Stop<Refusal>>(user)
    };
    let user = ports.store.transact(decide).await?;
    let uri = created.uri(user.email.as_str());
    let view = SecondFactorSecretView { secret: created.base32(), uri };
    Ok(Response::created("/api/users/second-factor", &view))
}
