//! View of a public key of codes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

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

impl CodeKeyView {
    /// Every key of the issuer, oldest first.
    pub(super) fn all(issuer: &Issuer) -> Vec<Self> {
        let view = |key: &IssuerKey| {
            let x = URL_SAFE_NO_PAD.encode(issuer.public_key(key.kid)?);
            Some(Self { kty: "OKP", crv: "Ed25519", kid: key.kid.to_string(), x })
        };
        issuer.keys.iter().filter_map(view).collect()
    }
}
