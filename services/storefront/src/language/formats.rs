//! Numbers, amounts and times in the form of a language.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use contract::{Currency, Money, Timestamp};
use icu::calendar::Iso;
use icu::calendar::types::RataDie;
use icu::datetime::fieldsets::{MDE, MDET, T, YMDE, YMDET};
use icu::datetime::input::{Date, DateTime, Time};
use icu::datetime::options::TimePrecision;
use icu::datetime::{DateTimeFormatter, NoCalendarFormatter};
use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal;
use icu::decimal::options::DecimalFormatterOptions;
use icu::experimental::dimension::currency::CurrencyType;
use icu::experimental::dimension::currency::formatter::CurrencyFormatter;
use icu::experimental::dimension::currency::options::CurrencyFormatterOptions;
use icu::locale::Locale;
use icu::locale::extensions::unicode::Value;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp as Instant, Zoned};

use super::Language;

/// The amounts of a language and a currency.
type Amounts = CurrencyFormatter<DecimalFormatter>;

/// The formatters of a language; those of a currency are built at their first use.
struct Formats {
    locale: Locale,
    number: Option<DecimalFormatter>,
    short: Option<DateTimeFormatter<MDET>>,
    day: Option<DateTimeFormatter<MDE>>,
    short_with_year: Option<DateTimeFormatter<YMDET>>,
    long: Option<DateTimeFormatter<YMDET>>,
    date: Option<DateTimeFormatter<YMDE>>,
    time: Option<NoCalendarFormatter<T>>,
    minute: Option<NoCalendarFormatter<T>>,
    amounts: RefCell<HashMap<Currency, Option<Rc<Amounts>>>>,
}

thread_local! {
    static FORMATS: RefCell<HashMap<Language, Rc<Formats>>> = RefCell::default();
}

impl Formats {
    fn of(language: Language) -> Rc<Self> {
        FORMATS.with_borrow_mut(|known| {
            Rc::clone(known.entry(language).or_insert_with(|| Rc::new(Self::new(language))))
        })
    }

    /// A formatter without data of its language is absent: pages show a plain form instead.
    fn new(language: Language) -> Self {
        let locale: Locale = language.tag().parse().unwrap_or(Locale::UNKNOWN);
        let (number, dated) = ((&locale).into(), || (&locale).into());
        Self {
            number: DecimalFormatter::try_new(number, DecimalFormatterOptions::default()).ok(),
            short: DateTimeFormatter::try_new(
                dated(),
                MDET::medium().with_time_precision(TimePrecision::Minute),
            )
            .ok(),
            day: DateTimeFormatter::try_new(dated(), MDE::medium()).ok(),
            short_with_year: DateTimeFormatter::try_new(
                dated(),
                YMDET::medium().with_time_precision(TimePrecision::Minute),
            )
            .ok(),
            long: DateTimeFormatter::try_new(
                dated(),
                YMDET::long().with_time_precision(TimePrecision::Minute),
            )
            .ok(),
            date: DateTimeFormatter::try_new(dated(), YMDE::long()).ok(),
            time: NoCalendarFormatter::try_new(dated(), T::hms()).ok(),
            minute: NoCalendarFormatter::try_new(dated(), T::hm()).ok(),
            amounts: RefCell::default(),
            locale,
        }
    }

    fn amounts(&self, currency: Currency) -> Option<Rc<Amounts>> {
        let new = || {
            let code: CurrencyType =
                CurrencyType::try_from(&currency.code().parse::<Value>().ok()?).ok()?;
            let amounts = CurrencyFormatter::try_new_symbol(
                (&self.locale).into(),
                code,
                CurrencyFormatterOptions::default(),
            );
            Some(Rc::new(amounts.ok()?))
        };
        self.amounts.borrow_mut().entry(currency).or_insert_with(new).clone()
    }
}

impl Language {
    /// A number: `10,000`.
    #[must_use]
    pub fn number(self, number: impl fmt::Display) -> String {
        let text = number.to_string();
        match (&Formats::of(self).number, text.parse::<Decimal>()) {
            (Some(format), Ok(number)) => format.format(&number).to_string(),
            _ => text,
        }
    }

    /// An amount, with all decimals of its currency: `€24.50`.
    #[must_use]
    pub fn money(self, money: &Money) -> String {
        let Money { minor_units, currency } = *money;
        let mut amount = Decimal::from(minor_units);
        amount.multiply_pow10(-i16::from(currency.minor_digits()));
        match Formats::of(self).amounts(currency) {
            Some(format) if is_exact(currency) => format.format_fixed_decimal(&amount).to_string(),
            _ => format!("{} {amount}", currency.code().to_uppercase()),
        }
    }

    /// A short time near others of its day, in the zone of the venue: `Sat 5 Dec, 20:00`.
    #[must_use]
    pub fn short_time(self, at: &Timestamp, zone: Option<&str>) -> String {
        self.short(&zoned(*at, zone))
    }

    fn short(self, at: &Zoned) -> String {
        match &Formats::of(self).short {
            Some(format) => format.format(&input(at)).to_string(),
            None => at.datetime().to_string(),
        }
    }

    /// A short date for tables, in the zone of the venue: `Sat 5 Dec`.
    #[must_use]
    pub fn short_date(self, at: &Timestamp, zone: Option<&str>) -> String {
        let at = zoned(*at, zone);
        match &Formats::of(self).day {
            Some(format) => format.format(&input(&at)).to_string(),
            None => at.date().to_string(),
        }
    }

    /// As [`Self::short_time`], for lists: with the year unless it is the present one,
    /// `Fri, 1 Jun 2035, 20:00`.
    #[must_use]
    pub fn list_time(self, at: &Timestamp, zone: Option<&str>, now: Timestamp) -> String {
        let (present, at) = (zoned(now, zone), zoned(*at, zone));
        if at.year() == present.year() {
            return self.short(&at);
        }
        match &Formats::of(self).short_with_year {
            Some(format) => format.format(&input(&at)).to_string(),
            None => at.datetime().to_string(),
        }
    }

    /// A full date and time, in the zone of the venue, which is named:
    /// `Saturday, 5 December 2026 at 20:00 (Berlin)`.
    #[must_use]
    pub fn long_time(self, at: &Timestamp, zone: Option<&str>) -> String {
        let zoned = zoned(*at, zone);
        let time = match &Formats::of(self).long {
            Some(format) => format.format(&input(&zoned)).to_string(),
            None => zoned.datetime().to_string(),
        };
        format!("{time} ({})", zone_name(zone))
    }

    /// A date, in the zone of the venue.
    #[must_use]
    pub fn date(self, at: &Timestamp, zone: Option<&str>) -> String {
        let at = zoned(*at, zone);
        match &Formats::of(self).date {
            Some(format) => format.format(&input(&at)).to_string(),
            None => at.date().to_string(),
        }
    }

    /// A time of day in the zone of the venue, without naming it: `19:15`.
    #[must_use]
    pub fn time_of_day(self, at: &Timestamp, zone: Option<&str>) -> String {
        let at = zoned(*at, zone);
        match &Formats::of(self).minute {
            Some(format) => format.format(&input(&at).time).to_string(),
            None => at.time().to_string(),
        }
    }

    /// A time of day with seconds and its zone: `19:04:12 UTC`.
    #[must_use]
    pub fn time(self, at: &Timestamp, zone: Option<&str>) -> String {
        let at = zoned(*at, zone);
        let time = match &Formats::of(self).time {
            Some(format) => format.format(&input(&at).time).to_string(),
            None => at.time().to_string(),
        };
        format!("{time} ({})", zone_name(zone))
    }
}

/// 1970-01-01 as a day of the calendar library's count.
const UNIX_EPOCH_RATA_DIE: i64 = 719_163;

/// Whether the formatter keeps every minor unit; it rounds some currencies to whole units.
fn is_exact(currency: Currency) -> bool {
    !ROUNDED.contains(&currency.code())
}

/// Currencies with minor units that the formatter rounds away.
const ROUNDED: &[&str] = &["cop", "huf", "idr"];

/// A time in a zone; in UTC if the zone is unknown.
pub(crate) fn zoned(at: Timestamp, zone: Option<&str>) -> Zoned {
    let zone = zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    let since = SignedDuration::from_millis(at.unix_ms());
    let instant = Instant::from_duration(since).unwrap_or(Instant::UNIX_EPOCH);
    instant.to_zoned(zone)
}

/// The name of a zone: its city, `Berlin`.
pub(crate) fn zone_name(zone: Option<&str>) -> String {
    let zone = zone.unwrap_or("UTC");
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

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

    fn money(minor_units: i64, code: &str) -> Money {
        Money::new(minor_units, code.parse().unwrap())
    }

    #[test]
    fn amounts_have_the_form_of_the_language_and_the_decimals_of_the_currency() {
        let english = [("eur", "€1,234.50"), ("usd", "US$1,234.50"), ("jpy", "JP¥123,450")];
        for (code, text) in english {
            assert_eq!(Language::English.money(&money(123_450, code)), text);
        }
        assert_eq!(Language::English.money(&money(123_450, "kwd")), "KWD\u{a0}123.450");
        assert_eq!(Language::German.money(&money(123_450, "eur")), "1.234,50\u{a0}€");
        assert_eq!(Language::AmericanEnglish.money(&money(-5, "usd")), "-$0.05");
    }

    #[test]
    fn no_amount_is_rounded() {
        for currency in Currency::all() {
            let text = Language::English.money(&Money::new(123_456_789, currency));
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, "123456789", "{text}");
        }
    }

    #[test]
    fn times_are_those_of_the_venue() {
        let berlin = Some("Europe/Berlin");
        assert_eq!(Language::English.short_time(&AT, berlin), "Sat 5 Dec, 21:00");
        assert_eq!(Language::English.short_date(&AT, berlin), "Sat 5 Dec");
        // The year of the venue, at its New Year.
        let new_year = |text: &str| text.parse::<Timestamp>().unwrap();
        let listed = |now: &str| Language::English.list_time(&AT, berlin, new_year(now));
        for now in ["2025-12-31T23:00:00Z", "2026-12-31T22:59:59Z"] {
            assert_eq!(listed(now), "Sat 5 Dec, 21:00", "{now}");
        }
        for now in ["2025-12-31T22:59:59Z", "2026-12-31T23:00:00Z"] {
            assert_eq!(listed(now), "Sat, 5 Dec 2026, 21:00", "{now}");
        }
        let long = Language::English.long_time(&AT, Some("America/New_York"));
        assert_eq!(long, "Saturday, 5 December 2026 at 15:00 (New York)");
        let german = Language::German.long_time(&AT, berlin);
        assert_eq!(german, "Samstag, 5. Dezember 2026 um 21:00 (Berlin)");
        assert_eq!(
            Language::English.long_time(&AT, None),
            "Saturday, 5 December 2026 at 20:00 (UTC)"
        );
    }
}
