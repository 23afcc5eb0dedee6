//! CORS (Fetch Standard, 3.2) for exactly the configured origins; off by default.
//!
//! The same list serves the check against cross-site requests ([`crate::edge`]), so an origin reads
//! and writes, or neither. Preflight requests pass the limits, the metrics and the headers of every
//! other request, which a separate middleware in front of them would not.

use std::sync::Arc;

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use actix_web::http::{Method, Uri};
use actix_web::{HttpRequest, HttpResponse};

/// Maximum origins: shops, administration, staging.
const ORIGINS_MAX: usize = 32;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE");

/// Request headers that a page may send beside those that browsers allow anyway.
const REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent");

/// Response headers that a page may read beside those that browsers show anyway.
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "ETag, Link, Location, Retry-After, WWW-Authenticate, X-Request-Id, Allow, Accept, Accept-Encoding",
);

/// Seconds for which browsers cache a preflight response: a removed origin loses reading
/// then at the latest, and writing at once.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origins whose pages may use the API with the cookies of their user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorsOrigins(Arc<[HeaderValue]>);

impl CorsOrigins {
    /// Parses origins separated by commas; a blank text gives none.
    ///
    /// # Errors
    /// The rule that an origin violates.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let texts: Vec<&str> = text.split(',').map(str::trim).collect();
        if texts == [""] {
            return Ok(Self::default());
        }
        if texts.len() > ORIGINS_MAX {
            return Err("must be at most 32 origins");
        }
        let origins: Result<Vec<HeaderValue>, _> = texts.into_iter().map(origin).collect();
        Ok(Self(origins?.into()))
    }

    fn admitted(&self, request: &HttpRequest) -> Option<&HeaderValue> {
        if self.0.is_empty() {
            return None;
        }
        let mut given = request.headers().get_all(ORIGIN);
        let origin = given.next().filter(|_| given.next().is_none())?;
        self.0.iter().find(|known| *known == origin)
    }

    /// Whether a request comes from a page of a listed origin.
    pub(crate) fn admit(&self, request: &HttpRequest) -> bool {
        self.admitted(request).is_some()
    }

    pub(crate) fn grant(&self, request: &HttpRequest) -> Grant {
        if self.0.is_empty() { Grant::Off } else { Grant::On(self.admitted(request).cloned()) }
    }
}

/// Cross-origin access to a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Grant {
    /// CORS is off.
    Off,
    /// On: access for the origin of the request if it is listed, otherwise none.
    On(Option<HeaderValue>),
}

impl Grant {
    /// The response to the preflight request of a listed origin.
    pub(crate) fn preflight(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let is_preflight = *request.method() == Method::OPTIONS
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !is_preflight || !matches!(self, Self::On(Some(_))) {
            return None;
        }
        let mut response = HttpResponse::NoContent();
        response.insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS));
        response.insert_header((ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS));
        Some(response.insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE)).finish())
    }

    pub(crate) fn add_to(self, headers: &mut HeaderMap) {
        let Self::On(origin) = self else { return };
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        }
    }
}

/// An origin as browsers write it: in lower case, without the default port (WHATWG HTML, 7.1.1).
fn origin(text: &str) -> Result<HeaderValue, &'static str> {
    let rule = "must be origins such as https://shop.example, separated by commas, without a path";
    if text.contains('*') {
        return Err(
            "must name each origin, such as https://shop.example: * would let every site act for a signed-in user",
        );
    }
    let uri: Uri = text.parse().map_err(|_| rule)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(rule);
    };
    let (scheme, host) = (scheme.to_ascii_lowercase(), authority.host().to_ascii_lowercase());
    let default = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return Err(rule),
    };
    let has_more = text.len() != scheme.len() + "://".len() + authority.as_str().len();
    let has_invalid_port = authority.port_u16().is_none() && authority.as_str() != authority.host();
    if has_more || has_invalid_port || host.is_empty() || authority.as_str().contains('@') {
        return Err(rule);
    }
    let port = authority.port_u16().filter(|port| *port != default);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    HeaderValue::try_from(format!("{scheme}://{host}{port}")).map_err(|_| rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_normalised_as_browsers_write_them() {
        for (text, expected) in [
            ("", vec![]),
            ("https://shop.example", vec!["https://shop.example"]),
            (
                " HTTPS://Shop.Example:443 ,http://localhost:5173",
                vec!["https://shop.example", "http://localhost:5173"],
            ),
            (
                "http://[::1]:80,https://a.example:8443",
                vec!["http://[::1]", "https://a.example:8443"],
            ),
        ] {
            let read = CorsOrigins::parse(text).map(|origins| {
                origins.0.iter().map(|origin| origin.to_str().unwrap_or("").to_owned()).collect()
            });
            let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(read, Ok(expected), "{text}");
        }
    }

    #[test]
    fn invalid_origins_are_rejected_and_a_wildcard_with_its_own_reason() {
        for wildcard in ["*", "https://*.example", "https://a.example,*"] {
            assert!(
                CorsOrigins::parse(wildcard).is_err_and(|rule| rule.contains('*')),
                "{wildcard}"
            );
        }
        for bad in [
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://shop.example/path",
            "https://shop.example?q",
            "https://ann@shop.example",
            "https://shop.example:x",
            "https://shop.example:99999",
            "ftp://shop.example",
            "null",
            "https://a.example,",
            "https://a.example b.example",
        ] {
            assert!(CorsOrigins::parse(bad).is_err(), "{bad}");
        }
    }
}
