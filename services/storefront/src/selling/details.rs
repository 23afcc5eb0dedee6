//! The texts, the place and the times of a show: in a form, and for the API.

use contract::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::local_time::{NotAMoment, local_text, moment, zone};
use super::refusals::{error, invalid};
use crate::api::offer_views::ShowView;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::problem::FieldError;

/// The form of a show.
pub(crate) fn form(show: &ShowView) -> Form {
    let zone = zone(&show.venue.time_zone).unwrap_or(TimeZone::UTC);
    let doors = show.doors_at.map(|at| local_text(at, &zone));
    Form::of([
        ("title", show.title.clone()),
        ("description", show.description.clone().unwrap_or_default()),
        ("venue.name", show.venue.name.clone()),
        ("venue.address", show.venue.address.clone().unwrap_or_default()),
        ("venue.timeZone", show.venue.time_zone.clone()),
        ("startsAt", local_text(show.starts_at, &zone)),
        ("doorsAt", doors.unwrap_or_default()),
        ("version", show.version.to_string()),
    ])
}

/// The fields of the API. Times that the form does not change remain those of `present`.
///
/// # Errors
/// The form's errors: an unknown zone, and texts that are no times.
pub(crate) fn body(
    t: Language,
    form: &Form,
    present: Option<&ShowView>,
) -> Result<Map<String, Value>, Failure> {
    let name = form.value("venue.timeZone");
    let zone =
        zone(name).ok_or_else(|| invalid(vec![error("venue.timeZone", t.unknown_zone())]))?;
    // Times of another zone are other times, also if they look the same.
    let present = present.filter(|show| show.venue.time_zone.eq_ignore_ascii_case(name.trim()));
    let times = [
        ("startsAt", present.map(|show| show.starts_at)),
        ("doorsAt", present.and_then(|show| show.doors_at)),
    ];
    let mut body = form.texts(&["title", "description"]);
    body.extend(moments(t, form, &zone, &times)?);
    let mut venue = Map::from_iter([("timeZone".to_owned(), json!(name.trim()))]);
    for part in ["name", "address"] {
        let given = form.given(&format!("venue.{part}"));
        venue.extend(given.map(|text| (part.to_owned(), json!(text))));
    }
    body.insert("venue".to_owned(), venue.into());
    Ok(body)
}

/// The times of a form: each field that is given, with its present moment.
///
/// # Errors
/// The form's errors: texts that are no times.
pub(crate) fn moments(
    t: Language,
    form: &Form,
    zone: &TimeZone,
    fields: &[(&str, Option<Timestamp>)],
) -> Result<Map<String, Value>, Failure> {
    let (mut moments, mut errors) = (Map::new(), Vec::<FieldError>::new());
    for (field, present) in fields {
        let Some(text) = form.given(field) else { continue };
        match moment(text, zone, *present) {
            Ok(moment) => {
                moments.insert((*field).to_owned(), json!(moment));
            }
            Err(NotAMoment::Malformed) => errors.push(error(*field, t.malformed_time())),
            Err(NotAMoment::Skipped) => errors.push(error(*field, t.skipped_time())),
        }
    }
    if errors.is_empty() { Ok(moments) } else { Err(invalid(errors)) }
}
