//! Request bodies, parsed field by field, so that one response names every invalid field.

use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use contract::number;
use futures::StreamExt as _;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::parsing::canonical::without_mark;
use crate::parsing::media_type;
use crate::{Call, Code, FieldError, MiddlewareState, Problem};

/// Maximum bytes of a body: the largest, an offer with a full description, is under 48 KiB.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Time from the end of the head to that of the body: the largest takes half at 50 kbit/s.
pub const BODY_ARRIVAL_MAX: Duration = Duration::from_secs(10);

/// Maximum fields of a body; a larger object is rejected without reading its fields.
const FIELDS_MAX: usize = 64;

/// A body declared by [`body!`](crate::body!).
pub trait FromFields: Sized {
    /// Takes the known fields; `None` if any is invalid, which `fields` has recorded.
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self>;
}

/// The type of a field of a body.
pub trait Field: Sized {
    /// Takes the field of this Rust name; `None` if it is invalid, which `fields` has recorded.
    fn take(fields: &mut Fields<'_>, rust_name: &str) -> Option<Self>;
}

impl<T: DeserializeOwned> Field for T {
    fn take(fields: &mut Fields<'_>, rust_name: &str) -> Option<Self> {
        fields.take(rust_name)
    }
}

/// Declares a request body: a struct whose fields are read one by one, each from its own JSON text,
/// by serde; the error of its type states the rule. An `Option` may be absent or `null`.
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
                $(let $field = <$type as $crate::body::Field>::take(fields, stringify!($field));)*
                fields.reject_unknown();
                Some(Self { $($field: $field?,)* })
            }
        }
    };
}

/// The fields of a JSON object, each with its JSON text.
#[derive(Debug)]
pub struct Fields<'b> {
    fields: Vec<(Cow<'b, str>, &'b RawValue)>,
    errors: Vec<FieldError>,
}

impl<'b> Fields<'b> {
    /// Reads the fields of an object.
    ///
    /// # Errors
    /// `malformed_json` for text that is not JSON, `invalid_request` for another JSON value.
    pub fn parse(json: &'b [u8]) -> Result<Self, Problem> {
        let json = without_mark(json);
        let malformed = |error: serde_json::Error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Problem::new(Code::MALFORMED_JSON)
                .detail(format!("The body is not valid JSON: {place}"))
        };
        let text: &RawValue = serde_json::from_slice(json).map_err(malformed)?;
        Self::of(text.get()).ok_or_else(|| {
            Problem::new(Code::INVALID_REQUEST).detail("The body must be a JSON object")
        })
    }

    /// The fields of an object in JSON text; `None` for another value.
    pub(crate) fn of(json: &'b str) -> Option<Self> {
        let object: Object<'b> = serde_json::from_str(json).ok()?;
        let mut fields = Self { fields: Vec::with_capacity(object.0.len()), errors: Vec::new() };
        for (name, value) in object.0 {
            if fields.fields.iter().any(|(known, _)| *known == name) {
                fields.note(&name, "must be given once only");
            } else {
                fields.fields.push((name, value));
            }
        }
        Some(fields)
    }

    /// Takes the field of this Rust name (`starts_at` for `startsAt`); records an error in it.
    pub fn take<T: DeserializeOwned>(&mut self, rust_name: &str) -> Option<T> {
        let (name, text) = self.take_text(rust_name);
        let Some(text) = text else {
            let absent = serde_json::from_str("null").ok();
            if absent.is_none() {
                self.note(&name, "is required");
            }
            return absent;
        };
        // A number is read by its value, whatever its spelling.
        let text = if text.starts_with('"') { Cow::Borrowed(text) } else { number::plain(text) };
        match serde_json::from_str(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(&name, &rule(&error));
                None
            }
        }
    }

    /// Takes the JSON text of the field of this Rust name. Returns the name in the body too.
    pub(crate) fn take_text(&mut self, rust_name: &str) -> (String, Option<&'b str>) {
        let name = camel_case(rust_name);
        let at = self.fields.iter().position(|(known, _)| *known == name);
        let text = at.map(|at| self.fields.swap_remove(at).1.get());
        (name, text)
    }

    /// Records an error if this field is present beside another one that excludes it.
    pub fn reject_combination(&mut self, rust_name: &str, other: &str) {
        let name = camel_case(rust_name);
        if let Some(at) = self.fields.iter().position(|(known, _)| *known == name) {
            self.fields.swap_remove(at);
            self.note(&name, &format!("must not be given beside {other}"));
        }
    }

    /// Records an error for each field that was not taken.
    pub fn reject_unknown(&mut self) {
        for (name, _) in std::mem::take(&mut self.fields) {
            self.note(&name, "is not a field of this request");
        }
    }

    fn note(&mut self, name: &str, message: &str) {
        let field = Some(name.chars().take(100).collect());
        self.errors.push(FieldError { message: message.to_owned(), field });
    }

    /// Records an error of an object that this field contains.
    pub(crate) fn note_in(&mut self, name: &str, error: FieldError) {
        self.errors.push(below(name, error));
    }

    /// Reads a whole body.
    ///
    /// # Errors
    /// A [`Problem`] that names every invalid field.
    pub fn read<T: FromFields>(json: &'b [u8]) -> Result<T, Problem> {
        Self::parse(json)?.finish().map_err(|mut errors| {
            errors.sort_by(|a, b| a.field.cmp(&b.field));
            Problem::invalid().errors(errors)
        })
    }

    /// The declared value, or the recorded errors.
    pub(crate) fn finish<T: FromFields>(mut self) -> Result<T, Vec<FieldError>> {
        match T::from_fields(&mut self) {
            Some(value) if self.errors.is_empty() => Ok(value),
            Some(_) | None => Err(self.errors),
        }
    }
}

/// An error with the path of its field below `name`.
pub(super) fn below(name: &str, error: FieldError) -> FieldError {
    let path = error.field.map(|field| format!(".{field}")).unwrap_or_default();
    FieldError { field: Some(format!("{name}{path}")), ..error }
}

/// `startsAt` for `starts_at`.
pub(super) fn camel_case(rust_name: &str) -> String {
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

/// The violated rule, from serde's message without the position and without the value.
fn rule(error: &serde_json::Error) -> String {
    if error.is_syntax() {
        // The body was parsed once already: the only remaining error is half of a surrogate pair.
        return "must be Unicode text".to_owned();
    }
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(rule, _)| rule);
    let unquoted = |text: &str| text.replace('`', "");
    if let Some(field) = text.strip_prefix("missing field ") {
        return format!("must have {}", unquoted(field));
    }
    if let Some(field) = text.strip_prefix("duplicate field ") {
        return format!("must have {} once only", unquoted(field));
    }
    match text.split_once(", expected ") {
        Some((found, "u32")) if found.starts_with("invalid ") => {
            format!("must be a whole number from 0 to {}", u32::MAX)
        }
        Some((found, "u64")) if found.starts_with("invalid ") => {
            format!("must be a whole number from 0 to {}", u64::MAX)
        }
        Some((found, "a sequence")) if found.starts_with("invalid ") => {
            "must be an array".to_owned()
        }
        Some((found, expected)) if found.starts_with("invalid ") => format!("must be {expected}"),
        Some((found, expected)) if found.starts_with("unknown field ") => {
            format!("must have no fields but {}", unquoted(expected))
        }
        Some(_) | None => text.to_owned(),
    }
}

/// An object inside a body. Serde alone also accepts an array of its values.
#[derive(Debug, Clone, Copy)]
pub struct JsonObject<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for JsonObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = JsonObject<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<JsonObject<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(JsonObject)
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
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

/// A JSON body, read and checked, and the call that it belongs to:
/// 415 unless it is JSON, 413 past the bound, 408 when late, 400 as in [`Fields::read`].
#[derive(Debug)]
pub struct Body<T, const BYTES_MAX: usize = BODY_BYTES_MAX> {
    /// The body.
    pub value: T,
    /// Identifies repeats of the request.
    pub call: Call,
}

impl<T: FromFields + 'static, const BYTES_MAX: usize> FromRequest for Body<T, BYTES_MAX> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            media_type::check_json(&request)?;
            let bytes = read_all(&request, payload, (BYTES_MAX, BODY_ARRIVAL_MAX)).await?;
            let value = Fields::read(&bytes)?;
            let call =
                Call::of(&request, &bytes, Arc::clone(&crate::request::current_request_id()))?;
            Ok(Self { value, call })
        })
    }
}

/// The bytes of a body up to a bound, of any type: for signatures over the exact bytes.
/// 413 past the bound, 408 when it arrives too slowly, 400 when it ends too early.
#[derive(Debug)]
pub struct RawBody<const BYTES_MAX: usize>(pub Bytes);

impl<const BYTES_MAX: usize> FromRequest for RawBody<BYTES_MAX> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        let limits = (BYTES_MAX, BODY_ARRIVAL_MAX);
        Box::pin(async move { read_all(&request, payload, limits).await.map(Self) })
    }
}

/// Reads a whole body: 413 past the bound, 408 when it is late, 400 when it ends early.
pub(super) async fn read_all(
    request: &HttpRequest,
    payload: Payload,
    (bytes_max, arrival_max): (usize, Duration),
) -> Result<Bytes, Problem> {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if declared.and_then(|length| length.parse().ok()).unwrap_or(0_usize) > bytes_max {
        return Err(too_large(bytes_max));
    }
    let Some(state) = request.app_data::<Data<MiddlewareState>>() else {
        return arriving(payload, bytes_max).await;
    };
    tokio::select! {
        biased;
        arrived = arriving(payload, bytes_max) => arrived,
        () = state.clock.sleep(arrival_max) => Err(Problem::new(Code::REQUEST_TIMEOUT)),
    }
}

async fn arriving(mut payload: Payload, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let cut_off = |_| Problem::new(Code::INVALID_REQUEST).detail("The body was cut off");
        let chunk = chunk.map_err(cut_off)?;
        if bytes.len() + chunk.len() > bytes_max {
            return Err(too_large(bytes_max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::new(Code::TOO_LARGE).detail(format!("The body must be at most {bytes_max} bytes"))
}
