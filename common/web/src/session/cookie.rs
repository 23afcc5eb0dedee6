//! The cookies of a session: one carries the token, to every service; the other the secret that auth renews it for, to auth only.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;

/// Where the renewal cookie is sent: to auth's routes, and to no other service.
const RENEWAL_PATH: &str = "/api/users";

/// Which cookies carry a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    /// `__Host-session` and `__Secure-renewal`, with `Secure`: over https.
    Secure,
    /// `session` and `renewal`: over plain http, for local use.
    Plain,
}

impl CookieKind {
    /// The name of the cookie that carries the token.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-session",
            Self::Plain => "session",
        }
    }

    /// The name of the cookie that carries the renewal secret.
    #[must_use]
    pub const fn renewal_name(self) -> &'static str {
        match self {
            Self::Secure => "__Secure-renewal",
            Self::Plain => "renewal",
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
        self.set_other(self.name(), token, max_age)
    }

    /// The `Set-Cookie` value of another cookie that every service gets.
    pub(crate) fn set_other(self, name: &str, value: &str, max_age: Duration) -> String {
        let (secure, age) = (self.secure(), max_age.as_secs());
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
    }

    /// The `Set-Cookie` value that takes the token from a browser.
    #[must_use]
    pub fn clear(self) -> String {
        self.set("", Duration::ZERO)
    }

    /// The `Set-Cookie` value that gives a browser the renewal secret.
    #[must_use]
    pub fn set_renewal(self, secret: &str, max_age: Duration) -> String {
        let (name, secure, age) = (self.renewal_name(), self.secure(), max_age.as_secs());
        format!(
            "{name}={secret}; Path={RENEWAL_PATH}; HttpOnly; SameSite=Strict; Max-Age={age}{secure}"
        )
    }

    /// The `Set-Cookie` value that takes the renewal secret from a browser.
    #[must_use]
    pub fn clear_renewal(self) -> String {
        self.set_renewal("", Duration::ZERO)
    }

    /// The token that a request carries.
    #[must_use]
    pub fn token(self, request: &HttpRequest) -> Option<&str> {
        find(request, self.name())
    }

    /// The renewal secret that a request carries.
    #[must_use]
    pub fn renewal(self, request: &HttpRequest) -> Option<&str> {
        find(request, self.renewal_name())
    }
}

/// The first cookie of this name, if there is anything in it.
fn find<'r>(request: &'r HttpRequest, wanted: &str) -> Option<&'r str> {
    let found = cookies(request).find(|(name, _)| *name == wanted);
    found.map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// The cookies that a request carries, by name.
pub(crate) fn cookies(request: &HttpRequest) -> impl Iterator<Item = (&str, &str)> {
    let cookies = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let cookies = cookies.flat_map(|cookies| cookies.split(';'));
    cookies.filter_map(|cookie| cookie.trim().split_once('='))
}
