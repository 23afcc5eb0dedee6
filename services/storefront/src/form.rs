//! Submitted forms: their fields as text, and the errors beside them.

use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, dev};
use futures::future::{FutureExt as _, LocalBoxFuture};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::language::Language;
use crate::problem::{FieldError, Problem};

/// Maximum bytes of a form: the longest description, percent-encoded, with the other fields.
const BYTES_MAX: usize = 256 * 1024;

/// Time for the bytes of a form, as for other bodies.
const ARRIVAL_MAX: Duration = Duration::from_secs(10);

/// Maximum fields of a form: the largest order, twice.
const FIELDS_MAX: usize = 200;

/// The problem code of commands that need a verified address.
const ADDRESS_UNVERIFIED: &str = "address_unverified";

/// A form as it was submitted, or as it is shown at first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    errors: Vec<FieldError>,
    /// Whether the command may have taken effect: a repeat needs the same key.
    is_uncertain: bool,
    /// The problem code of the refusal; empty without one.
    code: String,
}

impl Form {
    /// A form with these values.
    pub(crate) fn of<V: Into<String>>(fields: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        Self { fields: fields.collect(), ..Self::default() }
    }

    /// A form of bytes `a=1&b=2`. Errors: [`Failure::Invalid`].
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Failure> {
        let mut fields = Vec::new();
        for part in body.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
            let spaced: Vec<u8> = part.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
            let end = spaced.iter().position(|byte| *byte == b'=').unwrap_or(spaced.len());
            let (name, value) = spaced.split_at(end);
            let value = value.get(1..).unwrap_or_default();
            fields.push((decoded(name)?, decoded(value)?));
        }
        if fields.len() > FIELDS_MAX {
            return Err(Failure::Invalid("The form must have at most 200 fields"));
        }
        Ok(Self { fields, ..Self::default() })
    }

    /// The value of a field; empty without one.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// The value of a field that is not blank.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(known, _)| known == name);
        values.next().map(|(_, value)| value.as_str()).filter(|value| !value.trim().is_empty())
    }

    /// Whether a box is checked, or a choice is this one.
    pub(crate) fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    /// The fields whose names begin so: the rest of the name, and the value.
    pub(crate) fn with_prefix<'f>(
        &'f self,
        prefix: &'f str,
    ) -> impl Iterator<Item = (&'f str, &'f str)> {
        let fields = self.fields.iter();
        fields.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }

    /// The form with a value for a field.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    /// The form with an error beside a field, or above the form.
    pub(crate) fn with_error(mut self, field: Option<&str>, message: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: field.map(str::to_owned), message: message.into() });
        self
    }

    /// The form with the problem code of a refusal.
    pub(crate) fn with_code(self, code: &str) -> Self {
        Self { code: code.to_owned(), ..self }
    }

    /// Whether the command was refused because the e-mail address of the account is not verified.
    pub(crate) fn needs_verification(&self) -> bool {
        self.code == ADDRESS_UNVERIFIED
    }

    /// The form with the errors of a refusal; without any, with its explanation.
    pub(crate) fn with_problem(mut self, problem: &Problem) -> Self {
        if problem.errors.is_empty() {
            return self.with_error(None, problem.detail.clone());
        }
        self.errors.extend(problem.errors.iter().cloned());
        self
    }

    /// The form with the errors of a refusal that concerns its fields. Errors: every other
    /// failure, which has a page of its own.
    pub(crate) fn refused(self, t: Language, failure: Failure) -> Result<Self, Failure> {
        if failure.status().is_server_error() {
            let form = Self { is_uncertain: true, ..self };
            return Ok(form.with_error(None, t.outcome_unknown()));
        }
        match failure {
            Failure::Problem(problem)
                if matches!(problem.status, 400 | 402 | 403 | 409 | 413 | 422 | 429) =>
            {
                let mut problem = *problem;
                for error in &mut problem.errors {
                    error.message = t.rule(&error.message).unwrap_or_else(|| error.message.clone());
                }
                Ok(self.with_code(&problem.code).with_problem(&problem))
            }
            other => Err(other),
        }
    }

    /// The key of the next attempt: the same one while the outcome of the last is not known.
    pub(crate) fn next_key(&self, new: impl FnOnce() -> String) -> String {
        let kept = self.given("key").filter(|_| self.is_uncertain);
        kept.map_or_else(new, str::to_owned)
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The first error of a field; one of a part of it counts, such as `venue.name` of `venue`.
    pub(crate) fn error(&self, name: &str) -> Option<&str> {
        let mut errors = self.errors.iter();
        let found =
            errors.find(|error| error.field.as_deref().is_some_and(|field| is_of(field, name)));
        found.map(|error| error.message.as_str())
    }

    /// The errors that are beside no field of these names, which spaces separate; each with its
    /// field if it has one.
    pub(crate) fn other_errors(&self, shown: &str) -> Vec<String> {
        let is_shown = |error: &FieldError| {
            let mut names = shown.split_whitespace();
            error.field.as_deref().is_some_and(|field| names.any(|name| is_of(field, name)))
        };
        let text = |error: &FieldError| match &error.field {
            Some(field) => format!("{field}: {}", error.message),
            None => error.message.clone(),
        };
        self.errors.iter().filter(|error| !is_shown(error)).map(text).collect()
    }

    /// A JSON object of text fields that are given, under the same names.
    pub(crate) fn texts(&self, names: &[&str]) -> Map<String, Value> {
        let given = |name: &&str| Some(((*name).to_owned(), json!(self.given(name)?)));
        names.iter().filter_map(given).collect()
    }

    /// A number for the API: a JSON number if the text is one; otherwise the text, which the API
    /// rejects with the rule.
    pub(crate) fn number(&self, name: &str) -> Option<Value> {
        let text = self.given(name)?.trim().to_owned();
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number = is_number.then(|| serde_json::from_str(&text).ok()).flatten();
        Some(number.unwrap_or(Value::String(text)))
    }
}

/// Whether an error's field is the field of this name, or a part of it: `venue.name` of `venue`.
fn is_of(field: &str, name: &str) -> bool {
    field == name || field.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '[']))
}

fn decoded(text: &[u8]) -> Result<String, Failure> {
    let text = percent_encoding::percent_decode(text).decode_utf8();
    let text = text.map_err(|_| Failure::Invalid("The form must be UTF-8"))?;
    Ok(text.replace("\r\n", "\n"))
}

impl FromRequest for Form {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let too_long = || Failure::Invalid("The form must be at most 256 KiB");
        let body = actix_web::web::Payload::from_request(request, payload);
        async move {
            if !is_form {
                return Err(Failure::Invalid("The form must be application/x-www-form-urlencoded"));
            }
            let body = body.await.map_err(|_| Failure::Internal)?;
            let read = tokio::time::timeout(ARRIVAL_MAX, body.to_bytes_limited(BYTES_MAX)).await;
            let read = read.map_err(|_| web::Problem::new(web::Code::REQUEST_TIMEOUT))?;
            let read = read.map_err(|_| too_long())?;
            let body: Bytes = read.map_err(|_| Failure::Invalid("The form is incomplete"))?;
            Self::parse(&body)
        }
        .boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded_and_keeps_what_was_typed() {
        let form = Form::parse(b"title=A+%26+B&text=a%0D%0Ab&empty=&title=second").unwrap();
        assert_eq!(form.value("title"), "A & B");
        assert_eq!(form.value("text"), "a\nb");
        assert_eq!((form.given("empty"), form.value("missing")), (None, ""));
        assert!(Form::parse(b"a=%FF").is_err());
        assert!(Form::parse("a=1&".repeat(FIELDS_MAX + 1).as_bytes()).is_err());
    }

    #[test]
    fn numbers_reach_the_api_as_numbers_only_if_they_are() {
        let number = |text: &str| Form::of([("n", text)]).number("n").unwrap();
        assert_eq!(number("24.5"), json!(24.5));
        assert_eq!(number(" 7 "), json!(7));
        for text in ["1e9", "1,000", "-1", "0x1", "1.2.3", "twenty"] {
            assert!(number(text).is_string(), "{text}");
        }
    }

    #[test]
    fn an_error_is_beside_its_field_and_others_are_above() {
        let form = Form::default()
            .with_error(Some("venue.name"), "must be given")
            .with_error(Some("other"), "is wrong")
            .with_error(None, "is refused");
        assert_eq!(form.error("venue"), Some("must be given"));
        assert_eq!(form.error("ven"), None);
        assert_eq!(form.other_errors("venue"), ["other: is wrong", "is refused"]);
    }
}
