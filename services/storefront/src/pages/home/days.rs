//! The days of a search. An event is on the day that its venue's calendar has at its start, which
//! is the date on its page: visitors and venues are in many zones, and no day is the same for all.

use std::time::Duration;

use contract::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::Query;

use crate::domain::Listing;
use crate::form::Form;
use crate::language::zoned;

/// Maximum difference of a zone from UTC: that of Kiritimati.
const OFFSET_MAX: Duration = Duration::from_hours(14);

/// The first and the last day, each if it is given.
pub(super) struct Days {
    first: Option<Date>,
    last: Option<Date>,
}

impl Days {
    /// The days of the fields `from` and `to`; other texts than dates are ignored.
    pub(super) fn of(form: &Form) -> Self {
        let day = |name| form.value(name).parse().ok();
        Self { first: day("from"), last: day("to") }
    }

    pub(super) const fn are_given(&self) -> bool {
        self.first.is_some() || self.last.is_some()
    }

    /// A query by start, of the times that are on these days in any zone.
    pub(super) fn limit(&self, query: Query) -> Query {
        let first = self.first.and_then(start).map(|at| at.minus(OFFSET_MAX));
        let end = self.last.and_then(|last| start(last.tomorrow().ok()?));
        let end = end.map(|at| at.plus(OFFSET_MAX));
        let query = first.into_iter().fold(query, Query::from);
        end.into_iter().fold(query, Query::to)
    }

    /// Whether an entry starts on these days, where its venue is; in UTC without a known zone.
    pub(super) fn contain(&self, listing: &Listing) -> bool {
        if !self.are_given() {
            return true;
        }
        listing.starts_at.is_some_and(|at| {
            let day = zoned(at, listing.time_zone.as_deref()).date();
            self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
        })
    }
}

/// The start of a day in UTC.
fn start(day: Date) -> Option<Timestamp> {
    let start = day.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp::from_unix_ms(start.timestamp().as_millisecond()))
}
