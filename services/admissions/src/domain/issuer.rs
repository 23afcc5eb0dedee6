//! The keys with which codes are signed. Doors know the public halves only.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::Timestamp;
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// Age at which a key signs nothing more. Its codes stay valid.
const SIGNS_FOR: Duration = Duration::from_hours(30 * 24);

/// The keys of the issuer, in one document, so that all replicas sign with the same one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issuer {
    /// Every key, oldest first. None is deleted: a code on paper outlives its key's use.
    pub keys: Vec<IssuerKey>,
}

/// A key of the issuer. `Debug` hides the secret half.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IssuerKey {
    /// The number of the key in codes, from 1.
    pub kid: u8,
    /// 32 random bytes in URL-safe base64.
    #[debug("…")]
    secret: String,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Issuer {
    /// The issuer with a key that may sign at present: a new one of these random bytes if the newest
    /// is too old. After 255 keys, more than twenty years, the last one remains.
    #[must_use]
    pub fn rotated(&self, random: [u8; 32], now: Timestamp) -> Self {
        let newest = self.keys.last();
        if newest.is_some_and(|newest| now.since(newest.created_at) < SIGNS_FOR) {
            return self.clone();
        }
        let Some(kid) = newest.map_or(Some(1), |newest| newest.kid.checked_add(1)) else {
            return self.clone();
        };
        let mut keys = self.keys.clone();
        keys.push(IssuerKey { kid, secret: URL_SAFE_NO_PAD.encode(random), created_at: now });
        Self { keys }
    }

    /// The newest key.
    #[must_use]
    pub fn newest(&self) -> Option<&IssuerKey> {
        self.keys.last()
    }

    /// The public half of a key.
    #[must_use]
    pub fn public_key(&self, kid: u8) -> Option<VerifyingKey> {
        let key = self.keys.iter().find(|key| key.kid == kid)?;
        Some(key.signing_key()?.verifying_key())
    }
}

impl IssuerKey {
    /// The secret half; `None` if the stored text is damaged.
    #[must_use]
    pub fn signing_key(&self) -> Option<SigningKey> {
        let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(&self.secret).ok()?.try_into().ok()?;
        Some(SigningKey::from_bytes(&bytes))
    }
}
