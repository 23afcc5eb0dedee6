//! Amount limits of the provider.

use contract::Currency;

use crate::api::error::ApiError;

/// An amount has at most eight digits (Stripe, "minimum and maximum charge amounts").
const AMOUNT_MAX: i64 = 99_999_999;

/// Currencies with more digits (the same page; for Indonesian rupiahs on every card network).
const AMOUNTS_MAX: &[(&str, i64)] = &[("idr", 999_999_999), ("inr", 999_999_999)];

/// The smallest amounts, in Stripe's minor units (the same page, settlement in the same currency).
/// Other currencies have no minimum here.
const AMOUNTS_MIN: &[(&str, i64)] = &[
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1000),
    ("usd", 50),
];

/// Parses a currency code.
///
/// # Errors
/// An unknown code; the error names the parameter.
pub(crate) fn currency(code: &str) -> Result<Currency, ApiError> {
    code.parse().map_err(|_| ApiError::invalid("currency", format!("Invalid currency: {code}")))
}

/// Checks the amount of a new payment intent, which is above zero.
///
/// # Errors
/// The amount is below the minimum, above the maximum, or not a multiple of the currency's step; the
/// error names the parameter.
pub(crate) fn check(amount: i64, currency: Currency) -> Result<(), ApiError> {
    let least = AMOUNTS_MIN.iter().find(|(code, _)| *code == currency.code());
    let least = least.map_or(1, |(_, least)| *least);
    if amount < least {
        let message =
            format!("Amount must be at least {least} of the smallest unit of {currency}.");
        return Err(ApiError::parameter("amount_too_small", "amount", message));
    }
    let most = AMOUNTS_MAX.iter().find(|(code, _)| *code == currency.code());
    let most = most.map_or(AMOUNT_MAX, |(_, most)| *most);
    if amount > most {
        let message = format!("Amount must be no more than {most}.");
        return Err(ApiError::parameter("amount_too_large", "amount", message));
    }
    let step = step(currency);
    if amount % step != 0 {
        let message = format!("Amounts in {currency} must be divisible by {step}.");
        return Err(ApiError::invalid("amount", message));
    }
    Ok(())
}

/// Card networks accept three decimals only with a trailing zero. The Icelandic krona has no
/// decimals, but amounts have two.
fn step(currency: Currency) -> i64 {
    match (currency.code(), currency.minor_digits()) {
        ("isk", _) => 100,
        (_, 3) => 10,
        _ => 1,
    }
}
