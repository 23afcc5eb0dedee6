//! Device cookie: a random secret that a browser stores after a sign-in, so that password guesses
//! and floods of sign-ins from other devices do not lock out the account's owner (OWASP, "Slow Down
//! Online Guessing Attacks with Device Cookies").
//!
//! The cookie does not authenticate: a sign-in requires the password. The store has a hash of the
//! cookie and the e-mail address for each address that has signed in with it, so it has no effect
//! for another account.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sources::Ids;
use web::Response;

use crate::Ports;
use crate::domain::devices::DEVICE_KEPT;

/// The secret of a device. `Debug` hides it.
#[derive(derive_more::Debug, Clone, PartialEq, Eq)]
#[debug("DeviceCookie(…)")]
pub(crate) struct DeviceCookie([u8; 32]);

impl DeviceCookie {
    /// The valid device cookies of a request, in its order.
    pub(crate) fn all_of(request: &HttpRequest, ports: &Ports) -> Vec<Self> {
        ports.sessions.cookie.devices(request).filter_map(Self::parse).collect()
    }

    /// A random cookie, for a browser without one.
    pub(crate) fn new(ids: &Ids) -> Self {
        Self(ids.random_bytes())
    }

    fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// Text of the cookie, the input of its hash.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Adds the cookie to the response of a sign-in.
    pub(crate) fn set(&self, ports: &Ports, response: Response) -> Response {
        response.header("Set-Cookie", ports.sessions.cookie.set_device(&self.text(), DEVICE_KEPT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_as_it_was_written_and_is_not_shown() {
        let cookie = DeviceCookie([0xa5; 32]);
        let text = cookie.text();
        assert_eq!(DeviceCookie::parse(&text), Some(cookie.clone()));
        assert_eq!(format!("{cookie:?}"), "DeviceCookie(…)");
        for bad in ["", "A", &text[1..], &format!("{text}A"), "é"] {
            assert_eq!(DeviceCookie::parse(bad), None, "{bad}");
        }
    }
}
