//! Money: integer minor units inside, exact decimal numbers outside; no floating point anywhere.

use derive_more::Display;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{Currency, number};

/// An amount in one currency, in its minor units (cents for `usd`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Display, Serialize, Deserialize)]
#[display("{} {currency}", self.to_decimal())]
#[serde(rename_all = "camelCase")]
pub struct Money {
    /// Minor units; negative only in a ledger.
    pub minor_units: i64,
    /// The currency.
    pub currency: Currency,
}

/// Why two amounts have no sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSum {
    /// The amounts are in different currencies.
    #[error("amounts are in different currencies")]
    CurrenciesDiffer,
    /// The result does not fit 64 bits.
    #[error("amount is too large")]
    TooLarge,
}

impl Money {
    /// This number of minor units of a currency.
    #[must_use]
    pub const fn new(minor_units: i64, currency: Currency) -> Self {
        Self { minor_units, currency }
    }

    /// Zero, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum.
    ///
    /// # Errors
    /// [`NoSum`] when the currencies differ or the sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, NoSum> {
        if self.currency != other.currency {
            return Err(NoSum::CurrenciesDiffer);
        }
        let sum = self.minor_units.checked_add(other.minor_units).ok_or(NoSum::TooLarge)?;
        Ok(Self::new(sum, self.currency))
    }

    /// The amount `count` times.
    ///
    /// # Errors
    /// [`NoSum::TooLarge`] when the product does not fit.
    pub fn times(self, count: u32) -> Result<Self, NoSum> {
        let product = self.minor_units.checked_mul(i64::from(count)).ok_or(NoSum::TooLarge)?;
        Ok(Self::new(product, self.currency))
    }

    /// The amount as a decimal number: `20`, `20.10`; see [`Decimal`].
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_minor_units(self.minor_units, self.currency.minor_digits())
    }
}

/// An exact decimal number of major units, read from and written to JSON without a float.
///
/// Accepts any JSON number, by value (`20`, `2.01e1`); rejects quoted ones. Requires `serde_json`,
/// which gives the text of a number.
#[derive(Clone, PartialEq, Eq, Debug, Display)]
pub struct Decimal {
    text: String,
}

/// Why a decimal number is not an amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAmount {
    /// It has more decimals than the currency.
    #[error("must have at most {0} decimals in this currency")]
    TooManyDecimals(u8),
    /// It does not fit 64 bits of minor units.
    #[error("is too large")]
    TooLarge,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let text = number::plain(text);
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        (all_digits(whole) && all_digits(fraction)).then(|| Self { text: text.into_owned() })
    }

    fn from_minor_units(minor_units: i64, minor_digits: u8) -> Self {
        let sign = if minor_units < 0 { "-" } else { "" };
        let scale = 10_u64.pow(u32::from(minor_digits));
        let units = minor_units.unsigned_abs();
        let (whole, fraction) = (units / scale, units % scale);
        let width = usize::from(minor_digits);
        let text = if fraction == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction:0width$}")
        };
        Self { text }
    }

    /// Whether it is above zero, in whatever currency.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        !self.text.starts_with('-') && self.text.bytes().any(|b| matches!(b, b'1'..=b'9'))
    }

    /// Whether it is below zero, in whatever currency.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.text.starts_with('-') && self.text.bytes().any(|b| matches!(b, b'1'..=b'9'))
    }

    /// The amount in a currency.
    ///
    /// # Errors
    /// [`NotAnAmount`] when it has more (non-zero) decimals than the currency or does not fit.
    pub fn in_currency(&self, currency: Currency) -> Result<Money, NotAnAmount> {
        let digits_max = currency.minor_digits();
        let (negative, digits) = match self.text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.text.as_str()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > usize::from(digits_max) {
            return Err(NotAnAmount::TooManyDecimals(digits_max));
        }
        let width = usize::from(digits_max);
        let units = format!("{whole}{fraction:0<width$}");
        let units: i64 = units.parse().map_err(|_| NotAnAmount::TooLarge)?;
        Ok(Money::new(if negative { -units } else { units }, currency))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.text.clone()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get())
            .ok_or_else(|| serde::de::Error::custom("must be a number such as 20.10"))
    }
}

crate::schema!(
    Decimal,
    Number,
    description(Some("Exact decimal number of major units")),
    examples([serde_json::json!(20.5)]),
);
