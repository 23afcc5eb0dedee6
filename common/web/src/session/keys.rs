//! The public keys that verify sessions, and their published form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// A public key as a JSON Web Key (RFC 7517; of Ed25519: RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwk {
    /// The key type.
    #[schema(example = "OKP")]
    kty: &'static str,
    /// The curve.
    #[schema(example = "Ed25519")]
    crv: &'static str,
    /// The key: 32 bytes, base64url.
    x: String,
    /// Its id, which tokens name: its thumbprint (RFC 7638).
    pub kid: String,
    /// Its purpose.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    usage: &'static str,
    /// The only algorithm of the key.
    #[schema(example = "EdDSA")]
    alg: &'static str,
}

impl Jwk {
    /// The key with these bytes.
    #[must_use]
    pub fn of(public_key: &[u8; 32]) -> Self {
        let (kty, crv, x) = ("OKP", "Ed25519", URL_SAFE_NO_PAD.encode(public_key));
        // The members that RFC 8037 requires, sorted by name, without white space.
        let canonical = format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
        Self { kty, crv, x, kid, usage: "sig", alg: "EdDSA" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_key_is_its_rfc_8037_thumbprint() {
        // RFC 8037, A.2 and A.3.
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(x).unwrap().try_into().unwrap();
        let jwk = Jwk::of(&bytes);
        assert_eq!(
            (jwk.x.as_str(), jwk.kid.as_str()),
            (x, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        );
    }
}
