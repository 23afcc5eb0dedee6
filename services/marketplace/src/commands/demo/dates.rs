//! Starts relative to today, in the time zones of their venues.

use contract::Timestamp;
use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, ToSpan as _};
use store::Unavailable;

use super::season::Date;

/// The times of a show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// When the doors open.
    pub(super) doors_at: Timestamp,
    /// The start.
    pub(super) starts_at: Timestamp,
}

/// The times of a date, `later_days` after it, in a time zone.
pub(super) fn times(
    date: &Date,
    later_days: i64,
    zone: &str,
    now: Timestamp,
) -> Result<Times, Unavailable> {
    let cannot = |error| Unavailable::caused_by(format!("cannot read a date in {zone}"), error);
    let zone = TimeZoneDatabase::bundled().get(zone).map_err(cannot)?;
    let now = jiff::Timestamp::from_millisecond(now.unix_ms()).map_err(cannot)?;
    let today = now.to_zoned(zone.clone()).date();
    let day = today.checked_add((date.in_days + later_days).days()).map_err(cannot)?;
    let start = day.to_datetime(date.at).to_zoned(zone).map_err(cannot)?.timestamp();
    let doors = start - SignedDuration::from_mins(date.doors_minutes);
    let stamp = |moment: jiff::Timestamp| Timestamp::from_unix_ms(moment.as_millisecond());
    Ok(Times { doors_at: stamp(doors), starts_at: stamp(start) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_a_local_time_on_a_local_day() {
        let date = Date { in_days: 1, at: jiff::civil::time(19, 30, 0, 0), doors_minutes: 30 };
        // In Tokyo it is the 28th, and in New York the 27th; Berlin changes its clocks on the 29th.
        let now: Timestamp = "2026-03-27T22:00:00Z".parse().unwrap();
        for (zone, later_days, expected) in [
            ("Europe/Berlin", 0, "2026-03-28T18:30:00.000Z"),
            ("Europe/Berlin", 1, "2026-03-29T17:30:00.000Z"),
            ("Asia/Tokyo", 0, "2026-03-29T10:30:00.000Z"),
            ("America/New_York", 0, "2026-03-28T23:30:00.000Z"),
        ] {
            let Times { doors_at, starts_at } = times(&date, later_days, zone, now).unwrap();
            assert_eq!(starts_at.to_string(), expected, "{zone}");
            assert_eq!(starts_at.apart(doors_at).as_secs(), 30 * 60);
        }
        assert!(times(&date, 0, "Europe/Atlantis", now).is_err());
    }
}
