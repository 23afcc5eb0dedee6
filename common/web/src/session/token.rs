//! Session tokens: JSON Web Tokens, signed and verified with Ed25519 (RFC 8037).
//!
//! The token crate brings RSA, ECDSA and HMAC as well, of which no token is valid here; this module
//! provides Ed25519 only.

use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind, Result};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey, Header, Validation, decode, encode,
};
use serde::Serialize;

use super::claims::Claims;

static ED25519: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| signer(*algorithm, key),
    verifier_factory: |algorithm, key| verifier(*algorithm, key),
    key_utils: KeyUtils::new_unimplemented(),
};

/// Signs claims with a private key (PKCS#8 DER), under the id of its public half.
///
/// # Errors
/// An error if the key is not a private key of Ed25519.
pub fn sign(claims: &impl Serialize, key: &[u8], id: Option<String>) -> Result<String> {
    use_ed25519();
    let header = Header { kid: id, ..Header::new(Algorithm::EdDSA) };
    encode(&header, claims, &EncodingKey::from_ed_der(key))
}

/// The claims of a token that this key verifies.
pub(super) fn read(token: &str, key: &DecodingKey, validation: &Validation) -> Option<Claims> {
    use_ed25519();
    decode(token, key, validation).ok().map(|token| token.claims)
}

/// Registers the algorithm in the token crate. Later calls have no effect.
fn use_ed25519() {
    // The error contains the registered provider, which is this one.
    let _ = ED25519.install_default();
}

fn signer(algorithm: Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    check(algorithm, key.family())?;
    let key = SigningKey::from_pkcs8_der(key.as_bytes());
    Ok(Box::new(Ed25519Signer(key.map_err(|_| ErrorKind::InvalidEddsaKey)?)))
}

fn verifier(algorithm: Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    check(algorithm, key.family())?;
    let bytes = key.try_get_as_bytes()?.try_into().map_err(|_| ErrorKind::InvalidEddsaKey)?;
    let key = VerifyingKey::from_bytes(bytes);
    Ok(Box::new(Ed25519Verifier(key.map_err(|_| ErrorKind::InvalidEddsaKey)?)))
}

fn check(algorithm: Algorithm, family: AlgorithmFamily) -> Result<()> {
    let is_ed25519 = algorithm == Algorithm::EdDSA && family == AlgorithmFamily::Ed;
    is_ed25519.then_some(()).ok_or_else(|| Error::from(ErrorKind::UnsupportedAlgorithm))
}

struct Ed25519Signer(SigningKey);

impl Signer<Vec<u8>> for Ed25519Signer {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        Ok(self.0.try_sign(message)?.to_vec())
    }
}

impl JwtSigner for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Ed25519Verifier(VerifyingKey);

impl Verifier<Vec<u8>> for Ed25519Verifier {
    fn verify(
        &self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> std::result::Result<(), signature::Error> {
        self.0.verify(message, &Signature::from_slice(signature)?)
    }
}

impl JwtVerifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::pkcs8::EncodePrivateKey as _;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn signed(key: &[u8]) -> Result<String> {
        sign(&serde_json::json!({"sub": "7"}), key, Some("key".to_owned()))
    }

    #[test]
    fn a_token_is_verified_by_the_public_half_of_its_key() {
        use_ed25519();
        let token = signed(key().to_pkcs8_der().unwrap().as_bytes()).unwrap();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims::<&str>(&[]);
        let read = |key: &[u8]| {
            decode::<serde_json::Value>(&token, &DecodingKey::from_ed_der(key), &validation)
        };
        assert_eq!(read(key().verifying_key().as_bytes()).unwrap().claims["sub"], "7");
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert_eq!(read(other.as_bytes()).unwrap_err().kind(), &ErrorKind::InvalidSignature);
        assert_eq!(read(&[7; 31]).unwrap_err().kind(), &ErrorKind::InvalidEddsaKey);
    }

    #[test]
    fn no_other_algorithm_signs_or_verifies() {
        use_ed25519();
        let header = Header::new(Algorithm::HS256);
        let error = encode(&header, &(), &EncodingKey::from_secret(&[7; 32])).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::UnsupportedAlgorithm);
        let secret = DecodingKey::from_secret(&[7; 32]);
        let error = verifier(Algorithm::HS256, &secret).err().unwrap();
        assert_eq!(error.kind(), &ErrorKind::UnsupportedAlgorithm);
        let error = verifier(Algorithm::EdDSA, &secret).err().unwrap();
        assert_eq!(error.kind(), &ErrorKind::UnsupportedAlgorithm);
        assert_eq!(signed(&[7; 32]).unwrap_err().kind(), &ErrorKind::InvalidEddsaKey);
    }
}
