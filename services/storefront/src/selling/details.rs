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

/// The form that postpones a show: its present place and times.
pub(crate) fn postponement(show: &ShowView) -> Form {
    let zone = zone(&show.venue.time_zone).unwrap_or(TimeZone::UTC);
    let until = show.refunds_until.map(|at| local_text(at, &zone));
    form(show).with("refundsUntil", until.unwrap_or_default())
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
    let (zone, present) = zone_of(t, form, present)?;
    let times = [
        ("startsAt", present.map(|show| show.starts_at)),
        ("doorsAt", present.and_then(|show| show.doors_at)),
    ];
    let mut body = form.texts(&["title", "description"]);
    body.extend(moments(t, form, &zone, &times)?);
    body.insert("venue".to_owned(), venue(form).into());
    Ok(body)
}

/// The fields of the API of a postponement: the place, the times, and the end of refunds.
///
/// # Errors
/// As of [`body`].
pub(crate) fn postponed(
    t: Language,
    form: &Form,
    show: &ShowView,
) -> Result<Map<String, Value>, Failure> {
    let (zone, present) = zone_of(t, form, Some(show))?;
    let times = [
        ("startsAt", present.map(|show| show.starts_at)),
        ("doorsAt", present.and_then(|show| show.doors_at)),
        ("refundsUntil", present.and_then(|show| show.refunds_until)),
    ];
    let mut body = moments(t, form, &zone, &times)?;
    body.insert("venue".to_owned(), venue(form).into());
    Ok(body)
}

/// The zone of a form, and the show if its times are of this zone: times of another zone are other
/// times, also if they look the same.
fn zone_of<'s>(
    t: Language,
    form: &Form,
    present: Option<&'s ShowView>,
) -> Result<(TimeZone, Option<&'s ShowView>), Failure> {
    let name = form.value("venue.timeZone").trim();
    let zone =
        zone(name).ok_or_else(|| invalid(vec![error("venue.timeZone", t.unknown_zone())]))?;
    Ok((zone, present.filter(|show| show.venue.time_zone.eq_ignore_ascii_case(name))))
}

fn venue(form: &Form) -> Map<String, Value> {
    let given = |part: &str| form.given(&format!("venue.{part}"));
    let mut venue =
        Map::from_iter([("timeZone".to_owned(), json!(form.value("venue.timeZone").trim()))]);
    for part in ["name", "address"] {
        venue.extend(given(part).map(|text| (part.to_owned(), json!(text))));
    }
    venue
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

#[cfg(test)]
mod tests {
    use super::*;

    fn show() -> ShowView {
        let show = json!({
            "id": "6920f3a1b2c3d4e5f6071829", "userId": "6920f3a1b2c3d4e5f6071829", "version": 3,
            "title": "Opera", "status": "scheduled", "available": 1, "tickets": [],
            "venue": {"name": "Hall", "timeZone": "Europe/Berlin", "address": "Leipzig"},
            "startsAt": "2026-12-05T19:00:31Z", "doorsAt": "2026-12-05T18:00:00Z",
        });
        serde_json::from_value(show).unwrap()
    }

    #[test]
    fn a_postponement_has_the_place_and_the_times_of_its_zone() {
        let form = postponement(&show()).with("refundsUntil", "2026-12-03T12:00");
        let unchanged = postponed(Language::ENGLISH, &form, &show()).unwrap();
        let venue = json!({"name": "Hall", "timeZone": "Europe/Berlin", "address": "Leipzig"});
        assert_eq!(unchanged["venue"], venue);
        assert_eq!(unchanged["startsAt"], "2026-12-05T19:00:31.000Z");
        let form = form.with("venue.name", "Barn").with("venue.timeZone", "Europe/London");
        let form = form.with("venue.address", "").with("startsAt", "2026-12-06T20:00");
        let moved = postponed(Language::ENGLISH, &form, &show()).unwrap();
        let expected = json!({
            "venue": {"name": "Barn", "timeZone": "Europe/London"},
            "startsAt": "2026-12-06T20:00:00.000Z",
            "doorsAt": "2026-12-05T19:00:00.000Z",
            "refundsUntil": "2026-12-03T12:00:00.000Z",
        });
        assert_eq!(Value::from(moved), expected);
        let nowhere = form.with("venue.timeZone", "Mars/Olympus");
        assert!(postponed(Language::ENGLISH, &nowhere, &show()).is_err());
    }
}
