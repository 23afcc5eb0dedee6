//! Checks before routing: oversized requests and cross-site requests are rejected.

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use actix_web::http::uri::Authority;
use actix_web::http::{Method, Uri};
use actix_web::web::Data;

use crate::session::{CookieKind, Sessions};
use crate::{Code, Problem};

/// Maximum bytes of a path and its query: the longest useful search, with a cursor, has 1,500.
pub const URI_BYTES_MAX: usize = 8 * 1024;

/// Maximum bytes of the names and values of all headers: a token has some 500, a browser's other
/// cookies seldom 8 KiB. The HTTP library accepts 96 headers and 128 KiB, and rejects larger heads
/// with a bare 431.
pub const HEADERS_BYTES_MAX: usize = 16 * 1024;

/// The reason to reject a request before its handler.
pub(crate) fn refusal(request: &HttpRequest) -> Option<Problem> {
    if request.uri().path_and_query().map_or(0, |uri| uri.as_str().len()) > URI_BYTES_MAX {
        let rule = format!("The path and the query must be at most {URI_BYTES_MAX} bytes");
        return Some(Problem::new(Code::URI_TOO_LONG).detail(rule));
    }
    let header_bytes =
        |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len();
    if request.headers().iter().map(header_bytes).sum::<usize>() > HEADERS_BYTES_MAX {
        let rule = format!("The headers must be at most {HEADERS_BYTES_MAX} bytes");
        return Some(Problem::new(Code::HEADERS_TOO_LARGE).detail(rule));
    }
    is_cross_site(request).then(|| Problem::new(Code::CROSS_SITE))
}

/// Whether the request is cross-site (OWASP CSRF cheat sheet: Fetch Metadata, else `Origin`;
/// current browsers send one of them at least). The origins of `CORS_ORIGINS` count as this site.
fn is_cross_site(request: &HttpRequest) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let origins = request.app_data::<Data<Sessions>>().map(|sessions| &sessions.cors_origins);
    if origins.is_some_and(|origins| origins.admit(request)) {
        return false;
    }
    let header = |name: HeaderName| request.headers().get(name).map(HeaderValue::as_bytes);
    match header(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => !matches!(site, b"same-origin" | b"none"),
        None => {
            header(ORIGIN).is_some_and(|origin| !is_own(origin, host(request), schemes(request)))
        }
    }
}

/// The host of a request: that of the target prevails over `Host` (RFC 9112, 3.2.2).
fn host(request: &HttpRequest) -> Option<&[u8]> {
    let of_target = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    of_target.or_else(|| request.headers().get(HOST).map(HeaderValue::as_bytes))
}

/// The schemes of this site: with `Secure` cookies, an origin of plain http is another site.
fn schemes(request: &HttpRequest) -> &'static [&'static str] {
    match request.app_data::<Data<Sessions>>().map(|sessions| sessions.cookie) {
        Some(CookieKind::Secure) => &["https"],
        Some(CookieKind::Plain) | None => &["https", "http"],
    }
}

/// Whether an `Origin` is the request's site. A TLS proxy must pass `Host` on unchanged.
fn is_own(origin: &[u8], host: Option<&[u8]>, schemes: &[&str]) -> bool {
    let origin: Option<Uri> = std::str::from_utf8(origin).ok().and_then(|text| text.parse().ok());
    let host = host.and_then(|host| std::str::from_utf8(host).ok());
    let (Some(origin), Some(host)) = (origin, host) else { return false };
    let site = origin.authority().map(Authority::as_str);
    site.is_some_and(|site| site.eq_ignore_ascii_case(host))
        && origin.scheme_str().is_some_and(|scheme| schemes.contains(&scheme))
}
