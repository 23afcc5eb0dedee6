//! The amounts that a payment provider charges and refunds. The rules apply before any request to
//! the provider: when a ticket is offered, an order is placed, or an account is topped up.

use crate::{Currency, Money};

/// The rules of one provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AmountRules {
    /// No limits, as in the built-in provider.
    #[default]
    Unlimited,
    /// Stripe's limits: a minimum and a maximum per currency, and at most two decimals.
    Stripe,
}

/// The rule that an amount violates; its text follows the name of the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenAmountRule {
    /// Less than this minimum.
    #[error("must be at least {0}, the least that a card can be charged")]
    TooSmall(Money),
    /// More than this maximum.
    #[error("must be at most {0}, the most that a card can be charged")]
    TooLarge(Money),
    /// Not a multiple of this.
    #[error("must be a multiple of {0}, which is what cards are charged in")]
    NotRounded(Money),
}

/// The minimum amounts, in minor units (Stripe, "Supported currencies", *Minimum and maximum charge
/// amounts*, by settlement currency). The others depend on the rate of exchange, so only Stripe
/// knows them.
const STRIPE_MIN: &[(&str, i64)] = &[
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1_500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1_000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1_000),
    ("usd", 50),
];

/// The maximum amount, in Stripe's units: eight digits (the same page).
const STRIPE_MAX: i64 = 99_999_999;

/// Currencies with a higher maximum, whatever the card's network.
const STRIPE_MAX_OF: &[(&str, i64)] = &[("idr", 999_999_999), ("inr", 999_999_999)];

impl AmountRules {
    /// Checks that a card can be charged an amount. Zero needs no card, so it violates no rule.
    ///
    /// # Errors
    /// [`BrokenAmountRule`]
    pub fn check_charge(self, amount: Money) -> Result<(), BrokenAmountRule> {
        match self {
            Self::Stripe if amount.minor_units != 0 => {
                let of_currency = |minor_units| Money::new(minor_units, amount.currency);
                let least = of(STRIPE_MIN, amount.currency).unwrap_or(1);
                let most = stripe_max(amount.currency);
                if amount.minor_units < least {
                    return Err(BrokenAmountRule::TooSmall(of_currency(least)));
                }
                if amount.minor_units > most {
                    return Err(BrokenAmountRule::TooLarge(of_currency(most)));
                }
                self.check_refund(amount)
            }
            Self::Unlimited | Self::Stripe => Ok(()),
        }
    }

    /// Checks that a part of a charge can be refunded to its card.
    ///
    /// # Errors
    /// [`BrokenAmountRule::NotRounded`]
    pub fn check_refund(self, amount: Money) -> Result<(), BrokenAmountRule> {
        let step = match self {
            Self::Stripe => stripe_step(amount.currency),
            Self::Unlimited => 1,
        };
        if amount.minor_units % step == 0 {
            Ok(())
        } else {
            Err(BrokenAmountRule::NotRounded(Money::new(step, amount.currency)))
        }
    }
}

fn stripe_max(currency: Currency) -> i64 {
    let most = of(STRIPE_MAX_OF, currency).unwrap_or(STRIPE_MAX) / stripe_scale(currency);
    most - most % stripe_step(currency)
}

/// In currencies with three decimals the last must be zero: card networks support two.
const fn stripe_step(currency: Currency) -> i64 {
    if currency.minor_digits() == 3 { 10 } else { 1 }
}

/// Stripe's units in one minor unit: Icelandic krónur count in hundredths, although
/// there are none (the same page, *Special cases*).
#[must_use]
pub fn stripe_scale(currency: Currency) -> i64 {
    if currency.code() == "isk" { 100 } else { 1 }
}

fn of(table: &[(&str, i64)], currency: Currency) -> Option<i64> {
    table.iter().find(|(code, _)| *code == currency.code()).map(|(_, amount)| *amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor_units: i64, code: &str) -> Money {
        Money::new(minor_units, code.parse().unwrap())
    }

    #[test]
    fn each_boundary_has_two_sides() {
        use BrokenAmountRule::{NotRounded, TooLarge, TooSmall};
        for (amount, expected) in [
            (money(0, "usd"), Ok(())),
            (money(1, "usd"), Err(TooSmall(money(50, "usd")))),
            (money(49, "usd"), Err(TooSmall(money(50, "usd")))),
            (money(50, "usd"), Ok(())),
            (money(99_999_999, "usd"), Ok(())),
            (money(100_000_000, "usd"), Err(TooLarge(money(99_999_999, "usd")))),
            (money(49, "jpy"), Err(TooSmall(money(50, "jpy")))),
            (money(50, "jpy"), Ok(())),
            (money(17_499, "huf"), Err(TooSmall(money(17_500, "huf")))),
            (money(17_500, "huf"), Ok(())),
            (money(1, "isk"), Ok(())),
            (money(999_999, "isk"), Ok(())),
            (money(1_000_000, "isk"), Err(TooLarge(money(999_999, "isk")))),
            (money(1_230, "kwd"), Ok(())),
            (money(1_234, "kwd"), Err(NotRounded(money(10, "kwd")))),
            (money(99_999_990, "kwd"), Ok(())),
            (money(99_999_991, "kwd"), Err(TooLarge(money(99_999_990, "kwd")))),
            (money(100_000_000, "inr"), Ok(())),
            (money(1_000_000_000, "inr"), Err(TooLarge(money(999_999_999, "inr")))),
        ] {
            assert_eq!(AmountRules::Stripe.check_charge(amount), expected, "{amount}");
            assert_eq!(AmountRules::Unlimited.check_charge(amount), Ok(()));
        }
    }

    #[test]
    fn a_refund_is_only_rounded() {
        assert_eq!(AmountRules::Stripe.check_refund(money(1, "usd")), Ok(()));
        let refused = Err(BrokenAmountRule::NotRounded(money(10, "bhd")));
        assert_eq!(AmountRules::Stripe.check_refund(money(5, "bhd")), refused);
        assert_eq!(AmountRules::Stripe.check_refund(money(10, "bhd")), Ok(()));
        assert_eq!(AmountRules::Unlimited.check_refund(money(5, "bhd")), Ok(()));
    }

    #[test]
    fn a_rule_names_its_limit() {
        let broken = AmountRules::Stripe.check_charge(money(30, "usd")).unwrap_err();
        let text = "must be at least 0.50 usd, the least that a card can be charged";
        assert_eq!(broken.to_string(), text);
    }
}
