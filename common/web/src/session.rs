//! Sessions: a signed token in a cookie, which each service verifies locally.

mod claims;
mod cookie;
mod extract;
mod keys;
mod revocations;
mod token;
mod verifier;

pub use claims::{AUDIENCE, Claims, ISSUER};
pub use cookie::{CookieKind, cookies};
pub use extract::{Admin, MaybeSignedIn, Role, SignedIn, Trader};
pub use keys::Jwk;
pub use revocations::Revocations;
pub use token::sign;
pub use verifier::Verifier;

use actix_web::HttpRequest;
use contract::UserId;
use sources::Clock;

use crate::{CorsOrigins, SeenStorage};

/// Everything needed to verify sessions. Clones share it.
#[derive(Clone)]
pub struct Sessions {
    /// Checks signatures and times.
    pub verifier: Verifier,
    /// Revocations of unexpired tokens.
    pub revocations: Revocations,
    /// The cookies that carry the tokens.
    pub cookie: CookieKind,
    /// The other origins whose pages may use sessions.
    pub cors_origins: CorsOrigins,
    /// The clock by which tokens expire.
    pub clock: Clock,
    /// How acknowledged versions reach later requests.
    pub seen_storage: SeenStorage,
}

impl Sessions {
    /// The claims of a valid token; `None` for any other.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let now = self.clock.now();
        let claims = self.verifier.verify(token, now)?;
        (!self.revocations.covers(&claims)).then_some(claims)
    }

    /// The claims of each valid token of a request; the first one identifies its user.
    pub fn claims_of(&self, request: &HttpRequest) -> impl Iterator<Item = Claims> {
        self.cookie.tokens(request).filter_map(|token| self.verify(token))
    }

    /// The accounts of a request's tokens, including expired and revoked ones.
    pub fn accounts_of(&self, request: &HttpRequest) -> impl Iterator<Item = UserId> {
        let tokens = self.cookie.tokens(request);
        tokens.filter_map(|token| Some(self.verifier.authentic(token)?.sub))
    }

    /// The token that identifies the user of a request. A single token is returned unverified.
    pub(crate) fn token_of<'r>(&self, request: &'r HttpRequest) -> Option<&'r str> {
        let mut tokens = self.cookie.tokens(request);
        let first = tokens.next()?;
        if tokens.next().is_none() {
            return Some(first);
        }
        self.cookie.tokens(request).find(|token| self.verify(token).is_some())
    }
}
