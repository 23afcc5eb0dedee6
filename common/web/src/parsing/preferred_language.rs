//! The language of a request.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;
use contract::Language;

/// The first known language of `Accept-Language`, else English.
#[must_use]
pub fn preferred_language(request: &HttpRequest) -> Language {
    let accepted = request.headers().get_all(ACCEPT_LANGUAGE);
    let accepted = accepted.filter_map(|value| value.to_str().ok());
    Language::preferred(accepted.flat_map(|value| value.split(','))).unwrap_or_default()
}
