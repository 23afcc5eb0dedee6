//! Checks a token's signature once, and caches the result until the token expires.

use std::sync::Arc;

use contract::Timestamp;
use contract::session::TOKEN_LIFETIME_MAX;
use hashlink::LruCache;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use parking_lot::RwLock;
use sha2::{Digest, Sha256};

use super::claims::{AUDIENCE, Claims, ISSUER};
use super::keys::Jwk;
use super::token;

/// Cached tokens: some 20 MiB, and more than the concurrent buyers of one machine.
const TOKENS_MAX: usize = 40_000;

/// Maximum bytes of a token; generated ones have some 500.
const TOKEN_BYTES_MAX: usize = 4_096;

/// Verifies tokens with the accepted keys (EdDSA only; a token names its key). Clones share all.
#[derive(Clone)]
pub struct Verifier {
    shared: Arc<Shared>,
}

type AcceptedKeys = Arc<Vec<(Jwk, DecodingKey)>>;

struct Shared {
    validation: Validation,
    keys: RwLock<AcceptedKeys>,
    /// Valid tokens by the SHA-256 of their text: a memory dump reveals no token, and a lookup
    /// costs one hash. Lookups share the lock, so the token that was checked first is dropped
    /// first.
    verified: RwLock<LruCache<[u8; 32], Arc<Claims>>>,
}

fn accepted(public_keys: &[[u8; 32]]) -> AcceptedKeys {
    let accepted = |key: &[u8; 32]| (Jwk::of(key), DecodingKey::from_ed_der(key));
    Arc::new(public_keys.iter().map(accepted).collect())
}

impl Verifier {
    /// A verifier with the 32 bytes of each Ed25519 public key that may sign tokens.
    #[must_use]
    pub fn new(public_keys: &[[u8; 32]]) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are checked below, by the process's own clock.
        validation.validate_exp = false;
        let keys = RwLock::new(accepted(public_keys));
        let verified = RwLock::new(LruCache::new(TOKENS_MAX));
        Self { shared: Arc::new(Shared { validation, keys, verified }) }
    }

    /// Replaces the accepted keys; tokens of removed keys become invalid at once.
    pub fn accept(&self, public_keys: &[[u8; 32]]) {
        *self.shared.keys.write() = accepted(public_keys);
        // After the keys: a token that removed keys verify meanwhile is dropped too.
        self.shared.verified.write().clear();
    }

    /// The accepted keys.
    #[must_use]
    pub fn keys(&self) -> Vec<Jwk> {
        self.shared.keys.read().iter().map(|(jwk, _)| jwk.clone()).collect()
    }

    /// The claims of a token signed by auth that has not expired.
    #[must_use]
    pub fn verify(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let claims = self.authentic(token)?;
        (claims.ends_at() > now).then(|| (*claims).clone())
    }

    /// The claims of a token signed by auth, expired or not.
    pub(crate) fn authentic(&self, token: &str) -> Option<Arc<Claims>> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        let known = self.shared.verified.read().peek(&hash).map(Arc::clone);
        known.or_else(|| self.check(token, hash))
    }

    /// Checks everything of a token except the time.
    fn check(&self, token: &str, hash: [u8; 32]) -> Option<Arc<Claims>> {
        let id = jsonwebtoken::decode_header(token).ok()?.kid?;
        let keys = Arc::clone(&self.shared.keys.read());
        let (_, key) = keys.iter().find(|(jwk, _)| jwk.kid == id)?;
        let validation = &self.shared.validation;
        let claims = token::read(token, key, validation)?;
        // Revocations are stored for this lifetime and no longer.
        let lifetime_s = claims.exp.checked_sub(claims.iat)?;
        if u64::try_from(lifetime_s).ok()? > TOKEN_LIFETIME_MAX.as_secs() {
            return None;
        }
        let claims = Arc::new(claims);
        let mut verified = self.shared.verified.write();
        // Under the lock, since the keys may have changed during the signature check.
        if Arc::ptr_eq(&keys, &self.shared.keys.read()) {
            verified.insert(hash, Arc::clone(&claims));
        }
        Some(claims)
    }
}
