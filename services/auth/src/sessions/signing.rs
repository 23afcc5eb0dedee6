//! Session tokens: JWT, EdDSA, with the id of the signing key.

use ::service::CurrentKey;
use contract::Timestamp;
use store::Unavailable;
use web::session::{AUDIENCE, Claims, ISSUER, Jwk, sign};

use crate::domain::{AdministratorFactor, Authenticated, Lifetimes, Session, Trading};

/// Signs tokens with the present signing key. Clones share it.
#[derive(Clone)]
pub(crate) struct Signer {
    key: CurrentKey,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) trading: Trading,
    administrator_factor: AdministratorFactor,
}

impl Signer {
    pub(crate) fn new(
        key: CurrentKey,
        lifetimes: Lifetimes,
        trading: Trading,
        administrator_factor: AdministratorFactor,
    ) -> Self {
        Self { key, lifetimes, trading, administrator_factor }
    }

    pub(crate) fn sign(
        &self,
        account: &Authenticated,
        session: &Session,
        now: Timestamp,
    ) -> Result<String, Unavailable> {
        let user = account.user();
        let claims = Claims {
            sub: user.id,
            sid: session.id,
            email: user.email.as_str().to_owned(),
            admin: account.is_administrator(self.administrator_factor),
            verified: user.is_verified,
            trades: user.is_verified || self.trading == Trading::Everyone,
            epoch: user.epoch,
            iat: now.unix_ms() / 1000,
            exp: session.token_ends_at(now, self.lifetimes).unix_ms() / 1000,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
        };
        let key = self.key.get();
        let kid = Some(Jwk::of(&key.public_key()).kid);
        sign(&claims, &key.signing_der()?, kid)
            .map_err(|error| Unavailable::caused_by("cannot sign a session", error))
    }
}
