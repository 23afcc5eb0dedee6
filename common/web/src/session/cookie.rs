//! The cookie that carries the token.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;

/// Which cookie carries the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    /// `__Host-session` with `Secure`: over https.
    Secure,
    /// `session`: over plain http, for local use.
    Plain,
}

impl CookieKind {
    /// The cookie's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-session",
            Self::Plain => "session",
        }
    }

    const fn secure(self) -> &'static str {
        match self {
            Self::Secure => "; Secure",
            Self::Plain => "",
        }
    }

    /// The `Set-Cookie` value that gives a browser the token.
    #[must_use]
    pub fn set(self, token: &str, max_age: Duration) -> String {
        let (name, secure, age) = (self.name(), self.secure(), max_age.as_secs());
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
    }

    /// The `Set-Cookie` value that takes the token from a browser.
    #[must_use]
    pub fn clear(self) -> String {
        let (name, secure) = (self.name(), self.secure());
        format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}")
    }

    /// The token that a request carries.
    #[must_use]
    pub fn token(self, request: &HttpRequest) -> Option<&str> {
        let cookies = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(name, _)| *name == self.name())
            .map(|(_, token)| token)
            .filter(|token| !token.is_empty())
    }
}
