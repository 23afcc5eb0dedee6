//! Amounts of representations.

use contract::money::Decimal;
use contract::{Currency, Money};

/// An amount in its currency; zero for another number of digits.
pub(crate) fn money(amount: &Decimal, currency: Currency) -> Money {
    amount.in_currency(currency).unwrap_or(Money::zero(currency))
}
