//! Numbers and amounts.

use std::fmt;

use contract::{Currency, Language, Money};
use icu::decimal::input::Decimal;

use crate::formatters::Formats;

/// A number: `10,000`.
#[must_use]
pub fn number(language: Language, number: impl fmt::Display) -> String {
    let text = number.to_string();
    match (&Formats::of(language).number, text.parse::<Decimal>()) {
        (Some(format), Ok(number)) => format.format(&number).to_string(),
        _ => text,
    }
}

/// An amount, with all decimals of its currency: `€24.50`.
#[must_use]
pub fn money(language: Language, money: &Money) -> String {
    let Money { minor_units, currency } = *money;
    let mut amount = Decimal::from(minor_units);
    amount.multiply_pow10(-i16::from(currency.minor_digits()));
    match Formats::of(language).amounts(currency) {
        Some(format) if is_exact(currency) => format.format_fixed_decimal(&amount).to_string(),
        _ => format!("{} {amount}", currency.code().to_uppercase()),
    }
}

/// Whether the formatter keeps every minor unit; it rounds some currencies to whole units.
fn is_exact(currency: Currency) -> bool {
    !ROUNDED.contains(&currency.code())
}

/// Currencies with minor units that the formatter rounds away.
const ROUNDED: &[&str] = &["cop", "huf", "idr"];

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor_units: i64, code: &str) -> Money {
        Money::new(minor_units, code.parse().unwrap())
    }

    #[test]
    fn amounts_have_the_form_of_the_language_and_the_decimals_of_the_currency() {
        let english = [("eur", "€1,234.50"), ("usd", "US$1,234.50"), ("jpy", "JP¥123,450")];
        for (code, text) in english {
            assert_eq!(money(Language::English, &amount(123_450, code)), text);
        }
        assert_eq!(money(Language::English, &amount(123_450, "kwd")), "KWD\u{a0}123.450");
        assert_eq!(money(Language::German, &amount(123_450, "eur")), "1.234,50\u{a0}€");
        assert_eq!(money(Language::AmericanEnglish, &amount(-5, "usd")), "-$0.05");
    }

    #[test]
    fn no_amount_is_rounded() {
        for currency in Currency::all() {
            let text = money(Language::English, &Money::new(123_456_789, currency));
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, "123456789", "{text}");
        }
    }
}
