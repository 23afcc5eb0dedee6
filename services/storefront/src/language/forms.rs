//! Numbers, amounts and times in the form of a language, as methods for templates.

use std::fmt;

use contract::{Money, Timestamp};

use super::Language;

impl Language {
    /// A number: `10,000`.
    #[must_use]
    pub fn number(self, number: impl fmt::Display) -> String {
        formats::number(self.0, number)
    }

    /// An amount, with all decimals of its currency: `€24.50`.
    #[must_use]
    pub fn money(self, money: &Money) -> String {
        formats::money(self.0, money)
    }

    /// A short time near others of its day, in the zone of the venue: `Sat 5 Dec, 20:00`.
    #[must_use]
    pub fn short_time(self, at: &Timestamp, zone: Option<&str>) -> String {
        formats::short_time(self.0, at, zone)
    }

    /// A short date for tables, in the zone of the venue: `Sat 5 Dec`.
    #[must_use]
    pub fn short_date(self, at: &Timestamp, zone: Option<&str>) -> String {
        formats::short_date(self.0, at, zone)
    }

    /// As [`Self::short_time`], for lists: with the year unless it is the present one.
    #[must_use]
    pub fn list_time(self, at: &Timestamp, zone: Option<&str>, now: Timestamp) -> String {
        formats::list_time(self.0, at, zone, now)
    }

    /// A full date and time, in the zone of the venue, which is named.
    #[must_use]
    pub fn long_time(self, at: &Timestamp, zone: Option<&str>) -> String {
        formats::long_time(self.0, at, zone)
    }

    /// A date, in the zone of the venue.
    #[must_use]
    pub fn date(self, at: &Timestamp, zone: Option<&str>) -> String {
        formats::date(self.0, at, zone)
    }

    /// A time of day in the zone of the venue, without naming it: `19:15`.
    #[must_use]
    pub fn time_of_day(self, at: &Timestamp, zone: Option<&str>) -> String {
        formats::time_of_day(self.0, at, zone)
    }

    /// A time of day with seconds and its zone: `19:04:12 UTC`.
    #[must_use]
    pub fn time(self, at: &Timestamp, zone: Option<&str>) -> String {
        formats::time(self.0, at, zone)
    }
}
