//! What a seller says of a ticket, each part with its rule.

use std::str::FromStr;

use contract::money::{Decimal, NotAnAmount};
use contract::{Currency, Money, Timestamp};
use serde::{Deserialize, Serialize};

/// Characters of a title at the most.
const TITLE_MAX: usize = 200;
/// Characters of a description at the most.
const DESCRIPTION_MAX: usize = 5_000;
/// Characters of a venue at the most.
const VENUE_MAX: usize = 200;
/// Characters of a search at the most.
const SEARCH_MAX: usize = 100;
/// Units of a ticket at the most: the largest stadium there is.
const QUANTITY_MAX: u32 = 200_000;
/// Major units of a price at the most, in any currency: leaves room to add up any order.
const PRICE_MAX: i64 = 10_000_000;

/// Which characters a text may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// Printable ones.
    One,
    /// Printable ones and line ends.
    Many,
}

impl Lines {
    fn allow(self, c: char) -> bool {
        let ends_line = self == Self::Many && c == '\n';
        ends_line || !(c.is_control() || is_layout(c))
    }
}

/// Line separators, and marks that reverse the text behind them: with these a title could pass for another one.
/// Source: Unicode Technical Report 36, section 2.2 (bidirectional text spoofing). Joiners stay, emoji need them.
const fn is_layout(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text as it is searched: upper and lower case are the same, also where a letter has several forms (`Σσς`, `ẞß` and
/// `ss`). Letter by letter, so that a part of a text folds to a part of it.
fn folded(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase);
    lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:expr, $lines:expr, $rule:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let text = text.trim();
                let fits = (1..=$max).contains(&text.chars().count());
                let allowed = text.chars().all(|c| $lines.allow(c));
                if fits && allowed { Ok(Self(text.to_owned())) } else { Err($rule) }
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }
    };
}

text!(
    /// What a ticket is called: 1 to 200 characters after trimming, none of them a control character.
    Title, TITLE_MAX, Lines::One, "must be 1 to 200 characters, without control characters"
);
text!(
    /// What there is to say: 1 to 5,000 characters after trimming; line ends are fine.
    Description, DESCRIPTION_MAX, Lines::Many, "must be 1 to 5000 characters, without control characters"
);
text!(
    /// Where it takes place: 1 to 200 characters after trimming.
    Venue, VENUE_MAX, Lines::One, "must be 1 to 200 characters, without control characters"
);
text!(
    /// A part of a title: 1 to 100 characters.
    Search, SEARCH_MAX, Lines::One, "must be 1 to 100 characters, without control characters"
);

impl Title {
    /// The title as it is searched.
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

impl Search {
    /// What a title as it is searched must contain.
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

/// Units offered: 1 to 200,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct Quantity(u32);

impl Quantity {
    /// One unit.
    pub const ONE: Self = Self(1);

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Quantity {
    type Error = &'static str;

    fn try_from(units: i64) -> Result<Self, Self::Error> {
        let units = u32::try_from(units).ok().filter(|units| (1..=QUANTITY_MAX).contains(units));
        units.map(Self).ok_or("must be a whole number from 1 to 200000")
    }
}

/// A price as it is written: zero or more; the rest of its rule needs its currency.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Decimal")]
pub struct Price(Decimal);

impl TryFrom<Decimal> for Price {
    type Error = &'static str;

    fn try_from(price: Decimal) -> Result<Self, Self::Error> {
        if price.is_negative() { Err("must be zero or more") } else { Ok(Self(price)) }
    }
}

impl Price {
    /// The price in a currency: at most 10,000,000 major units, no more decimals than the currency has.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn in_currency(&self, currency: Currency) -> Result<Money, String> {
        let too_large = || format!("must be at most {PRICE_MAX}");
        let price = self.0.in_currency(currency).map_err(|error| match error {
            NotAnAmount::TooLarge => too_large(),
            NotAnAmount::TooManyDecimals(_) => error.to_string(),
        })?;
        let most = PRICE_MAX * 10_i64.pow(u32::from(currency.minor_digits()));
        if price.minor_units <= most { Ok(price) } else { Err(too_large()) }
    }
}

/// Everything that a seller says of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// What it is called.
    pub title: Title,
    /// Price of one unit.
    pub price: Money,
    /// Units offered in all.
    pub quantity: Quantity,
    /// What there is to say.
    pub description: Option<Description>,
    /// Where it takes place.
    pub venue: Option<Venue>,
    /// When it begins.
    pub starts_at: Option<Timestamp>,
    /// Whether it can still be ordered after it has begun.
    #[serde(default)]
    pub late_sales: bool,
}

impl Terms {
    /// Whether it can still begin: it has no time, or one after `now`.
    #[must_use]
    pub fn begin_after(&self, now: Timestamp) -> bool {
        self.starts_at.is_none_or(|starts_at| starts_at > now)
    }
}
