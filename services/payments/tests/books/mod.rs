//! Reads and sums the ledger, and the requests of users with credit.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use contract::{OrderId, UserId};
use invariants::Findings;
use invariants::books::{change, check_posted};
use payments::domain::{Account, AccountId, Entry};
use serde_json::{Value, json};
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
        let mut findings = Findings::default();
        check_posted(&entries, &kept, &mut findings);
        assert_eq!(findings.violations, []);
        let mut accounts: BTreeMap<_, i64> = BTreeMap::new();
        for entry in &entries {
            *accounts.entry(entry.account).or_default() += i64::try_from(change(entry)).unwrap();
        }
        accounts.retain(|_, sum| *sum != 0);
        accounts.into_iter().collect()
    }

    /// Reads entries and accounts of one moment: no posting happens between the reads.
    async fn read(&self) -> (Vec<Entry>, Vec<Account>) {
        let store = self.app.store(payments::NAME);
        loop {
            let entries: Vec<Entry> = store.pages(PAGE).all().await.unwrap();
            let accounts: Vec<Account> = store.pages(PAGE).all().await.unwrap();
            if store.pages::<Entry>(PAGE).all().await.unwrap() == entries {
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
