//! The cookie of a device: a random secret that a browser keeps after a sign-in, so that guesses of strangers and floods of
//! sign-ins do not keep its owner out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
//!
//! The cookie is no proof of identity: a sign-in needs the password. The store has a hash of the cookie together with each e-mail address
//! that has signed in with it, so it has no effect for another account.

use std::fmt;

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sources::Ids;
use web::Answer;

use crate::Ports;
use crate::domain::devices::DEVICE_KEPT;

/// The secret of a device. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DeviceCookie([u8; 32]);

impl DeviceCookie {
    /// The cookies of a request, in its order; other text in a cookie of that name is ignored.
    pub(crate) fn all_of(request: &HttpRequest, ports: &Ports) -> Vec<Self> {
        ports.sessions.cookie.devices(request).filter_map(Self::parse).collect()
    }

    /// A cookie for a browser that has none.
    pub(crate) fn new(ids: &Ids) -> Self {
        Self(ids.random_bytes())
    }

    fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// What it is hashed from.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Gives it to the browser on which its owner has signed in.
    pub(crate) fn set(&self, ports: &Ports, answer: Answer) -> Answer {
        answer.header("Set-Cookie", ports.sessions.cookie.set_device(&self.text(), DEVICE_KEPT))
    }
}

impl fmt::Debug for DeviceCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceCookie(…)")
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
