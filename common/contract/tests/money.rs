//! Exact money.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use contract::money::{Decimal, NotAnAmount};
use contract::{Currency, Money};
use proptest::prelude::*;

fn amount(json: &str, currency: &str) -> Result<i64, String> {
    let decimal: Decimal = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let money =
        decimal.in_currency(currency.parse().unwrap()).map_err(|error| error.to_string())?;
    Ok(money.minor_units)
}

#[test]
fn decimal_numbers_become_minor_units_exactly() {
    for (json, currency, minor_units) in [
        ("20", "usd", 2_000),
        ("20.1", "usd", 2_010),
        ("20.10", "usd", 2_010),
        ("20.100", "usd", 2_010),
        ("0.01", "usd", 1),
        ("0.07", "usd", 7),
        ("1.15", "usd", 115),
        ("-3.5", "usd", -350),
        ("500", "jpy", 500),
        ("500.0", "jpy", 500),
        ("1.234", "kwd", 1_234),
        ("92233720368547758.07", "usd", i64::MAX),
        ("1e3", "usd", 100_000),
        ("2E+1", "jpy", 20),
        ("2050e-2", "usd", 2_050),
        ("-0.0", "usd", 0),
    ] {
        assert_eq!(amount(json, currency), Ok(minor_units), "{json} {currency}");
    }
}

#[test]
fn inexact_amounts_are_rejected() {
    let too_many = NotAnAmount::TooManyDecimals(2).to_string();
    assert_eq!(amount("20.105", "usd"), Err(too_many));
    assert_eq!(amount("1.5", "jpy"), Err(NotAnAmount::TooManyDecimals(0).to_string()));
    assert_eq!(amount("92233720368547758.08", "usd"), Err(NotAnAmount::TooLarge.to_string()));
    assert_eq!(amount("1e1000000000", "usd"), Err(NotAnAmount::TooLarge.to_string()));
    assert_eq!(amount("1E-1000000000", "usd"), Err(NotAnAmount::TooManyDecimals(2).to_string()));
    for json in ["\"20\"", "null", "true", "[]", "1e", "1.", "NaN"] {
        assert!(amount(json, "usd").is_err(), "{json}");
    }
}

#[test]
fn amounts_have_all_minor_digits_or_none() {
    for (minor_units, currency, text) in [
        (2_000, "usd", "20"),
        (2_010, "usd", "20.10"),
        (-5, "usd", "-0.05"),
        (500, "jpy", "500"),
        (1_234, "kwd", "1.234"),
    ] {
        let money = Money::new(minor_units, currency.parse().unwrap());
        assert_eq!(serde_json::to_string(&money.to_decimal()).unwrap(), text);
    }
}

#[test]
fn sums_of_different_currencies_and_overflowing_sums_are_rejected() {
    assert!(Money::new(1, Currency::USD).plus(Money::new(1, Currency::EUR)).is_err());
    assert!(Money::new(i64::MAX, Currency::USD).plus(Money::new(1, Currency::USD)).is_err());
    assert!(Money::new(i64::MAX, Currency::USD).times(2).is_err());
}

proptest! {
    #[test]
    fn an_amount_survives_a_round_trip(minor_units: i64, which in 0..3_usize) {
        let currency: Currency = ["usd", "jpy", "kwd"][which].parse().unwrap();
        let money = Money::new(minor_units, currency);
        prop_assume!(minor_units != i64::MIN);
        let json = serde_json::to_string(&money.to_decimal()).unwrap();
        let decimal: Decimal = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(decimal.in_currency(currency), Ok(money));
    }

    #[test]
    fn no_text_makes_parsing_panic(text in ".{0,40}") {
        let _ = serde_json::from_str::<Decimal>(&text);
        let _ = text.parse::<Currency>();
        let _ = text.parse::<contract::Timestamp>();
        let _ = text.parse::<contract::OrderId>();
    }
}
