//! The declared type of a body: JSON in UTF-8 without a content coding. Parameters of the media
//! type have no meaning (RFC 8259, 11), except a `charset` other than UTF-8, which is rejected.
//!
//! Browsers send such a body across sites only after a preflight request (OWASP CSRF cheat sheet).

use actix_web::HttpRequest;
use actix_web::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING,
};

use crate::request::extract;
use crate::{Code, Problem};

const JSON: &str = "application/json";

/// Accepts a body declared as JSON in UTF-8 without a content coding; others receive 415, and
/// `Accept` or `Accept-Encoding` names the accepted one (RFC 9110, 15.5.16).
pub(crate) fn check_json(request: &HttpRequest) -> Result<(), Problem> {
    let declared = only(request, &CONTENT_TYPE).and_then(MediaType::parse);
    let declared = declared.filter(|declared| declared.essence.eq_ignore_ascii_case(JSON));
    let Some(declared) = declared else {
        return Err(Problem::new(Code::UNSUPPORTED_MEDIA_TYPE).header("Accept", JSON));
    };
    if !declared.is_utf_8 {
        let rule = "The charset of the body must be UTF-8";
        let problem = Problem::new(Code::UNSUPPORTED_MEDIA_TYPE).header("Accept", JSON);
        return Err(problem.detail(rule));
    }
    if !is_uncompressed(request) {
        let rule = "The body must not be compressed: the only Content-Encoding is identity";
        let problem = Problem::new(Code::UNSUPPORTED_MEDIA_TYPE).detail(rule);
        return Err(problem.header("Accept-Encoding", "identity"));
    }
    Ok(())
}

/// The declared type of a body without a content coding, in lower case and without parameters.
pub(crate) fn declared(request: &HttpRequest) -> Option<String> {
    let declared = only(request, &CONTENT_TYPE).and_then(MediaType::parse)?;
    is_uncompressed(request).then(|| declared.essence.to_ascii_lowercase())
}

fn is_uncompressed(request: &HttpRequest) -> bool {
    let is_plain =
        |coding: &str| coding.trim().is_empty() || coding.trim().eq_ignore_ascii_case("identity");
    let is_declared = request.headers().contains_key(CONTENT_ENCODING);
    !is_declared || only(request, &CONTENT_ENCODING).is_some_and(is_plain)
}

/// No body, or an ignored one. A body that a form of another site could send is rejected here too:
/// 415 if a body, empty or not, is declared as anything but JSON, or is not declared.
#[derive(Debug, Clone, Copy)]
pub struct NoBody;

extract!(NoBody, Problem, |request| {
    let headers = request.headers();
    let is_empty = headers.get(CONTENT_LENGTH).is_none_or(|length| length == "0")
        && !headers.contains_key(TRANSFER_ENCODING);
    let is_undeclared = headers.get(CONTENT_TYPE).is_none_or(HeaderValue::is_empty);
    let checked = if is_empty && is_undeclared { Ok(()) } else { check_json(request) };
    checked.map(|()| Self)
});

/// The value of a header that occurs once.
fn only<'r>(request: &'r HttpRequest, name: &HeaderName) -> Option<&'r str> {
    let mut values = request.headers().get_all(name);
    let first = values.next().and_then(|value| value.to_str().ok());
    first.filter(|_| values.next().is_none())
}

struct MediaType<'h> {
    /// `application/json`
    essence: &'h str,
    /// Whether no parameter names another charset.
    is_utf_8: bool,
}

impl<'h> MediaType<'h> {
    /// `None` for another text (RFC 9110, 8.3.1, 5.6.6). A parameter may be empty (`a/b;`).
    fn parse(declared: &'h str) -> Option<Self> {
        let (essence, mut rest) = declared.split_once(';').unwrap_or((declared, ""));
        let mut is_utf_8 = true;
        while !rest.is_empty() {
            let (parameter, others) = next_parameter(rest)?;
            rest = others;
            let parameter = parameter.trim_matches([' ', '\t']);
            if parameter.is_empty() {
                continue;
            }
            let (name, value) = parameter.split_once('=')?;
            let is_quoted = value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
            if !is_token(name) || !(is_token(value) || is_quoted) {
                return None;
            }
            is_utf_8 &= !name.eq_ignore_ascii_case("charset") || names_utf_8(value);
        }
        Some(Self { essence: essence.trim_matches([' ', '\t']), is_utf_8 })
    }
}

/// The text up to the next unquoted `;`, and the text after it; `None` if a quote is not closed.
fn next_parameter(text: &str) -> Option<(&str, &str)> {
    let (mut in_quotes, mut is_escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if in_quotes => is_escaped = true,
            '"' => in_quotes = !in_quotes,
            ';' if !in_quotes => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    (!in_quotes).then_some((text, ""))
}

fn is_token(text: &str) -> bool {
    let is_of_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(is_of_token)
}

/// Whether a charset is UTF-8, which also has the label `utf8` (WHATWG Encoding Standard, 4.2).
fn names_utf_8(charset: &str) -> bool {
    let charset = charset.trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}
