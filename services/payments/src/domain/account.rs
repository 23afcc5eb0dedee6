//! What a user has with us, in each currency: never less than nothing.

use contract::{Currency, Money, UserId};
use serde::{Deserialize, Serialize};

use super::ledger::{Line, Side};
use super::refusal::Refusal;

/// A user's account. Every user has one; it is kept from its first entry on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Whose it is; also its id.
    pub user: UserId,
    /// Entries posted to it so far.
    pub entries: u64,
    /// What is on it: one balance a currency that was ever posted, zero or more, by currency.
    pub balances: Vec<Money>,
}

impl Account {
    /// An account that nothing was posted to.
    #[must_use]
    pub const fn of(user: UserId) -> Self {
        Self { user, entries: 0, balances: Vec::new() }
    }

    /// What is on it in a currency.
    #[must_use]
    pub fn balance(&self, currency: Currency) -> Money {
        let known = self.balances.iter().find(|balance| balance.currency == currency);
        known.copied().unwrap_or(Money::zero(currency))
    }

    /// Whether anything is on it.
    #[must_use]
    pub fn has_credit(&self) -> bool {
        self.balances.iter().any(|balance| balance.minor_units > 0)
    }

    /// Posts an entry; answers its line in the statement too.
    ///
    /// # Errors
    /// [`Refusal::InsufficientCredit`] when the balance would go below zero, [`Refusal::BalanceTooLarge`] when it would not fit.
    pub fn post(mut self, side: Side, amount: Money) -> Result<(Self, Line), Refusal> {
        let change = match side {
            Side::Credit => amount.minor_units,
            Side::Debit => -amount.minor_units,
        };
        let balance = self.balance(amount.currency);
        let balance = balance.plus(Money::new(change, amount.currency));
        let balance = balance.map_err(|_| Refusal::BalanceTooLarge)?;
        if balance.minor_units < 0 {
            return Err(Refusal::InsufficientCredit);
        }
        self.entries += 1;
        let at = self.balances.binary_search_by_key(&amount.currency, |known| known.currency);
        match at {
            Ok(at) => self.balances.splice(at..=at, [balance]).for_each(drop),
            Err(at) => self.balances.insert(at, balance),
        }
        let line = Line { number: self.entries, balance };
        Ok((self, line))
    }
}
