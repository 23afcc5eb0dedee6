//! Content codings that a browser accepts.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_ENCODING;

/// Whether `Accept-Encoding` names a coding without the quality 0 (RFC 9110, 12.5.3).
pub(crate) fn accepts(request: &HttpRequest, coding: &str) -> bool {
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| names(accepted, coding))
}

fn names(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|entry| {
        let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let quality = parameters.trim().strip_prefix("q=").and_then(|quality| quality.parse().ok());
        name.trim().eq_ignore_ascii_case(coding) && quality != Some(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_of_quality_zero_is_not_accepted() {
        for accepted in ["br", "gzip, BR", "gzip;q=0.5,br ; q=0.1"] {
            assert!(names(accepted, "br"), "{accepted}");
        }
        for accepted in ["", "gzip", "br;q=0", "br; q=0.000", "brotli"] {
            assert!(!names(accepted, "br"), "{accepted}");
        }
    }
}
