//! The books, after every commit of payments: each transaction is posted whole and sums to zero, a
//! balance is the sum of its entries, and no balance is below zero.

use std::collections::BTreeMap;

use contract::{Currency, UserId};
use payments::domain::{Account, AccountId, Entry, Side};
use store::batch::Batch;
use testing::checker::Rule;

use super::{ContinuousChecks, each};

/// Balances and numbers of entries of users' accounts, computed from the entries.
#[derive(Default)]
pub(super) struct Books {
    balances: BTreeMap<(UserId, Currency), i64>,
    entries: BTreeMap<UserId, u64>,
}

impl ContinuousChecks {
    pub(super) fn books_committed(&mut self, batch: &Batch) {
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        each(batch, |entry: Entry| {
            let change = match entry.side {
                Side::Credit => entry.amount.minor_units,
                Side::Debit => -entry.amount.minor_units,
            };
            let currency = entry.amount.currency;
            *sums.entry(format!("{} in {currency}", entry.transaction)).or_default() += change;
            match entry.account {
                AccountId::User(user) => {
                    *self.books.balances.entry((user, currency)).or_default() += change;
                    *self.books.entries.entry(user).or_default() += 1;
                }
                AccountId::Provider
                | AccountId::Holds
                | AccountId::Refunds
                | AccountId::Disputes
                | AccountId::House => {}
            }
        });
        for (transaction, sum) in sums {
            self.expect(sum == 0, Rule::Books, || format!("{transaction} sums to {sum}"));
        }
        each(batch, |account: Account| self.account_committed(&account));
    }

    fn account_committed(&mut self, account: &Account) {
        let user = account.user;
        let entries = self.books.entries.get(&user).copied().unwrap_or_default();
        self.expect(account.entries == entries, Rule::Books, || {
            format!("user {user} has {} entries, {entries} were posted", account.entries)
        });
        for balance in &account.balances {
            let (currency, kept) = (balance.currency, balance.minor_units);
            let made = self.books.balances.get(&(user, currency)).copied().unwrap_or_default();
            self.expect(kept == made, Rule::Books, || {
                format!("user {user} has {kept} {currency}, the entries make {made}")
            });
            self.expect(kept >= 0, Rule::Books, || format!("user {user} has {kept} {currency}"));
        }
    }
}
