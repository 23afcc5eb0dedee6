//! Session tokens: JWT, EdDSA.

use std::sync::Arc;
use std::time::Duration;

use ::service::SessionKey;
use contract::{SessionId, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use store::Unavailable;
use web::session::{AUDIENCE, Claims, ISSUER};

use crate::domain::User;

/// Signs tokens. Clones share the key.
#[derive(Clone)]
pub struct Signer {
    key: Arc<EncodingKey>,
    /// How long a token is good.
    pub lifetime: Duration,
}

impl Signer {
    /// A signer with this key.
    ///
    /// # Errors
    /// [`Unavailable`] when the key cannot be used.
    pub fn new(key: &SessionKey, lifetime: Duration) -> Result<Self, Unavailable> {
        let key = EncodingKey::from_ed_der(&key.signing_der()?);
        Ok(Self { key: Arc::new(key), lifetime })
    }

    /// The token of a session that begins now.
    ///
    /// # Errors
    /// [`Unavailable`] when it cannot be signed.
    pub fn sign(
        &self,
        user: &User,
        session: SessionId,
        now: Timestamp,
    ) -> Result<String, Unavailable> {
        let claims = Claims {
            sub: user.id,
            sid: session,
            email: user.email.as_str().to_owned(),
            admin: user.admin,
            epoch: user.epoch,
            iat: now.unix_ms() / 1000,
            exp: now.plus(self.lifetime).unix_ms() / 1000,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &self.key)
            .map_err(|error| Unavailable::caused_by("cannot sign a session", error))
    }
}
