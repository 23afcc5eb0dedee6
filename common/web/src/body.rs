//! Request bodies: parsed field by field, so that every field that breaks a rule is named at once.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest};
use bytes::BytesMut;
use futures::StreamExt as _;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::code::Code;
use crate::idempotency::Call;
use crate::problem::{FieldError, Problem};

/// Bytes of a body at the most: the largest valid one, an offer with a full description, is under 24 KiB.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Fields of a body at the most, before it is refused unread.
const FIELDS_MAX: usize = 64;

/// A body that [`body!`](crate::body!) declared.
pub trait FromFields: Sized {
    /// Takes the fields it knows; `None` if any broke a rule, which `fields` has noted.
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self>;
}

/// Declares a request body: a struct whose fields are read one by one. A field's type is anything that serde can read
/// from the field's own JSON text and that says its rule in its error; an `Option` may be absent or `null`.
#[macro_export]
macro_rules! body {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, ::utoipa::ToSchema)]
        #[schema(rename_all = "camelCase")]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
        }

        impl $crate::body::FromFields for $name {
            fn from_fields(fields: &mut $crate::body::Fields<'_>) -> Option<Self> {
                $(let $field = fields.take::<$type>(stringify!($field));)*
                fields.refuse_others();
                Some(Self { $($field: $field?,)* })
            }
        }
    };
}

/// The fields of a JSON object, each as its own text.
#[derive(Debug)]
pub struct Fields<'b> {
    fields: Vec<(Cow<'b, str>, &'b RawValue)>,
    errors: Vec<FieldError>,
}

impl<'b> Fields<'b> {
    /// The fields of an object.
    ///
    /// # Errors
    /// `malformed_json` for text that is not JSON, `invalid_request` for JSON that is not an object.
    pub fn parse(json: &'b [u8]) -> Result<Self, Problem> {
        let malformed = |error: serde_json::Error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Problem::new(Code::MalformedJson).detail(format!("The body is not valid JSON: {place}"))
        };
        let text: &RawValue = serde_json::from_slice(json).map_err(malformed)?;
        let object: Object<'b> = serde_json::from_str(text.get()).map_err(|_| {
            Problem::new(Code::InvalidRequest).detail("The body must be a JSON object")
        })?;
        let mut fields = Self { fields: Vec::with_capacity(object.0.len()), errors: Vec::new() };
        for (name, value) in object.0 {
            if fields.fields.iter().any(|(known, _)| *known == name) {
                fields.note(&name, "must be given once only");
            } else {
                fields.fields.push((name, value));
            }
        }
        Ok(fields)
    }

    /// Takes the field of this Rust name (`starts_at` is `startsAt` in JSON); notes what is wrong with it.
    pub fn take<T: DeserializeOwned>(&mut self, rust_name: &str) -> Option<T> {
        let name = camel_case(rust_name);
        let at = self.fields.iter().position(|(known, _)| *known == name);
        let text = at.map(|at| self.fields.swap_remove(at).1.get());
        match serde_json::from_str(text.unwrap_or("null")) {
            Ok(value) => Some(value),
            Err(_) if text.is_none() => {
                self.note(&name, "is required");
                None
            }
            Err(error) => {
                self.note(&name, &rule(&error));
                None
            }
        }
    }

    /// Notes every field that nobody took.
    pub fn refuse_others(&mut self) {
        for (name, _) in std::mem::take(&mut self.fields) {
            self.note(&name, "is not a field of this request");
        }
    }

    fn note(&mut self, name: &str, message: &str) {
        let field = Some(name.chars().take(100).collect());
        self.errors.push(FieldError { message: message.to_owned(), field });
    }

    /// Reads a whole body.
    ///
    /// # Errors
    /// [`Problem`] that names every field that breaks a rule.
    pub fn read<T: FromFields>(json: &'b [u8]) -> Result<T, Problem> {
        let mut fields = Self::parse(json)?;
        let value = T::from_fields(&mut fields);
        match value {
            Some(value) if fields.errors.is_empty() => Ok(value),
            Some(_) | None => {
                fields.errors.sort_by(|a, b| a.field.cmp(&b.field));
                Err(Problem::invalid().errors(fields.errors))
            }
        }
    }
}

/// `startsAt` for `starts_at`.
fn camel_case(rust_name: &str) -> String {
    let mut name = String::with_capacity(rust_name.len());
    let mut words = rust_name.split('_');
    name.push_str(words.next().unwrap_or_default());
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// The rule that a value broke, from what serde says: without the place, and without the value itself.
fn rule(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(rule, _)| rule);
    match text.split_once(", expected ") {
        Some((found, "i64" | "u64" | "u32")) if found.starts_with("invalid ") => {
            "must be a whole number".to_owned()
        }
        Some((found, expected)) if found.starts_with("invalid ") => format!("must be {expected}"),
        Some(_) | None => text.to_owned(),
    }
}

struct Object<'b>(Vec<(Cow<'b, str>, &'b RawValue)>);

impl<'de: 'b, 'b> Deserialize<'de> for Object<'b> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if entries.len() == FIELDS_MAX {
                        return Err(serde::de::Error::custom("too many fields"));
                    }
                    entries.push((Cow::Owned(name), value));
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Entries).map(Object)
    }
}

/// A JSON body, read and checked, and the call it came in.
///
/// # Errors
/// 415 unless it is declared as JSON, 413 past [`BODY_BYTES_MAX`], 400 as [`Fields::read`] says.
#[derive(Debug)]
pub struct Body<T> {
    /// The body.
    pub value: T,
    /// What makes a repeat of the request known as one.
    pub call: Call,
}

impl<T: FromFields + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            refuse_other_media(&request)?;
            let bytes = read_all(&request, payload, BODY_BYTES_MAX).await?;
            let value = Fields::read(&bytes)?;
            let call =
                Call::of(&request, &bytes, Arc::clone(&crate::request::current_request_id()))?;
            Ok(Self { value, call })
        })
    }
}

fn refuse_other_media(request: &HttpRequest) -> Result<(), Problem> {
    let declared = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = declared.and_then(|declared| declared.split(';').next()).unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Problem::new(Code::UnsupportedMediaType))
    }
}

/// All of a body, up to a bound.
///
/// # Errors
/// 413 past the bound, 400 when it ends too early.
pub(crate) async fn read_all(
    request: &HttpRequest,
    mut payload: Payload,
    bytes_max: usize,
) -> Result<bytes::Bytes, Problem> {
    let too_large = || {
        Problem::new(Code::TooLarge).detail(format!("The body must be at most {bytes_max} bytes"))
    };
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if declared.and_then(|length| length.parse().ok()).unwrap_or(0_usize) > bytes_max {
        return Err(too_large());
    }
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let cut_off = |_| Problem::new(Code::InvalidRequest).detail("The body was cut off");
        let chunk = chunk.map_err(cut_off)?;
        if bytes.len() + chunk.len() > bytes_max {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}
