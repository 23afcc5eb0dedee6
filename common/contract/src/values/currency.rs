//! Currencies: the ISO 4217 codes of prices, and their minor digits.

use std::str::FromStr;

use derive_more::{Debug, Display};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency, written as its lower-case ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Display)]
#[debug("{}", self.code())]
#[display("{}", self.code())]
pub struct Currency {
    code: [u8; 3],
    minor_digits: u8,
}

/// The text is not the code of a supported currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an ISO 4217 code that is supported here, such as usd")]
pub struct NotACurrency;

/// Minor digits and codes (ISO 4217, list one, 2024) of the currencies that card networks settle.
const CURRENCIES: [(u8, &[&str]); 3] = [
    (0, &["clp", "isk", "jpy", "krw", "vnd"]),
    (
        2,
        &[
            "aed", "ars", "aud", "bgn", "brl", "cad", "chf", "cny", "cop", "czk", "dkk", "egp",
            "eur", "gbp", "hkd", "huf", "idr", "ils", "inr", "kes", "mad", "mxn", "myr", "ngn",
            "nok", "nzd", "pen", "php", "pln", "qar", "ron", "sar", "sek", "sgd", "thb", "try",
            "twd", "uah", "usd", "uyu", "zar",
        ],
    ),
    (3, &["bhd", "jod", "kwd", "omr", "tnd"]),
];

impl Currency {
    /// The US dollar: the default currency of a price.
    pub const USD: Self = Self { code: *b"usd", minor_digits: 2 };

    /// The euro.
    pub const EUR: Self = Self { code: *b"eur", minor_digits: 2 };

    /// Every supported currency.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES.iter().flat_map(|(_, codes)| *codes).filter_map(|code| code.parse().ok())
    }

    /// The lower-case code, `usd`.
    #[must_use]
    pub fn code(&self) -> &str {
        str::from_utf8(&self.code).unwrap_or_default()
    }

    /// Decimal digits of the minor unit: 2 for `usd`, 0 for `jpy`, 3 for `kwd`.
    #[must_use]
    pub const fn minor_digits(&self) -> u8 {
        self.minor_digits
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::USD
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        let wanted = text.to_ascii_lowercase();
        let code = wanted.as_bytes().try_into().map_err(|_| NotACurrency)?;
        let known = CURRENCIES.iter().find(|(_, codes)| codes.contains(&wanted.as_str()));
        known.map(|&(minor_digits, _)| Self { code, minor_digits }).ok_or(NotACurrency)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

crate::schema!(
    Currency,
    String,
    pattern(Some("^[A-Za-z]{3}$")),
    description(Some("ISO 4217 code; returned in lower case")),
    examples([serde_json::json!("usd")]),
);
