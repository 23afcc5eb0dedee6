//! Renewal secret of a session: random, long, read by auth only, and stored there as a hash.
//!
//! It identifies the session (a reference token): it is valid until the session ends, and contains
//! no data. Unlike a session token it does not depend on the session key, so that a change of the
//! key ends no session.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::{SessionId, UserId};
use sha2::{Digest, Sha256};
use web::{Problem, Sessions, SignedIn};

/// A session's id and its secret. `Debug` hides it.
#[derive(derive_more::Debug, Clone, PartialEq, Eq)]
#[debug("Renewal(…)")]
pub(crate) struct Renewal {
    pub(crate) session: SessionId,
    secret: [u8; 32],
}

/// The valid renewal cookies of a request, in its order.
#[derive(Debug, Clone)]
pub(crate) struct Renewals {
    pub(crate) renewals: Vec<Renewal>,
    /// Accounts of the request's session tokens, including expired ones.
    accounts: Vec<UserId>,
}

impl Renewals {
    /// The usable renewals: with a valid token those of its own session, else all.
    pub(crate) fn beside(mut self, who: Option<&SignedIn>) -> Self {
        self.renewals.retain(|renewal| who.is_none_or(|who| who.session == renewal.session));
        self
    }

    /// Whether a session of this account may be renewed: with expired tokens, only sessions of
    /// their accounts.
    pub(crate) fn admits(&self, user: UserId) -> bool {
        self.accounts.is_empty() || self.accounts.contains(&user)
    }
}

impl Renewal {
    pub(crate) fn new(session: SessionId, secret: [u8; 32]) -> Self {
        Self { session, secret }
    }

    fn parse(text: &str) -> Option<Self> {
        let (session, secret) = text.split_once('.')?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
        Some(Self { session: session.parse().ok()?, secret })
    }

    /// The cookie's value: the session's id and the secret in base64url.
    pub(crate) fn text(&self) -> String {
        format!("{}.{}", self.session, URL_SAFE_NO_PAD.encode(self.secret))
    }

    /// SHA-256 of the secret: sufficient for 256 random bits.
    pub(crate) fn hash(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.secret))
    }
}

impl FromRequest for Renewals {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sessions = request.app_data::<Data<Sessions>>().into_iter();
        let texts = sessions.clone().flat_map(|sessions| sessions.cookie.renewals(request));
        let renewals = texts.filter_map(Renewal::parse).collect();
        let accounts = sessions.flat_map(|sessions| sessions.accounts_of(request)).collect();
        ready(Ok(Self { renewals, accounts }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_written_renewal_is_parsed() {
        let session: SessionId = "0123456789abcdef01234567".parse().unwrap();
        let renewal = Renewal::new(session, [0xa5; 32]);
        let text = renewal.text();
        assert_eq!(Renewal::parse(&text), Some(renewal.clone()));
        assert_eq!(format!("{renewal:?}"), "Renewal(…)");
        assert_ne!(renewal.hash(), Renewal::new(session, [0xa4; 32]).hash());
        for bad in ["", ".", &text[1..], &text[..text.len() - 1], &format!("{text}A"), "é"] {
            assert_eq!(Renewal::parse(bad), None, "{bad}");
        }
    }
}
