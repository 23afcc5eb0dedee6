//! Entity tags, and the preconditions `If-Match` and `If-None-Match` (RFC 9110, 13.1).
//!
//! The tag of a representation is the version of its resource, if any, and a hash of its bytes:
//! `"3-5feceb66ffc86f38"`. It changes with every byte, also with each sale. `"3"` names the version
//! alone, which sales do not change. See `docs/decisions/0013-preconditions.md`.

use actix_web::HttpRequest;
use actix_web::http::header::{EntityTag, HeaderName, IF_MATCH, IF_NONE_MATCH};

use crate::parsing::canonical::short_hash;
use crate::request::extract;
use crate::{Code, Problem, Response};

/// The tag of a representation: of its version, where it has one, and of its bytes.
pub(crate) fn tag(version: Option<u64>, body: &str) -> EntityTag {
    let hash = short_hash(body);
    EntityTag::new_strong(match version {
        Some(version) => format!("{version}-{hash}"),
        None => hash,
    })
}

/// Whether a tag names this version, whatever the bytes of the representation.
fn is_version(tag: &EntityTag, version: u64) -> bool {
    let is_number = tag.tag().bytes().all(|b| b.is_ascii_digit());
    is_number && tag.tag().parse() == Ok(version)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    /// `*`
    Any,
    /// A list of tags.
    Listed(Vec<EntityTag>),
}

impl Tags {
    /// The tags of all lines of a header; `None` without the header.
    fn of(request: &HttpRequest, header: &HeaderName) -> Result<Option<Self>, Problem> {
        if !request.headers().contains_key(header) {
            return Ok(None);
        }
        let lines = request.headers().get_all(header).map(|line| line.to_str().unwrap_or("?"));
        let text = lines.collect::<Vec<_>>().join(",");
        let invalid = || {
            let name = if header == IF_MATCH { "If-Match" } else { "If-None-Match" };
            let rule = "must be an ETag such as \"3-5feceb66ffc86f38\", a list of them, or *";
            Problem::new(Code::INVALID_REQUEST).error(name, rule)
        };
        Self::parse(&text).map(Some).ok_or_else(invalid)
    }

    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Any);
        }
        let mut tags = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            // A tag may contain commas.
            let opening = rest.find('"')?;
            let closing = opening + 1 + rest.get(opening + 1..)?.find('"')?;
            tags.push(rest.get(..=closing)?.parse().ok()?);
            rest = rest.get(closing + 1..)?.trim_start_matches([' ', '\t']);
            if !rest.is_empty() && !rest.starts_with(',') {
                return None;
            }
        }
        (!tags.is_empty()).then_some(Self::Listed(tags))
    }

    fn any(&self, is_it: impl Fn(&EntityTag) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.iter().any(is_it),
        }
    }
}

/// The preconditions of a request; 400 `invalid_request` if a header is not a list of tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preconditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

/// The resource does not meet the precondition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the current version {version} does not meet the precondition")]
pub struct PreconditionFailed {
    /// The current version.
    pub version: u64,
}

impl Preconditions {
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let if_match = Tags::of(request, &IF_MATCH)?;
        Ok(Self { if_match, if_none_match: Tags::of(request, &IF_NONE_MATCH)? })
    }

    /// Checks the preconditions against the current version; a weak tag never meets `If-Match`.
    ///
    /// # Errors
    /// [`PreconditionFailed`]
    pub fn check(
        &self,
        version: u64,
        shown: impl FnOnce() -> Response,
    ) -> Result<(), PreconditionFailed> {
        if self.if_match.is_none() && self.if_none_match.is_none() {
            return Ok(());
        }
        let present = shown().tag();
        let is_matched = |tags: &Tags| {
            tags.any(|tag| tag.strong_eq(&present) || !tag.weak && is_version(tag, version))
        };
        let is_excluded =
            |tags: &Tags| tags.any(|tag| tag.weak_eq(&present) || is_version(tag, version));
        let holds = self.if_match.as_ref().is_none_or(is_matched)
            && !self.if_none_match.as_ref().is_some_and(is_excluded);
        if holds { Ok(()) } else { Err(PreconditionFailed { version }) }
    }
}

extract!(Preconditions, Problem, |request| Self::of(request));

impl From<PreconditionFailed> for Problem {
    fn from(_: PreconditionFailed) -> Self {
        Self::new(Code::PRECONDITION_FAILED)
    }
}

/// The outcome of a read with preconditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// 200 with the representation.
    Show,
    /// 304: the client's copy is current.
    NotModified,
    /// 412: the client expects another representation.
    Failed,
}

/// Compares the current tag of a representation with the tags of the request: strongly for
/// `If-Match`, weakly for `If-None-Match`. A header that is not a list of tags matches nothing.
pub(crate) fn read(request: &HttpRequest, present: impl FnOnce() -> EntityTag) -> Read {
    let headers = request.headers();
    if !headers.contains_key(IF_MATCH) && !headers.contains_key(IF_NONE_MATCH) {
        return Read::Show;
    }
    let tags = |header| Tags::of(request, header).unwrap_or(Some(Tags::Listed(Vec::new())));
    let present = present();
    if tags(&IF_MATCH).is_some_and(|tags| !tags.any(|tag| tag.strong_eq(&present))) {
        return Read::Failed;
    }
    if tags(&IF_NONE_MATCH).is_some_and(|tags| tags.any(|tag| tag.weak_eq(&present))) {
        return Read::NotModified;
    }
    Read::Show
}

/// Rejects a precondition that a changing route does not evaluate. `If-Match: *` holds for any
/// existing resource.
pub(crate) fn unsupported(request: &HttpRequest) -> Option<Problem> {
    let headers = request.headers();
    let is_compared = |name| headers.get_all(name).any(|value| value.as_bytes() != b"*");
    let header = if is_compared(IF_MATCH) {
        "If-Match"
    } else if headers.contains_key(IF_NONE_MATCH) {
        "If-None-Match"
    } else {
        return None;
    };
    let rule = "is not supported by this request";
    Some(Problem::new(Code::PRECONDITION_FAILED).error(header, rule))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn preconditions(headers: &[(&str, &str)]) -> Result<Preconditions, u16> {
        let mut request = TestRequest::default();
        for header in headers {
            request = request.append_header(*header);
        }
        let read = Preconditions::of(&request.to_http_request());
        read.map_err(|problem| problem.code().status.as_u16())
    }

    fn shown() -> Response {
        Response::ok(&"shown").tagged(3)
    }

    fn holds(header: &str, value: &str) -> Result<bool, u16> {
        preconditions(&[(header, value)]).map(|read| read.check(3, shown).is_ok())
    }

    #[test]
    fn a_change_is_compared_with_the_tag_or_with_the_version_alone() {
        let tag = shown().tag().to_string();
        let before_a_sale = Response::ok(&"shown before").tagged(3).tag().to_string();
        for (value, expected) in [
            (tag.as_str(), true),
            ("*", true),
            ("\"3\"", true),
            ("\"1\", \"3\"", true),
            (&format!("\"1\",\"2\" , , {tag}"), true),
            ("\"a,b\", \"3\"", true),
            (&format!("W/\"3\", W/{tag}, {tag}"), true),
            (&before_a_sale, false),
            (&format!("W/{tag}"), false),
            ("W/\"3\"", false),
            ("\"2\"", false),
            ("\"33\"", false),
            ("\"\"", false),
            ("\"-3\"", false),
            ("\"+3\"", false),
            ("\"3-\"", false),
            ("\"18446744073709551616\"", false),
        ] {
            assert_eq!(holds("If-Match", value), Ok(expected), "{value}");
        }
        let lines = [("If-Match", "\"1\""), ("If-Match", "\"3\"")];
        assert_eq!(preconditions(&lines).map(|read| read.check(3, shown).is_ok()), Ok(true));
        for (value, expected) in [
            ("*", false),
            (tag.as_str(), false),
            (&format!("W/{tag}"), false),
            ("\"3\"", false),
            ("W/\"3\"", false),
            ("\"2\"", true),
            (&before_a_sale, true),
        ] {
            assert_eq!(holds("If-None-Match", value), Ok(expected), "{value}");
        }
        assert_eq!(preconditions(&[]).map(|read| read.check(3, shown)), Ok(Ok(())));
    }

    #[test]
    fn invalid_lists_of_tags_are_rejected() {
        for value in
            ["", "3", "three", "\"3", "3\"", "w/\"3\"", "*, \"3\"", "\"3\" \"4\"", "\"3\"x"]
        {
            assert_eq!(preconditions(&[("If-Match", value)]), Err(400), "{value}");
            assert_eq!(preconditions(&[("If-None-Match", value)]), Err(400), "{value}");
        }
    }

    #[test]
    fn a_read_is_compared_with_the_whole_tag() {
        let present = tag(Some(3), "{}");
        let strong = present.to_string();
        let response = |name: &str, value: &str| {
            let request = TestRequest::default().insert_header((name, value)).to_http_request();
            read(&request, || present.clone())
        };
        let weak = format!("W/{strong}");
        for same in [strong.as_str(), &weak, "*", &format!("\"x\", {weak}")] {
            assert_eq!(response("If-None-Match", same), Read::NotModified, "{same}");
        }
        for other in ["\"3\"", "\"3-0123456789abcdef\"", "nonsense", ""] {
            assert_eq!(response("If-None-Match", other), Read::Show, "{other}");
            assert_eq!(response("If-Match", other), Read::Failed, "{other}");
        }
        assert_eq!(response("If-Match", &strong), Read::Show);
        assert_eq!(response("If-Match", &weak), Read::Failed);
        assert_ne!(tag(Some(3), "{} "), present);
    }
}
