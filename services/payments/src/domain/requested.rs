//! Values of requests: an amount of a top-up or refund, and a card's token.

use contract::money::{Decimal, NotAnAmount};
use contract::{Currency, Money};
use serde::{Deserialize, Serialize};

/// In major units of any currency: the highest price of a ticket.
const TOP_UP_MAX: i64 = 10_000_000;

/// A requested amount, above zero; its other rules depend on the currency.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Decimal")]
pub(crate) struct RequestedAmount(Decimal);

impl TryFrom<Decimal> for RequestedAmount {
    type Error = &'static str;

    fn try_from(amount: Decimal) -> Result<Self, Self::Error> {
        if amount.is_positive() { Ok(Self(amount)) } else { Err("must be above zero") }
    }
}

impl RequestedAmount {
    pub(crate) fn in_currency(&self, currency: Currency) -> Result<Money, NotAnAmount> {
        self.0.in_currency(currency)
    }

    /// Also at most 10,000,000 major units.
    pub(crate) fn of_top_up(&self, currency: Currency) -> Result<Money, String> {
        let too_large = || format!("must be at most {TOP_UP_MAX}");
        let amount = self.in_currency(currency).map_err(|error| match error {
            NotAnAmount::TooLarge => too_large(),
            NotAnAmount::TooManyDecimals(_) => error.to_string(),
        })?;
        let most = TOP_UP_MAX * 10_i64.pow(u32::from(currency.minor_digits()));
        if amount.minor_units <= most { Ok(amount) } else { Err(too_large()) }
    }
}

/// Maximum length; Stripe's tokens have under 40 characters.
const TOKEN_MAX: usize = 255;

/// A provider's token of a card: 1 to 255 visible ASCII characters, which `Debug` hides.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[debug("Token(…)")]
#[serde(try_from = "String")]
pub struct Token(String);

impl Token {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Token {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=TOKEN_MAX).contains(&text.len());
        if fits && text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err("must be 1 to 255 visible ASCII characters")
        }
    }
}
