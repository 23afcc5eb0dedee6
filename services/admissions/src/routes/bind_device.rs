//! POST /api/admissions/{id}/device

use actix_web::http::StatusCode;
use actix_web::post;
use actix_web::web::Data;
use admission_codes::{Claims, PERIOD_S, sign_device_record};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::admission::UPDATED;
use contract::{AdmissionId, Decided, UserId};
use ed25519_dalek::SigningKey;
use serde::Serialize;
use store::{Stop, Tx};
use utoipa::ToSchema;
use web::{Body, PathId, Problem, Response, SignedIn};

use crate::Ports;
use crate::claims::{claims, held};
use crate::domain::{PublicKey, Refusal};

web::body! {
    /// A device that shows the codes of an admission.
    pub(crate) struct BindDeviceBody {
        /// The public half of an Ed25519 key that the device made: 32 bytes in URL-safe base64. The
        /// private half does not leave the device.
        #[schema(value_type = String, min_length = 43, max_length = 43)]
        pub(crate) public_key: PublicKey,
    }
}

/// The record of a device, which signs a code with it in each period.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceView {
    /// 129 bytes in URL-safe base64, signed by the issuer.
    #[schema(min_length = 172, max_length = 172)]
    record: String,
    /// The version of its codes.
    credential_version: u16,
    /// Seconds for which the device shows one code.
    period: u32,
}

/// Binds an admission to a device, which shows a new code in each period, also without a network.
///
/// Earlier codes are superseded: the static one, and those of other devices. A repeat with the same
/// key binds nothing again. docs/admission-codes.md describes the record and the codes.
#[utoipa::path(
    params(("id" = AdmissionId, Path, description = "The admission")),
    request_body = BindDeviceBody,
    responses(
        (status = 201, description = "The admission is bound to the device", body = DeviceView),
        (status = 404, description = "No such admission of the signed-in user"),
        (status = 409, description = "`not_valid`: used, or void; `too_many_devices`"),
    ),
    security(("session" = [])),
)]
#[post("/api/admissions/{id}/device")]
pub(crate) async fn bind_device(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<AdmissionId>,
    body: Body<BindDeviceBody>,
) -> Result<Response, Problem> {
    let (of, key, random) = ((id.0, who.user), body.value.public_key, ports.ids.random_bytes());
    let (claims, issuer) = ports.store.transact(move |tx| bind(tx, of, key, random)).await?;
    let record = URL_SAFE_NO_PAD.encode(sign_device_record(claims, key.get(), &issuer).to_bytes());
    let credential_version = claims.credential_version;
    let view = DeviceView { record, credential_version, period: PERIOD_S };
    Ok(Response::json(StatusCode::CREATED, &view).header("Cache-Control", "no-store"))
}

/// The claims of the record, and their key. Errors: [`Refusal::Unknown`], [`Refusal::NotValid`],
/// [`Refusal::TooManyDevices`].
fn bind(
    tx: &mut Tx<'_>,
    of: (AdmissionId, UserId),
    key: PublicKey,
    random: [u8; 32],
) -> Result<(Claims, SigningKey), Stop<Refusal>> {
    let known = held(tx, of)?;
    let bound = match known.bind(key, tx.now())? {
        Decided::AlreadyApplied => known,
        Decided::Applied(bound, ()) => {
            tx.publish(UPDATED.of(bound.state.clone()));
            tx.save((*bound).clone());
            *bound
        }
    };
    claims(tx, &bound, random)
}
