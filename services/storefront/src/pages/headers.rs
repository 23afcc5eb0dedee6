//! The headers of pages.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
};

/// The policy of pages: their own style sheet, script and pictures; no inline script, no strings as
/// code, no frames, no forms to other sites.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     manifest-src 'self'; require-trusted-types-for 'script'; trusted-types boxoffice";

/// The header of the rights of a page to devices.
pub(super) const PERMISSIONS_POLICY: &str = "permissions-policy";

/// Adds the headers of a page whose path contains the secret of a mailed link: the path appears in
/// no `Referer` and in no index.
pub(super) fn add_of_link(headers: &mut HeaderMap) {
    // Not `no-referrer`, with which browsers send `Origin: null` with the form of the page.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
}

/// Adds the headers of pages. Those of a 304 replace the headers of the page in the browser's cache.
pub(super) fn add(status: StatusCode, headers: &mut HeaderMap) {
    let is_unchanged = status == StatusCode::NOT_MODIFIED;
    let kind = headers.get(CONTENT_TYPE);
    if is_unchanged || kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        if !headers.contains_key(CONTENT_SECURITY_POLICY) {
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        }
        let permissions = HeaderName::from_static(PERMISSIONS_POLICY);
        if !headers.contains_key(&permissions) {
            let none = HeaderValue::from_static("geolocation=(), microphone=(), camera=()");
            headers.insert(permissions, none);
        }
    }
    if !headers.contains_key(REFERRER_POLICY) {
        // With `no-referrer` browsers would send `Origin: null` with forms.
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    }
}
