//! Currencies: the ISO 4217 codes of prices, and their minor digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency, written as its lower-case ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    minor_digits: u8,
}

/// The text is not the code of a supported currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an ISO 4217 code that is supported here, such as usd")]
pub struct NotACurrency;

/// Code and minor digits (ISO 4217, list one, 2024), without funds, metals and codes that no card
/// network settles.
const CURRENCIES: &[(&[u8; 3], u8)] = &[
    (b"aed", 2),
    (b"ars", 2),
    (b"aud", 2),
    (b"bgn", 2),
    (b"bhd", 3),
    (b"brl", 2),
    (b"cad", 2),
    (b"chf", 2),
    (b"clp", 0),
    (b"cny", 2),
    (b"cop", 2),
    (b"czk", 2),
    (b"dkk", 2),
    (b"egp", 2),
    (b"eur", 2),
    (b"gbp", 2),
    (b"hkd", 2),
    (b"huf", 2),
    (b"idr", 2),
    (b"ils", 2),
    (b"inr", 2),
    (b"isk", 0),
    (b"jod", 3),
    (b"jpy", 0),
    (b"kes", 2),
    (b"krw", 0),
    (b"kwd", 3),
    (b"mad", 2),
    (b"mxn", 2),
    (b"myr", 2),
    (b"ngn", 2),
    (b"nok", 2),
    (b"nzd", 2),
    (b"omr", 3),
    (b"pen", 2),
    (b"php", 2),
    (b"pln", 2),
    (b"qar", 2),
    (b"ron", 2),
    (b"sar", 2),
    (b"sek", 2),
    (b"sgd", 2),
    (b"thb", 2),
    (b"tnd", 3),
    (b"try", 2),
    (b"twd", 2),
    (b"uah", 2),
    (b"usd", 2),
    (b"uyu", 2),
    (b"vnd", 0),
    (b"zar", 2),
];

impl Currency {
    /// The US dollar: the default currency of a price.
    pub const USD: Self = Self { code: *b"usd", minor_digits: 2 };

    /// The euro.
    pub const EUR: Self = Self { code: *b"eur", minor_digits: 2 };

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

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        let wanted = text.to_ascii_lowercase();
        CURRENCIES
            .iter()
            .find(|(code, _)| code.as_slice() == wanted.as_bytes())
            .map(|&(code, minor_digits)| Self { code: *code, minor_digits })
            .ok_or(NotACurrency)
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

impl utoipa::PartialSchema for Currency {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[A-Za-z]{3}$"))
            .description(Some("ISO 4217 code; returned in lower case"))
            .examples([serde_json::json!("usd")])
            .into()
    }
}

impl utoipa::ToSchema for Currency {}
