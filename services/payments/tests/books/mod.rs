//! Reads and sums the ledger, and the requests of users with credit.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use contract::{OrderId, UserId};
use payments::domain::{Account, AccountId, Entry, Side};
use serde_json::{Value, json};
use store::{Document, Store};
use testing::{Reply, User};

use crate::fixture::PaymentsFixture;

/// Documents per read.
const PAGE: u32 = 500;

pub(crate) fn of(user: UserId) -> AccountId {
    AccountId::User(user)
}

impl PaymentsFixture {
    pub(crate) async fn top_up(&self, user: &User, amount: u32, token: &str) -> Reply {
        let body = json!({"amount": amount, "token": token});
        self.app.post(Some(user), "/api/payments/top-ups", &body).await
    }

    pub(crate) async fn pay_by_credit(&self, user: &User, order: OrderId) -> Reply {
        let body = json!({"orderId": order, "method": "credit"});
        self.app.post(Some(user), "/api/payments", &body).await
    }

    /// The body of the user's own account.
    pub(crate) async fn account(&self, user: &User) -> Value {
        self.app.get(Some(user), "/api/payments/account").await.expect(200).json()
    }

    /// The nonzero balances of all accounts in minor units, over all currencies. Checks that every
    /// transaction sums to zero and that every user's account equals the sum of its entries.
    pub(crate) async fn books(&self) -> Vec<(AccountId, i64)> {
        let (entries, kept) = self.read().await;
        let mut transactions: BTreeMap<_, i64> = BTreeMap::new();
        let mut accounts: BTreeMap<_, i64> = BTreeMap::new();
        let mut statements: BTreeMap<UserId, Vec<&Entry>> = BTreeMap::new();
        for entry in &entries {
            assert!(entry.amount.minor_units > 0, "{entry:?}");
            let change = match entry.side {
                Side::Credit => entry.amount.minor_units,
                Side::Debit => -entry.amount.minor_units,
            };
            *transactions.entry((&entry.transaction, entry.amount.currency)).or_default() += change;
            *accounts.entry(entry.account).or_default() += change;
            if let AccountId::User(user) = entry.account {
                statements.entry(user).or_default().push(entry);
            }
        }
        assert!(transactions.values().all(|sum| *sum == 0), "{entries:?}");
        assert_eq!(kept.len(), statements.len(), "{kept:?}");
        for account in kept {
            check(&account, statements.remove(&account.user).unwrap());
        }
        accounts.retain(|_, sum| *sum != 0);
        accounts.into_iter().collect()
    }

    /// Reads entries and accounts of one moment: no posting happens between the reads.
    async fn read(&self) -> (Vec<Entry>, Vec<Account>) {
        let store = self.app.store(payments::NAME);
        loop {
            let entries: Vec<Entry> = every(store).await;
            let accounts: Vec<Account> = every(store).await;
            if every::<Entry>(store).await == entries {
                return (entries, accounts);
            }
        }
    }

    pub(crate) async fn books_become(&self, expected: &[(AccountId, i64)]) {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let fact = format!("the books say {expected:?}");
        self.app.eventually(&fact, || async { self.books().await == expected }).await;
    }
}

/// Checks that an account equals the sum of its statement, line by line.
fn check(account: &Account, mut statement: Vec<&Entry>) {
    statement.sort_by_key(|entry| entry.statement.unwrap().number);
    let mut made = Account::of(account.user);
    for entry in statement {
        let (next, line) = made.post(entry.side, entry.amount).unwrap();
        assert_eq!(Some(line), entry.statement, "{entry:?}");
        made = next;
    }
    assert_eq!(made, *account);
}

async fn every<D: Document>(store: &Store) -> Vec<D> {
    let mut documents: Vec<D> = Vec::new();
    loop {
        let after = documents.last().map(Document::document_id).unwrap_or_default();
        let page: Vec<D> = store.scan(&after, PAGE).await.unwrap();
        if page.is_empty() {
            return documents;
        }
        documents.extend(page);
    }
}
