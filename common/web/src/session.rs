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

use sources::Clock;

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
}
