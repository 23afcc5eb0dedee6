//! Objects inside a body, read field by field as the body itself: their errors name each field by
//! its path, such as `venue.timeZone` or `seats.0.row`.

use serde_json::value::RawValue;

use crate::FieldError;
use crate::parsing::body::{Field, Fields, FromFields, below};

/// A field that contains objects: `T` for one object, `Option<T>` for one that may be absent,
/// [`List`] for an array of them.
#[derive(Debug, Clone)]
pub struct Nested<T>(pub T);

impl<T: FromNested> Field for Nested<T> {
    fn take(fields: &mut Fields<'_>, rust_name: &str) -> Option<Self> {
        let (name, text) = fields.take_text(rust_name);
        let text = text.filter(|text| *text != "null");
        let read = T::from_nested(text);
        let read =
            read.map_err(|errors| errors.into_iter().for_each(|it| fields.note_in(&name, it)));
        read.ok().map(Self)
    }
}

/// An array of objects, empty if it is absent.
#[derive(Debug, Clone)]
pub struct List<T, const ENTRIES_MAX: usize>(pub Vec<T>);

/// The value of a [`Nested`] field.
pub trait FromNested: Sized {
    /// Reads the JSON text of the field.
    ///
    /// # Errors
    /// Each broken rule, with its path below the field.
    fn from_nested(text: Option<&str>) -> Result<Self, Vec<FieldError>>;
}

impl<T: FromFields> FromNested for T {
    fn from_nested(text: Option<&str>) -> Result<Self, Vec<FieldError>> {
        let text = text.ok_or_else(|| broken("is required"))?;
        let fields = Fields::of(text).ok_or_else(|| broken("must be an object"))?;
        fields.finish()
    }
}

impl<T: FromFields> FromNested for Option<T> {
    fn from_nested(text: Option<&str>) -> Result<Self, Vec<FieldError>> {
        text.map(|text| T::from_nested(Some(text))).transpose()
    }
}

impl<T: FromFields, const ENTRIES_MAX: usize> FromNested for List<T, ENTRIES_MAX> {
    fn from_nested(text: Option<&str>) -> Result<Self, Vec<FieldError>> {
        let Some(text) = text else { return Ok(Self(Vec::new())) };
        let entries: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|_| broken("must be an array"))?;
        if entries.len() > ENTRIES_MAX {
            return Err(broken(&format!("must have at most {ENTRIES_MAX} entries")));
        }
        let (mut list, mut errors) = (Vec::with_capacity(entries.len()), Vec::new());
        for (at, entry) in entries.into_iter().enumerate() {
            match T::from_nested(Some(entry.get())) {
                Ok(entry) => list.push(entry),
                Err(own) => {
                    errors.extend(own.into_iter().map(|error| below(&at.to_string(), error)));
                }
            }
        }
        if errors.is_empty() { Ok(Self(list)) } else { Err(errors) }
    }
}

fn broken(rule: &str) -> Vec<FieldError> {
    vec![FieldError { message: rule.to_owned(), field: None }]
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::body! {
        struct Seat {
            row: u32,
        }
    }

    crate::body! {
        struct House {
            #[schema(value_type = Seat)]
            main: Nested<Seat>,
            #[schema(value_type = Option<Seat>)]
            other: Nested<Option<Seat>>,
            #[schema(value_type = Option<Vec<Seat>>)]
            seats: Nested<List<Seat, 2>>,
        }
    }

    fn read(json: &str) -> Result<House, String> {
        Fields::read(json.as_bytes()).map_err(|problem| {
            let body = problem.into_response("r").body().to_owned();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
            let errors = body.get("errors").and_then(|errors| errors.as_array().cloned());
            let text = |error: &serde_json::Value| {
                let field = |name| error.get(name).and_then(|it| it.as_str()).unwrap_or_default();
                format!("{}: {}", field("field"), field("message"))
            };
            let errors: Vec<String> = errors.unwrap_or_default().iter().map(text).collect();
            errors.join("; ")
        })
    }

    #[test]
    fn objects_of_a_body_are_read_field_by_field() {
        let body = r#"{"main": {"row": 1}, "seats": [{"row": 2}, {"row": 3}]}"#;
        let House { main, other, seats } = read(body).unwrap();
        let rows: Vec<u32> = seats.0.0.iter().map(|seat| seat.row).collect();
        assert_eq!((main.0.row, other.0.is_none(), rows), (1, true, vec![2, 3]));
        let other = read(r#"{"main": {"row": 1}, "other": {"row": 4}, "seats": null}"#).unwrap();
        assert_eq!((other.other.0.unwrap().row, other.seats.0.0.len()), (4, 0));
    }

    #[test]
    fn errors_name_each_field_by_its_path() {
        for (body, errors) in [
            ("{}", "main: is required"),
            (r#"{"main": 1}"#, "main: must be an object"),
            (r#"{"main": []}"#, "main: must be an object"),
            (r#"{"main": {}}"#, "main.row: is required"),
            (r#"{"main": {"row": 1, "row": 2}}"#, "main.row: must be given once only"),
            (
                r#"{"main": {"row": 1, "x": 2}, "other": {}}"#,
                "main.x: is not a field of this request; other.row: is required",
            ),
            (r#"{"main": {"row": 1}, "seats": {}}"#, "seats: must be an array"),
            (r#"{"main": {"row": 1}, "seats": [1]}"#, "seats.0: must be an object"),
            (r#"{"main": {"row": 1}, "seats": [{"row": 1}, {}]}"#, "seats.1.row: is required"),
            (
                r#"{"main": {"row": 1}, "seats": [{}, {}, {}]}"#,
                "seats: must have at most 2 entries",
            ),
        ] {
            assert_eq!(read(body).err().as_deref(), Some(errors), "{body}");
        }
    }
}
