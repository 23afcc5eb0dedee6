//! The books by themselves: every transaction sums to zero, and every balance is the sum of its
//! entries, line by line, and never negative.

use std::collections::BTreeMap;

use contract::{Currency, UserId};
use payments::domain::{Account, AccountId, Entry, Side};

use crate::rule::{Findings, Rule};

/// The amount credited in minor units; negative for a debit.
#[must_use]
pub fn change(entry: &Entry) -> i128 {
    let amount = i128::from(entry.amount.minor_units);
    match entry.side {
        Side::Credit => amount,
        Side::Debit => -amount,
    }
}

/// Checks all entries and all users' accounts of the ledger.
pub fn check_posted<'e>(
    entries: impl IntoIterator<Item = &'e Entry>,
    accounts: impl IntoIterator<Item = &'e Account>,
    findings: &mut Findings,
) {
    let mut sums: BTreeMap<_, i128> = BTreeMap::new();
    let mut statements: BTreeMap<UserId, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        findings.expect(entry.amount.minor_units > 0, Rule::Books, || format!("{entry:?}"));
        *sums.entry((&entry.transaction, entry.amount.currency)).or_default() += change(entry);
        if let AccountId::User(user) = entry.account {
            statements.entry(user).or_default().push(entry);
        }
    }
    for ((transaction, currency), sum) in sums {
        findings.expect(sum == 0, Rule::Books, || {
            format!("{transaction} sums to {sum} minor units of {currency}")
        });
    }
    for account in accounts {
        let statement = statements.remove(&account.user).unwrap_or_default();
        check_statement(account, statement, findings);
    }
    for (user, statement) in statements {
        let line = format!("{} entries of user {user} without an account", statement.len());
        findings.note(Rule::Books, line);
    }
}

fn check_statement(account: &Account, mut statement: Vec<&Entry>, findings: &mut Findings) {
    let user = account.user;
    findings.expect(!statement.is_empty(), Rule::Books, || {
        format!("user {user} has {:?}, but no entries", account.balances)
    });
    statement.sort_by_key(|entry| entry.statement.map(|line| line.number));
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    let mut number = 0;
    for entry in statement {
        number += 1;
        let sum = sums.entry(entry.amount.currency).or_default();
        *sum += change(entry);
        let line = entry
            .statement
            .map(|line| (line.number, line.balance.currency, i128::from(line.balance.minor_units)));
        let expected = Some((number, entry.amount.currency, *sum));
        findings.expect(line == expected, Rule::Books, || {
            format!("entry {number} of user {user} sums to {sum}, but records {line:?}")
        });
        findings.expect(*sum >= 0, Rule::Books, || {
            format!("user {user} has {sum} minor units after entry {number}")
        });
    }
    let balances = account.balances.iter();
    let balances: BTreeMap<_, i128> =
        balances.map(|balance| (balance.currency, balance.minor_units.into())).collect();
    let is_equal = (account.entries, &balances) == (number, &sums);
    let is_one_each = account.balances.len() == balances.len();
    findings.expect(is_equal && is_one_each, Rule::Books, || {
        let (entries, kept) = (account.entries, &account.balances);
        format!("user {user} has {kept:?} from {entries} entries; {number} entries sum to {sums:?}")
    });
}
