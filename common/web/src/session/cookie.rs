//! The cookies of a session: the token, which every service verifies; the secret that renews it.
//!
//! Over https both are `__Host-` cookies, which no other host and no page of plain http can set.
//! Such a cookie applies to every path, so every service receives the secret; only auth reads it.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;

/// Cookies of one name that are tried, one per path and domain; each costs a signature check.
const COOKIES_TRIED_MAX: usize = 8;

/// The names and attributes of the session cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    /// `__Host-session` and `__Host-renewal`, with `Secure`: over https.
    Secure,
    /// `session` and `renewal`: over plain http, for local use.
    Plain,
}

impl CookieKind {
    /// The name of the cookie that carries the token.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.either("__Host-session", "session")
    }

    const fn either(self, secure: &'static str, plain: &'static str) -> &'static str {
        match self {
            Self::Secure => secure,
            Self::Plain => plain,
        }
    }

    const fn renewal_name(self) -> &'static str {
        self.either("__Host-renewal", "renewal")
    }

    const fn device_name(self) -> &'static str {
        self.either("__Host-device", "device")
    }

    const fn secure(self) -> &'static str {
        self.either("; Secure", "")
    }

    /// The `Set-Cookie` value that stores the token.
    #[must_use]
    pub fn set(self, token: &str, max_age: Duration) -> String {
        self.set_other(self.name(), token, max_age)
    }

    /// The `Set-Cookie` value of another cookie for every service.
    pub(crate) fn set_other(self, name: &str, value: &str, max_age: Duration) -> String {
        let (secure, age) = (self.secure(), max_age.as_secs());
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
    }

    /// The `Set-Cookie` value that deletes the token.
    #[must_use]
    pub fn clear(self) -> String {
        self.set("", Duration::ZERO)
    }

    /// The `Set-Cookie` value that stores the renewal secret.
    #[must_use]
    pub fn set_renewal(self, secret: &str, max_age: Duration) -> String {
        self.set_strict(self.renewal_name(), secret, max_age)
    }

    fn set_strict(self, name: &str, secret: &str, max_age: Duration) -> String {
        let (secure, age) = (self.secure(), max_age.as_secs());
        format!("{name}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}")
    }

    /// The `Set-Cookie` value that deletes the renewal secret.
    #[must_use]
    pub fn clear_renewal(self) -> String {
        self.set_renewal("", Duration::ZERO)
    }

    /// The `Set-Cookie` value that makes a device familiar to auth.
    #[must_use]
    pub fn set_device(self, secret: &str, max_age: Duration) -> String {
        self.set_strict(self.device_name(), secret, max_age)
    }

    /// The device secrets that a request carries.
    pub fn devices(self, request: &HttpRequest) -> impl Iterator<Item = &str> {
        named(request, self.device_name())
    }

    /// Whether a request has a cookie of a session, valid or not.
    #[must_use]
    pub fn is_in(self, request: &HttpRequest) -> bool {
        self.tokens(request).next().is_some() || self.renewals(request).next().is_some()
    }

    /// The tokens of a request. A stale or foreign cookie in front must not sign its user out.
    pub fn tokens(self, request: &HttpRequest) -> impl Iterator<Item = &str> {
        named(request, self.name())
    }

    /// The renewal secrets of a request, likewise.
    pub fn renewals(self, request: &HttpRequest) -> impl Iterator<Item = &str> {
        named(request, self.renewal_name())
    }
}

/// The non-empty values of cookies of this name, up to [`COOKIES_TRIED_MAX`].
fn named<'r>(request: &'r HttpRequest, wanted: &'static str) -> impl Iterator<Item = &'r str> {
    let named = cookies(request).filter(move |(name, _)| *name == wanted);
    named.map(|(_, value)| value).filter(|value| !value.is_empty()).take(COOKIES_TRIED_MAX)
}

/// The cookies of a request: name and value.
pub fn cookies(request: &HttpRequest) -> impl Iterator<Item = (&str, &str)> {
    let cookies = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let cookies = cookies.flat_map(|cookies| cookies.split(';'));
    cookies.filter_map(|cookie| cookie.trim().split_once('='))
}
