//! Conversion to Stripe's currency units.

use contract::amount_rules::{AmountRules, stripe_scale};
use contract::{Currency, Money};

/// The amount in Stripe's units: the currency's minor units, with two exceptions (Stripe,
/// "supported currencies", special cases). The Icelandic króna is given in hundredths, although it
/// has none. In currencies with three decimals the last must be zero, since card networks support
/// two.
///
/// # Errors
/// The reason why Stripe does not support the amount.
pub fn units(money: Money) -> Result<i64, &'static str> {
    let minor_units = money.minor_units;
    if AmountRules::Stripe.check_refund(money).is_err() {
        return Err("amount_not_rounded");
    }
    minor_units.checked_mul(stripe_scale(money.currency)).ok_or("amount_too_large")
}

/// Converts an amount in Stripe's units.
///
/// # Errors
/// The reason why the amount is not valid.
pub fn money(units: i64, currency: Currency) -> Result<Money, &'static str> {
    let scale = stripe_scale(currency);
    if units % scale == 0 {
        Ok(Money::new(units / scale, currency))
    } else {
        Err("amount_not_rounded")
    }
}

#[cfg(test)]
mod tests {
    use contract::{Currency, Money};

    use super::{money, units};

    #[test]
    fn amounts_are_converted_to_stripes_units() {
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
