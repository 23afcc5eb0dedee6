//! Steady load: customers who offer, order, pay, refund, cancel, leave and sign out while faults
//! are injected, and sellers who change, postpone and cancel shows.
//!
//! Every customer has a random generator, seeded by the run's seed and the customer's number, so
//! that the same seed produces the same customers. Responses are recorded in the [`Journal`]; a
//! request without a response is repeated with its idempotency key until it has one.

mod client;
mod customer;
mod shared;
mod show_sale;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use crate::customer::{End, Journal, JournaledOrder};
pub use shared::Erasures;
pub use show_sale::{RefundCounts, ShowSale};

use client::Client;
use customer::Customer;
use shared::{HOT_SHOWS, HOT_TICKETS, Shared};

/// Accounts that are signed up: few, since hashing their passwords takes most of the time.
const ACCOUNTS: usize = 6;

/// Accounts that sell; the others buy.
const SELLERS: usize = 2;

/// Running load.
pub struct Load {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    customers: JoinSet<()>,
}

impl Load {
    /// Signs up the accounts, offers the first tickets and starts this number of customers of the
    /// marketplace at an address. `seed` determines all random values. After the end of all faults,
    /// every request must have a response and every order must end within `timeout`.
    pub async fn start(
        base: String,
        seed: u64,
        count: u64,
        timeout: Duration,
        erasures: Erasures,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let client = Client::new(base);
        let mut accounts = Vec::with_capacity(ACCOUNTS);
        for number in 0..ACCOUNTS {
            accounts.push(client.sign_up(seed, number).await);
        }
        let buyers = accounts.split_off(SELLERS);
        let shared = Arc::new(Shared {
            client,
            sellers: accounts,
            buyers,
            hot: Mutex::default(),
            shows: Mutex::default(),
            offers: Mutex::default(),
            repricing: tokio::sync::Mutex::default(),
            postponing: tokio::sync::Mutex::default(),
            journal: Mutex::new(Journal { seed, ..Journal::default() }),
            stop: stopped,
            timeout,
            erasures,
        });
        let mut first = Customer::new(Arc::clone(&shared), u64::MAX);
        for _ in 0..HOT_TICKETS {
            first.offer().await;
        }
        for _ in 0..HOT_SHOWS {
            first.create_show().await;
        }
        let mut customers = JoinSet::new();
        for number in 0..count {
            customers.spawn(Customer::new(Arc::clone(&shared), number).run());
        }
        Self { shared, stop, customers }
    }

    /// Requests with a response so far.
    pub fn responses(&self) -> u64 {
        self.shared.client.responses.load(Ordering::Relaxed)
    }

    /// Stops new work, waits until every customer has seen the end of pending work, and returns the
    /// journal. Requires that faults have ended.
    pub async fn finish(mut self) -> Journal {
        self.stop.send_replace(true);
        while let Some(ended) = self.customers.join_next().await {
            ended.unwrap();
        }
        let mut journal = self.shared.journal.lock().clone();
        let client = &self.shared.client;
        journal.requests = client.sent.load(Ordering::Relaxed);
        journal.lost_responses = journal.requests - client.responses.load(Ordering::Relaxed);
        journal
    }
}
