//! The formatters of each language, built once for each thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use contract::{Currency, Language};
use icu::datetime::fieldsets::{MDE, MDET, T, YMDE, YMDET};
use icu::datetime::options::TimePrecision;
use icu::datetime::{DateTimeFormatter, NoCalendarFormatter};
use icu::decimal::DecimalFormatter;
use icu::decimal::options::DecimalFormatterOptions;
use icu::experimental::dimension::currency::CurrencyType;
use icu::experimental::dimension::currency::formatter::CurrencyFormatter;
use icu::experimental::dimension::currency::options::CurrencyFormatterOptions;
use icu::locale::Locale;
use icu::locale::extensions::unicode::Value;

/// The amounts of a language and a currency.
pub(crate) type Amounts = CurrencyFormatter<DecimalFormatter>;

/// The formatters of a language; those of a currency are built at their first use.
pub(crate) struct Formats {
    locale: Locale,
    pub(crate) number: Option<DecimalFormatter>,
    pub(crate) short: Option<DateTimeFormatter<MDET>>,
    pub(crate) day: Option<DateTimeFormatter<MDE>>,
    pub(crate) short_with_year: Option<DateTimeFormatter<YMDET>>,
    pub(crate) long: Option<DateTimeFormatter<YMDET>>,
    pub(crate) date: Option<DateTimeFormatter<YMDE>>,
    pub(crate) time: Option<NoCalendarFormatter<T>>,
    pub(crate) minute: Option<NoCalendarFormatter<T>>,
    amounts: RefCell<HashMap<Currency, Option<Rc<Amounts>>>>,
}

thread_local! {
    static FORMATS: RefCell<HashMap<Language, Rc<Formats>>> = RefCell::default();
}

impl Formats {
    pub(crate) fn of(language: Language) -> Rc<Self> {
        FORMATS.with_borrow_mut(|known| {
            Rc::clone(known.entry(language).or_insert_with(|| Rc::new(Self::new(language))))
        })
    }

    /// A formatter without data of its language is absent: a plain form is shown instead.
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

    pub(crate) fn amounts(&self, currency: Currency) -> Option<Rc<Amounts>> {
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
