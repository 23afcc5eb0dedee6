//! A gate: a device that checks codes at the door of an event, with a key of its own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::text::Line;
use contract::{GateId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::event::Event;

/// Name of a gate, for its seller: 1 to 100 characters.
pub type GateName = Line<100, 400>;

/// Length of a secret in URL-safe base64: 32 bytes.
const SECRET_CHARACTERS: usize = 43;

/// A gate. A revoked one is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gate {
    /// Its id.
    pub id: GateId,
    /// The seller of its event.
    pub seller: UserId,
    /// Its name.
    #[serde(deserialize_with = "contract::text::stored")]
    pub name: GateName,
    /// Its event.
    pub event: Event,
    /// SHA-256 of the secret half of its key, in hex: a reader of the store checks no codes.
    pub secret_hash: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// The key of a gate: its id, and the hash of its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateKey {
    /// The gate.
    pub id: GateId,
    /// SHA-256 of the secret, in hex.
    pub secret_hash: String,
}

impl Gate {
    /// The secret of these random bytes, and its hash.
    #[must_use]
    pub fn secret(random: [u8; 32]) -> (String, String) {
        let secret = URL_SAFE_NO_PAD.encode(random);
        let hash = hash_of(&secret);
        (secret, hash)
    }
}

impl GateKey {
    /// The key in the text of a request: the id, a full stop and the secret.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.split_once('.')?;
        let id = id.parse().ok()?;
        (secret.len() == SECRET_CHARACTERS).then(|| Self { id, secret_hash: hash_of(secret) })
    }

    /// Whether it is the key of this gate.
    #[must_use]
    pub fn opens(&self, gate: &Gate) -> bool {
        self.id == gate.id && self.secret_hash == gate.secret_hash
    }
}

/// A fast hash is sufficient: the secret has 256 random bits.
fn hash_of(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_an_id_and_a_secret() {
        let (secret, secret_hash) = Gate::secret([7; 32]);
        let id = "0123456789abcdef01234567";
        let key = GateKey::parse(&format!("{id}.{secret}"));
        assert_eq!(key, Some(GateKey { id: id.parse().unwrap(), secret_hash }));
        for bad in [
            String::new(),
            secret.clone(),
            format!("{id}.{secret}A"),
            format!("{id}.{}", &secret[1..]),
            format!("{id}{secret}"),
            format!("x.{secret}"),
        ] {
            assert_eq!(GateKey::parse(&bad), None, "{bad}");
        }
    }
}
