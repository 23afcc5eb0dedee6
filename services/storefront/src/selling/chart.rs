//! Sales of a show over time: sums of hours, joined into the bars of a chart.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Timestamp;
use jiff::civil::Weekday;
use jiff::{Span, ToSpan as _, Zoned};

use crate::language::zoned;

/// The fewest bars of hours: a day.
const HOURS_MIN: u64 = 24;

/// The most bars of hours: two days. More are days.
const HOURS_MAX: usize = 48;

/// The most bars of days: two months. More are weeks.
const DAYS_MAX: usize = 62;

/// The most bars of weeks: two years. Earlier weeks are one row of the table.
const WEEKS_MAX: usize = 104;

/// Sums of orders. Amounts are in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) orders: u64,
    pub(crate) sold: u64,
    pub(crate) returned: u64,
    pub(crate) paid: i64,
    pub(crate) refunded: i64,
    pub(crate) disputed: i64,
}

/// The time of one bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Hour,
    Day,
    Week,
}

/// The sums of one bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bar {
    /// The start of its time.
    pub(crate) start: Timestamp,
    pub(crate) sums: Sums,
}

/// The bars of a chart, without gaps, oldest first; the last one may be in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) step: Step,
    pub(crate) bars: Vec<Bar>,
}

impl Sums {
    #[must_use]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            orders: self.orders.saturating_add(other.orders),
            sold: self.sold.saturating_add(other.sold),
            returned: self.returned.saturating_add(other.returned),
            paid: self.paid.saturating_add(other.paid),
            refunded: self.refunded.saturating_add(other.refunded),
            disputed: self.disputed.saturating_add(other.disputed),
        }
    }

    #[must_use]
    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            orders: self.orders.saturating_sub(other.orders),
            sold: self.sold.saturating_sub(other.sold),
            returned: self.returned.saturating_sub(other.returned),
            paid: self.paid.saturating_sub(other.paid),
            refunded: self.refunded.saturating_sub(other.refunded),
            disputed: self.disputed.saturating_sub(other.disputed),
        }
    }
}

impl Step {
    const fn bars_max(self) -> usize {
        match self {
            Self::Hour => HOURS_MAX,
            Self::Day => DAYS_MAX,
            Self::Week => WEEKS_MAX,
        }
    }

    fn span(self) -> Span {
        match self {
            Self::Hour => 1.hour(),
            Self::Day => 1.day(),
            Self::Week => 7.days(),
        }
    }

    /// The start of the bar that contains a moment, in the zone of the venue. Hours are those of
    /// the API, which begin with an hour of UTC.
    fn start(self, at: Timestamp, zone: &str) -> Zoned {
        let at = zoned(at, Some(zone));
        let day = || at.start_of_day().unwrap_or_else(|_| at.clone());
        match self {
            Self::Hour => {
                const HOUR_MS: i64 = 3_600_000;
                let ms = at.timestamp().as_millisecond();
                zoned(Timestamp::from_unix_ms(ms - ms.rem_euclid(HOUR_MS)), Some(zone))
            }
            Self::Day => day(),
            Self::Week => {
                let days = i64::from(at.weekday().since(Weekday::Monday));
                let date = at.date().saturating_sub(days.days());
                date.to_zoned(at.time_zone().clone()).unwrap_or_else(|_| day())
            }
        }
    }

    /// The starts of the bars from one moment to another, at most one more than are shown.
    fn starts(self, first: Timestamp, last: Timestamp, zone: &str) -> Vec<Timestamp> {
        let mut next = self.start(first, zone);
        let mut starts = Vec::new();
        while moment(&next) <= last && starts.len() <= self.bars_max() {
            starts.push(moment(&next));
            let Ok(later) = next.checked_add(self.span()) else { break };
            // Clocks that change at midnight leave a later hour behind.
            next = self.start(moment(&later), zone);
        }
        starts
    }
}

impl Series {
    /// The bars of hours with orders, until `end` or the last order; `None` without any.
    pub(crate) fn of(hours: &[(Timestamp, Sums)], end: Timestamp, zone: &str) -> Option<Self> {
        let first = hours.iter().map(|(hour, _)| *hour).min()?;
        let last = hours.iter().map(|(hour, _)| *hour).max()?.max(end);
        // A sale that has just begun is shown in its day, not as one wide bar.
        let day = last.minus(Duration::from_hours(HOURS_MIN - 1));
        let fits = |step: &Step| step.starts(first, last, zone).len() <= step.bars_max();
        let step = [Step::Hour, Step::Day].into_iter().find(fits).unwrap_or(Step::Week);
        let mut sums: BTreeMap<Timestamp, Sums> = BTreeMap::new();
        for (hour, of_hour) in hours {
            let bar = sums.entry(moment(&step.start(*hour, zone))).or_default();
            *bar = bar.plus(*of_hour);
        }
        // Of more weeks than are shown, the last ones.
        let weeks_ms = i64::try_from(WEEKS_MAX - 1).unwrap_or(0) * 7 * 24 * 3_600_000;
        let shown = match step {
            Step::Week => first.max(Timestamp::from_unix_ms(last.unix_ms() - weeks_ms)),
            Step::Hour => first.min(day),
            Step::Day => first,
        };
        let mut starts = step.starts(shown, last, zone);
        let surplus = starts.len().saturating_sub(step.bars_max());
        starts.drain(..surplus);
        let bar = |start| Bar { start, sums: sums.get(&start).copied().unwrap_or_default() };
        Some(Self { step, bars: starts.into_iter().map(bar).collect() })
    }

    /// The sums of all bars.
    pub(crate) fn sums(&self) -> Sums {
        self.bars.iter().fold(Sums::default(), |sum, bar| sum.plus(bar.sums))
    }

    /// The most units of a bar.
    pub(crate) fn peak(&self) -> u64 {
        self.bars.iter().map(|bar| bar.sums.sold).max().unwrap_or(0)
    }
}

fn moment(zoned: &Zoned) -> Timestamp {
    Timestamp::from_unix_ms(zoned.timestamp().as_millisecond())
}

/// The end of an axis for values up to `peak`: an even round number, so that its half is whole.
pub(crate) fn axis_end(peak: u64) -> u64 {
    let mut scale = 1_u64;
    loop {
        let end = [2_u64, 4, 6, 8, 10].map(|digit| digit.saturating_mul(scale));
        if let Some(end) = end.into_iter().find(|end| *end >= peak) {
            return end;
        }
        scale = scale.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: &str = "Europe/Berlin";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn sold(units: u64) -> Sums {
        Sums { orders: 1, sold: units, paid: 100, ..Sums::default() }
    }

    fn bars(series: &Series) -> Vec<(String, u64)> {
        series.bars.iter().map(|bar| (bar.start.to_string(), bar.sums.sold)).collect()
    }

    #[test]
    fn a_short_range_has_a_bar_for_each_hour() {
        let hours = [(at("2026-12-05T10:00:00Z"), sold(3)), (at("2026-12-05T12:00:00Z"), sold(1))];
        let series = Series::of(&hours, at("2026-12-05T13:20:00Z"), BERLIN).unwrap();
        assert_eq!(series.step, Step::Hour);
        assert_eq!(series.bars.len(), 24);
        let before = series.bars.iter().take(20).map(|bar| bar.sums);
        assert!(before.into_iter().all(|sums| sums == Sums::default()));
        let expected = [
            ("2026-12-05T10:00:00.000Z".to_owned(), 3),
            ("2026-12-05T11:00:00.000Z".to_owned(), 0),
            ("2026-12-05T12:00:00.000Z".to_owned(), 1),
            ("2026-12-05T13:00:00.000Z".to_owned(), 0),
        ];
        assert_eq!(bars(&series).split_off(20), expected);
        assert_eq!(Series::of(&[], at("2026-12-05T13:20:00Z"), BERLIN), None);
    }

    #[test]
    fn days_and_weeks_are_those_of_the_venue() {
        // 23:00 in UTC is the next day in Berlin.
        let hours = [(at("2026-10-23T22:00:00Z"), sold(1)), (at("2026-10-24T21:00:00Z"), sold(2))];
        let series = Series::of(&hours, at("2026-10-26T12:00:00Z"), BERLIN).unwrap();
        assert_eq!(series.step, Step::Day);
        let expected = [
            ("2026-10-23T22:00:00.000Z".to_owned(), 3),
            // A day of 25 hours.
            ("2026-10-24T22:00:00.000Z".to_owned(), 0),
            ("2026-10-25T23:00:00.000Z".to_owned(), 0),
        ];
        assert_eq!(bars(&series), expected);
        let series = Series::of(&hours, at("2027-02-01T00:00:00Z"), BERLIN).unwrap();
        assert_eq!(series.step, Step::Week);
        let first = series.bars.first().unwrap();
        assert_eq!((first.start, first.sums.sold), (at("2026-10-18T22:00:00Z"), 3));
    }

    #[test]
    fn no_order_is_lost_at_the_bounds_of_steps() {
        let first = at("2026-12-01T00:00:00Z");
        let after = |hours: u64| first.plus(Duration::from_hours(hours));
        for hours in [0, 1, 46, 47, 48, 49, 61 * 24, 62 * 24, 63 * 24, 103 * 7 * 24] {
            let sums = [(first, sold(2)), (after(hours), sold(5))];
            let series = Series::of(&sums, after(hours), "UTC").unwrap();
            assert_eq!(series.sums(), sold(2).plus(sold(5)), "{hours}");
            assert!(series.bars.len() <= series.step.bars_max(), "{hours}");
        }
        let count = |hours| Series::of(&[(first, sold(1))], after(hours), "UTC").unwrap().step;
        assert_eq!((count(47), count(48)), (Step::Hour, Step::Day));
        assert_eq!((count(61 * 24), count(62 * 24)), (Step::Day, Step::Week));
    }

    #[test]
    fn the_last_weeks_of_a_long_range_are_shown() {
        let hours = [(at("2020-01-06T00:00:00Z"), sold(1)), (at("2026-12-05T00:00:00Z"), sold(2))];
        let series = Series::of(&hours, at("2026-12-05T00:00:00Z"), "UTC").unwrap();
        assert_eq!((series.bars.len(), series.bars.last().unwrap().sums), (WEEKS_MAX, sold(2)));
        assert_eq!(sold(1).plus(sold(2)).minus(series.sums()), sold(1));
    }

    #[test]
    fn the_end_of_an_axis_is_even_and_above_its_values() {
        let ends = [(0, 2), (1, 2), (3, 4), (9, 10), (11, 20), (32, 40), (100, 100), (101, 200)];
        for (peak, end) in ends {
            assert_eq!(axis_end(peak), end, "{peak}");
        }
        assert!(axis_end(u64::MAX) >= u64::MAX / 2);
    }
}
