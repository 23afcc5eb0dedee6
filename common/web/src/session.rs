//! Sessions, as every service sees them: a signed token in a cookie, verified here, never asked about elsewhere.

mod claims;
mod cookie;
mod extract;
mod keys;
mod revocations;
mod verifier;

pub use claims::{AUDIENCE, Claims, ISSUER};
pub use cookie::CookieKind;
pub(crate) use cookie::cookies;
pub use extract::{Admin, MaybeSignedIn, Rank, SignedIn};
pub use keys::Jwk;
pub use revocations::Revocations;
pub use verifier::Verifier;

use actix_web::HttpRequest;
use contract::UserId;
use sources::Clock;

use crate::cross_origin::CorsOrigins;
use crate::seen::SeenBy;

/// What a process verifies sessions with. Clones share it.
#[derive(Clone)]
pub struct Sessions {
    /// Checks signatures and times.
    pub verifier: Verifier,
    /// What was revoked before its time.
    pub revocations: Revocations,
    /// Which cookie carries the token.
    pub cookie: CookieKind,
    /// The other origins whose pages may use them.
    pub cors_origins: CorsOrigins,
    /// The time that tokens are checked by.
    pub clock: Clock,
    /// How versions that were acknowledged reach later requests.
    pub seen_by: SeenBy,
}

impl Sessions {
    /// The claims of a token that is good now; `None` for any other.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let now = self.clock.now();
        let claims = self.verifier.verify(token, now)?;
        (!self.revocations.covers(&claims)).then_some(claims)
    }

    /// The claims of each good token that a request carries; it is signed in by the first.
    pub fn claims_of(&self, request: &HttpRequest) -> impl Iterator<Item = Claims> {
        self.cookie.tokens(request).filter_map(|token| self.verify(token))
    }

    /// The accounts of the tokens that a request carries, also of those that have ended or were revoked.
    pub fn accounts_of(&self, request: &HttpRequest) -> impl Iterator<Item = UserId> {
        let tokens = self.cookie.tokens(request);
        tokens.filter_map(|token| Some(self.verifier.authentic(token)?.sub))
    }

    /// The token that a request is signed in by. The only one is returned as it came.
    pub(crate) fn token_of<'r>(&self, request: &'r HttpRequest) -> Option<&'r str> {
        let mut tokens = self.cookie.tokens(request);
        let first = tokens.next()?;
        if tokens.next().is_none() {
            return Some(first);
        }
        self.cookie.tokens(request).find(|token| self.verify(token).is_some())
    }
}
