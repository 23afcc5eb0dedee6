//! Times of forms: local time of a venue, to the minute, as `<input type="datetime-local">` has it.

use std::sync::LazyLock;

use contract::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::language::zoned;

/// The zone of a form that has none.
pub(crate) const ZONE_DEFAULT: &str = "Europe/Berlin";

/// The format of the field; browsers add seconds where the value has some.
const FORMATS: [&str; 2] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];

/// First parts of the names of zones in use. The database has old names beside them.
const REGIONS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let database = TimeZoneDatabase::bundled();
    let names = database.available().map(|name| name.as_str().to_owned());
    let is_in_use = |name: &String| {
        name == "UTC" || name.split_once('/').is_some_and(|(first, _)| REGIONS.contains(&first))
    };
    names.filter(is_in_use).collect()
});

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAMoment {
    /// It is no date with a time.
    #[error("is no date with a time")]
    Malformed,
    /// Clocks skip it.
    #[error("is skipped by the clocks of its zone")]
    Skipped,
}

/// Names of zones to choose from.
pub(crate) fn zones() -> &'static [String] {
    &ZONES
}

/// The zone of this name, in any case.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name.trim()).ok().filter(|zone| !zone.is_unknown())
}

/// The moment of a local time. Of a time that occurs twice, when clocks go back, the first one.
///
/// A form has minutes only: while it shows the time of `present`, the moment is `present` itself,
/// with its seconds.
///
/// # Errors
/// [`NotAMoment`].
pub(crate) fn moment(
    text: &str,
    zone: &TimeZone,
    present: Option<Timestamp>,
) -> Result<Timestamp, NotAMoment> {
    let parsed = FORMATS.iter().find_map(|format| DateTime::strptime(format, text.trim()).ok());
    let local = parsed.ok_or(NotAMoment::Malformed)?;
    let unchanged = present.filter(|present| local_text(*present, zone) == format_of(local));
    if let Some(present) = unchanged {
        return Ok(present);
    }
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(NotAMoment::Skipped);
    }
    let instant = ambiguous.compatible().map_err(|_| NotAMoment::Malformed)?;
    Ok(Timestamp::from_unix_ms(instant.as_millisecond()))
}

/// A moment as the value of the field.
pub(crate) fn local_text(at: Timestamp, zone: &TimeZone) -> String {
    format_of(zoned(at, None).with_time_zone(zone.clone()).datetime())
}

fn format_of(local: DateTime) -> String {
    local.strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        zone("Europe/Berlin").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_local_time_is_that_of_the_zone() {
        let summer = moment("2027-07-01T20:00", &berlin(), None);
        assert_eq!(summer, Ok(at("2027-07-01T18:00:00Z")));
        let winter = moment(" 2026-12-05T20:00:30 ", &berlin(), None);
        assert_eq!(winter, Ok(at("2026-12-05T19:00:30Z")));
        let kathmandu = zone("asia/kathmandu").unwrap();
        let there = moment("2026-12-05T20:00", &kathmandu, None);
        assert_eq!(there, Ok(at("2026-12-05T14:15:00Z")));
        assert!(zone("Europe/Atlantis").is_none());
    }

    #[test]
    fn a_skipped_time_is_refused_and_a_repeated_one_is_the_first() {
        let skipped = moment("2027-03-28T02:30", &berlin(), None);
        assert_eq!(skipped, Err(NotAMoment::Skipped));
        let repeated = moment("2026-10-25T02:30", &berlin(), None);
        assert_eq!(repeated, Ok(at("2026-10-25T00:30:00Z")));
    }

    #[test]
    fn texts_that_are_no_time_are_refused() {
        for text in ["", "2026-12-05", "2026-13-05T20:00", "2026-12-05T20:00Z", "20:00", "x"] {
            assert_eq!(moment(text, &berlin(), None), Err(NotAMoment::Malformed), "{text}");
        }
    }

    #[test]
    fn an_unchanged_field_keeps_the_moment() {
        for present in ["2026-12-05T19:00:31.250Z", "2026-10-25T01:30:00Z"] {
            let present = at(present);
            let text = local_text(present, &berlin());
            assert_eq!(moment(&text, &berlin(), Some(present)), Ok(present));
        }
    }

    #[test]
    fn zones_are_names_in_use() {
        let has = |name: &str| zones().iter().any(|zone| zone == name);
        assert!(has("Europe/Berlin") && has("America/New_York") && has("UTC"));
        assert!(!has("US/Eastern") && !has("Etc/GMT+1"));
        assert!(zones().iter().all(|name| zone(name).is_some()));
    }
}
