//! GET /api/check-ins/keys

use actix_web::get;
use actix_web::web::Data;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Problem, Response};

use crate::Ports;
use crate::domain::{Issuer, IssuerKey};

/// A public key (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeKeyView {
    kty: &'static str,
    crv: &'static str,
    /// The number of the key in codes.
    kid: String,
    /// 32 bytes in URL-safe base64.
    x: String,
}

/// The public keys of codes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeKeysView {
    keys: Vec<CodeKeyView>,
}

/// Shows the public keys with which a door verifies codes, oldest first.
#[utoipa::path(responses((status = 200, description = "The keys (RFC 7517)", body = CodeKeysView)))]
#[get("/api/check-ins/keys")]
pub(crate) async fn show_keys(ports: Data<Ports>) -> Result<Response, Problem> {
    let issuer = ports.store.find::<Issuer>(Issuer::ID).await?.unwrap_or_default();
    let key = |key: &IssuerKey| {
        let x = URL_SAFE_NO_PAD.encode(issuer.public_key(key.kid)?);
        Some(CodeKeyView { kty: "OKP", crv: "Ed25519", kid: key.kid.to_string(), x })
    };
    Ok(Response::ok(&CodeKeysView { keys: issuer.keys.iter().filter_map(key).collect() }))
}
