//! A user's balance in each currency; never negative.

use contract::{Currency, Money, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::accounting::ledger::{Line, Side};
use crate::domain::refusal::Refusal;

/// A user's account. Every user has one; it is stored from its first entry on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The owner; also the id.
    pub user: UserId,
    /// Number of entries posted to it.
    pub entries: u64,
    /// Balances by currency, zero or more, one per currency with an entry.
    pub balances: Vec<Money>,
}

impl Account {
    /// An account without entries.
    #[must_use]
    pub const fn of(user: UserId) -> Self {
        Self { user, entries: 0, balances: Vec::new() }
    }

    /// The balance in a currency.
    #[must_use]
    pub fn balance(&self, currency: Currency) -> Money {
        let known = self.balances.iter().find(|balance| balance.currency == currency);
        known.copied().unwrap_or(Money::zero(currency))
    }

    /// Whether any balance is above zero.
    #[must_use]
    pub fn has_credit(&self) -> bool {
        self.balances.iter().any(|balance| balance.minor_units > 0)
    }

    /// Posts an entry; returns the changed account and the statement line.
    ///
    /// # Errors
    /// [`Refusal::InsufficientCredit`] if the balance would become negative,
    /// [`Refusal::BalanceTooLarge`] if it would overflow.
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
