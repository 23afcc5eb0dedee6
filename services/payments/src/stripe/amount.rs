//! Money in the units that Stripe counts in.

use contract::{Currency, Money};

/// An amount as Stripe counts it: in the currency's minor units, with two exceptions (Stripe, "supported currencies", special
/// cases). The Icelandic króna is counted in hundredths, although it has none; and of currencies with three decimals the last
/// must be zero, since card networks know two.
///
/// # Errors
/// Why Stripe has no such amount.
pub fn units(money: Money) -> Result<i64, &'static str> {
    let minor_units = money.minor_units;
    match (money.currency.code(), money.currency.minor_digits()) {
        ("isk", 0) => minor_units.checked_mul(100).ok_or("amount_too_large"),
        (_, 3) if minor_units % 10 != 0 => Err("amount_not_rounded"),
        _ => Ok(minor_units),
    }
}

/// Money of an amount as Stripe counts it.
///
/// # Errors
/// Why there is no such money.
pub fn money(units: i64, currency: Currency) -> Result<Money, &'static str> {
    match currency.code() {
        "isk" if units % 100 != 0 => Err("amount_not_rounded"),
        "isk" => Ok(Money::new(units / 100, currency)),
        _ => Ok(Money::new(units, currency)),
    }
}

#[cfg(test)]
mod tests {
    use contract::{Currency, Money};

    use super::{money, units};

    #[test]
    fn money_is_counted_as_stripe_counts_it() {
        for (code, minor_units, expected) in [
            ("usd", 2_050, Ok(2_050)),
            ("jpy", 500, Ok(500)),
            ("isk", 1_500, Ok(150_000)),
            ("isk", i64::MAX, Err("amount_too_large")),
            ("kwd", 1_230, Ok(1_230)),
            ("kwd", 1_234, Err("amount_not_rounded")),
        ] {
            let currency: Currency = code.parse().unwrap();
            let counted = Money::new(minor_units, currency);
            assert_eq!(units(counted), expected, "{minor_units} {code}");
            if let Ok(units) = expected {
                assert_eq!(money(units, currency), Ok(counted), "{minor_units} {code}");
            }
        }
    }
}
