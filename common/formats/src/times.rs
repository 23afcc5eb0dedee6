//! Dates and times of day, in the zone of a venue.

use contract::{Language, Timestamp};
use icu::calendar::Iso;
use icu::calendar::types::RataDie;
use icu::datetime::input::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp as Instant, Zoned};

use crate::formatters::Formats;

/// A short time near others of its day, in the zone of the venue: `Sat 5 Dec, 20:00`.
#[must_use]
pub fn short_time(language: Language, at: &Timestamp, zone: Option<&str>) -> String {
    short(language, &zoned(*at, zone))
}

fn short(language: Language, at: &Zoned) -> String {
    match &Formats::of(language).short {
        Some(format) => format.format(&input(at)).to_string(),
        None => at.datetime().to_string(),
    }
}

/// A short date for tables, in the zone of the venue: `Sat 5 Dec`.
#[must_use]
pub fn short_date(language: Language, at: &Timestamp, zone: Option<&str>) -> String {
    let at = zoned(*at, zone);
    match &Formats::of(language).day {
        Some(format) => format.format(&input(&at)).to_string(),
        None => at.date().to_string(),
    }
}

/// As [`short_time`], for lists: with the year unless it is the present one,
/// `Fri, 1 Jun 2035, 20:00`.
#[must_use]
pub fn list_time(language: Language, at: &Timestamp, zone: Option<&str>, now: Timestamp) -> String {
    let (present, at) = (zoned(now, zone), zoned(*at, zone));
    if at.year() == present.year() {
        return short(language, &at);
    }
    match &Formats::of(language).short_with_year {
        Some(format) => format.format(&input(&at)).to_string(),
        None => at.datetime().to_string(),
    }
}

/// A full date and time, in the zone of the venue, which is named:
/// `Saturday, 5 December 2026 at 20:00 (Berlin)`.
#[must_use]
pub fn long_time(language: Language, at: &Timestamp, zone: Option<&str>) -> String {
    let zoned = zoned(*at, zone);
    let time = match &Formats::of(language).long {
        Some(format) => format.format(&input(&zoned)).to_string(),
        None => zoned.datetime().to_string(),
    };
    format!("{time} ({})", zone_name(zone))
}

/// A date, in the zone of the venue.
#[must_use]
pub fn date(language: Language, at: &Timestamp, zone: Option<&str>) -> String {
    let at = zoned(*at, zone);
    match &Formats::of(language).date {
        Some(format) => format.format(&input(&at)).to_string(),
        None => at.date().to_string(),
    }
}

/// A time of day in the zone of the venue, without naming it: `19:15`.
#[must_use]
pub fn time_of_day(language: Language, at: &Timestamp, zone: Option<&str>) -> String {
    let at = zoned(*at, zone);
    match &Formats::of(language).minute {
        Some(format) => format.format(&input(&at).time).to_string(),
        None => at.time().to_string(),
    }
}

/// A time of day with seconds and its zone: `19:04:12 UTC`.
#[must_use]
pub fn time(language: Language, at: &Timestamp, zone: Option<&str>) -> String {
    let at = zoned(*at, zone);
    let time = match &Formats::of(language).time {
        Some(format) => format.format(&input(&at).time).to_string(),
        None => at.time().to_string(),
    };
    format!("{time} ({})", zone_name(zone))
}

/// A time in a zone; in UTC if the zone is unknown.
#[must_use]
pub fn zoned(at: Timestamp, zone: Option<&str>) -> Zoned {
    let zone = zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    let since = SignedDuration::from_millis(at.unix_ms());
    let instant = Instant::from_duration(since).unwrap_or(Instant::UNIX_EPOCH);
    instant.to_zoned(zone)
}

/// The name of a zone: its city, `Berlin`; `UTC` if the zone is unknown, as in [`zoned`].
#[must_use]
pub fn zone_name(zone: Option<&str>) -> String {
    let zone = zone.filter(|zone| TimeZone::get(zone).is_ok()).unwrap_or("UTC");
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// 1970-01-01 as a day of the calendar library's count.
const UNIX_EPOCH_RATA_DIE: i64 = 719_163;

fn input(at: &Zoned) -> DateTime<Iso> {
    let unsigned = |number: i8| u8::try_from(number).unwrap_or_default();
    let time = Time::try_new(unsigned(at.hour()), unsigned(at.minute()), unsigned(at.second()), 0);
    let days = at.date().since(jiff::civil::date(1970, 1, 1)).map_or(0, |span| span.get_days());
    let date = Date::from_rata_die(RataDie::new(UNIX_EPOCH_RATA_DIE + i64::from(days)), Iso);
    DateTime { date, time: time.unwrap_or(Time::start_of_day()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_unix_ms(1_796_500_800_000);

    #[test]
    fn times_are_those_of_the_venue() {
        let berlin = Some("Europe/Berlin");
        assert_eq!(short_time(Language::English, &AT, berlin), "Sat 5 Dec, 21:00");
        assert_eq!(short_date(Language::English, &AT, berlin), "Sat 5 Dec");
        // The year of the venue, at its New Year.
        let new_year = |text: &str| text.parse::<Timestamp>().unwrap();
        let listed = |now: &str| list_time(Language::English, &AT, berlin, new_year(now));
        for now in ["2025-12-31T23:00:00Z", "2026-12-31T22:59:59Z"] {
            assert_eq!(listed(now), "Sat 5 Dec, 21:00", "{now}");
        }
        for now in ["2025-12-31T22:59:59Z", "2026-12-31T23:00:00Z"] {
            assert_eq!(listed(now), "Sat, 5 Dec 2026, 21:00", "{now}");
        }
        let long = long_time(Language::English, &AT, Some("America/New_York"));
        assert_eq!(long, "Saturday, 5 December 2026 at 15:00 (New York)");
        let german = long_time(Language::German, &AT, berlin);
        assert_eq!(german, "Samstag, 5. Dezember 2026 um 21:00 (Berlin)");
        assert_eq!(
            long_time(Language::English, &AT, None),
            "Saturday, 5 December 2026 at 20:00 (UTC)"
        );
    }

    #[test]
    fn times_of_an_unknown_zone_are_in_utc_and_say_so() {
        let unknown = long_time(Language::English, &AT, Some("Nowhere\r\nX: y"));
        assert_eq!(unknown, "Saturday, 5 December 2026 at 20:00 (UTC)");
        assert_eq!(zone_name(Some("Nowhere")), "UTC");
    }
}
