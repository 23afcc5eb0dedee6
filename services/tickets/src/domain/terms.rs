//! Description and terms of a ticket, each part with its rule.

use contract::money::{Decimal, NotAnAmount};
use contract::number::WholeNumber;
use contract::text::{Line, Paragraphs, Trusted as _, stored, stored_option};
use contract::ticket::WHOLE_PRICE;
use contract::{Currency, Money, Timestamp};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// Title of a ticket: 1 to 200 characters.
pub type Title = Line<200, 800>;
/// Venue: 1 to 200 characters.
pub type Venue = Line<200, 800>;
/// Description: 1 to 5,000 characters on any number of lines. Twice as many code points of at most
/// four bytes fit into a body.
pub type Description = Paragraphs<5_000, 10_000>;
/// Search text: 1 to 100 characters.
pub type Search = Line<100, 400>;

/// Title of the tickets and shows of an erased seller.
pub(super) const ERASED_TITLE: &str = "Withdrawn";

/// Maximum quantity of a ticket: the capacity of the largest stadiums.
const QUANTITY_MAX: u32 = 200_000;
/// Maximum price in major units of any currency; the total of any order fits into a `Money`.
const PRICE_MAX: i64 = 10_000_000;

/// Quantity of a ticket: 1 to 200,000 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WholeNumber")]
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

impl TryFrom<WholeNumber> for Quantity {
    type Error = &'static str;

    fn try_from(WholeNumber(units): WholeNumber) -> Result<Self, Self::Error> {
        let units = u32::try_from(units).ok().filter(|units| (1..=QUANTITY_MAX).contains(units));
        units.map(Self).ok_or("must be a whole number from 1 to 200000")
    }
}

/// Maximum of [`ResaleCap`]: a resale at twice the price is a business, and no way to return a ticket.
const RESALE_CAP_MAX: u16 = 200;

/// The highest price of a resale: 0 to 200 percent of the price that was paid first, 100 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WholeNumber")]
pub struct ResaleCap(u16);

impl ResaleCap {
    /// In percent; 0 forbids a resale.
    #[must_use]
    pub const fn percent(self) -> u16 {
        self.0
    }
}

impl Default for ResaleCap {
    fn default() -> Self {
        Self(WHOLE_PRICE)
    }
}

impl TryFrom<WholeNumber> for ResaleCap {
    type Error = &'static str;

    fn try_from(WholeNumber(percent): WholeNumber) -> Result<Self, Self::Error> {
        let percent = u16::try_from(percent).ok().filter(|percent| *percent <= RESALE_CAP_MAX);
        percent.map(Self).ok_or("must be a whole number from 0 to 200")
    }
}

/// Price without its currency: zero or more. The other rules depend on the currency.
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
    /// The price in a currency: at most 10,000,000 major units, no more decimals than the currency
    /// has.
    ///
    /// # Errors
    /// The violated rule.
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

/// Description and terms of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Title.
    #[serde(deserialize_with = "stored")]
    pub title: Title,
    /// Price of one unit.
    pub price: Money,
    /// Total units offered.
    pub quantity: Quantity,
    /// Description.
    #[serde(default, deserialize_with = "stored_option")]
    pub description: Option<Description>,
    /// Venue; `None` in a ticket of a show, which has that of the show.
    #[serde(default, deserialize_with = "stored_option")]
    pub venue: Option<Venue>,
    /// Start of the event; `None` in a ticket of a show, which has that of the show.
    pub starts_at: Option<Timestamp>,
    /// Whether units can be ordered after the start.
    #[serde(default)]
    pub late_sales: bool,
    /// The highest price of a resale.
    #[serde(default)]
    pub resale_cap: ResaleCap,
    /// Whether admissions have codes of devices only, and none on paper.
    #[serde(default)]
    pub device_only: bool,
}

impl Terms {
    /// The terms without the seller's texts, for an erased seller.
    #[must_use]
    pub(crate) fn without_words(&self) -> Self {
        Self { title: Title::trusted(ERASED_TITLE), description: None, venue: None, ..self.clone() }
    }

    /// Whether the start is absent or after `now`.
    #[must_use]
    pub(crate) fn begin_after(&self, now: Timestamp) -> bool {
        self.starts_at.is_none_or(|starts_at| starts_at > now)
    }

    /// Checks that the terms of a ticket of a show leave the place and the start to the show.
    pub(super) fn check_of_a_show(&self) -> Result<(), Refusal> {
        let fields: &[&str] = match (self.starts_at, &self.venue) {
            (None, None) => return Ok(()),
            (Some(_), None) => &["startsAt"],
            (None, Some(_)) => &["venue"],
            (Some(_), Some(_)) => &["startsAt", "venue"],
        };
        Err(Refusal::OfTheShow { fields })
    }
}
