//! Checks a token's signature once, and remembers that it was good until it ends.

use std::collections::HashMap;
use std::sync::Arc;

use contract::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use parking_lot::RwLock;
use sha2::{Digest, Sha256};

use super::claims::{AUDIENCE, Claims, ISSUER};

/// Tokens remembered in each of two generations: some 10 MiB, and more than ever buy at once on one machine.
const GENERATION_TOKENS_MAX: usize = 20_000;

/// Bytes of a token at the most; ours have some 500.
const TOKEN_BYTES_MAX: usize = 4_096;

/// Verifies tokens with the public key (Ed25519, only EdDSA is accepted). Clones share what is remembered.
#[derive(Clone)]
pub struct Verifier {
    shared: Arc<Shared>,
}

struct Shared {
    key: DecodingKey,
    validation: Validation,
    verified: RwLock<Generations>,
}

/// Good tokens by the SHA-256 of their text: a memory dump shows no token, and a lookup costs one hash.
#[derive(Default)]
struct Generations {
    young: HashMap<[u8; 32], Arc<Claims>>,
    old: HashMap<[u8; 32], Arc<Claims>>,
}

impl Verifier {
    /// A verifier with the 32 bytes of an Ed25519 public key.
    #[must_use]
    pub fn new(public_key: &[u8; 32]) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are checked here, by the process's own clock.
        validation.validate_exp = false;
        let shared = Shared {
            key: DecodingKey::from_ed_der(public_key),
            validation,
            verified: RwLock::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The claims of a token that was signed by auth and has not ended.
    #[must_use]
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Claims> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        let known = {
            let verified = self.shared.verified.read();
            verified.young.get(&hash).or_else(|| verified.old.get(&hash)).map(Arc::clone)
        };
        let claims = if let Some(claims) = known {
            claims
        } else {
            let (key, validation) = (&self.shared.key, &self.shared.validation);
            let claims = jsonwebtoken::decode::<Claims>(token, key, validation).ok()?.claims;
            let claims = Arc::new(claims);
            self.remember(hash, Arc::clone(&claims));
            claims
        };
        (claims.exp.saturating_mul(1000) > now.unix_ms()).then(|| (*claims).clone())
    }

    fn remember(&self, hash: [u8; 32], claims: Arc<Claims>) {
        let mut verified = self.shared.verified.write();
        if verified.young.len() >= GENERATION_TOKENS_MAX {
            verified.old = std::mem::take(&mut verified.young);
        }
        verified.young.insert(hash, claims);
    }
}
