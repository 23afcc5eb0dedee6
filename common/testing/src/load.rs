//! Steady load: customers who offer, order, pay, refund, cancel, leave and sign out while faults
//! are injected.
//!
//! Every customer has a random generator, seeded by the run's seed and the customer's number, so
//! that the same seed produces the same customers. Responses are recorded in the [`Journal`]; a
//! request without a response is repeated with its idempotency key until it has one.

mod client;
mod customer;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use contract::TicketId;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use crate::customer::{End, Journal, JournaledOrder};
pub use client::Account;

use client::Client;
use customer::Customer;

/// Tickets that buyers order: few, so that buyers compete.
const HOT_TICKETS: usize = 3;

/// Whether customers erase accounts: no erasure ends while a service is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasures {
    /// Sometimes.
    Requested,
    /// Never.
    Omitted,
}

/// State that all customers share.
struct Shared {
    client: Client,
    sellers: Vec<Account>,
    buyers: Vec<Account>,
    hot: Mutex<Vec<TicketId>>,
    /// Offers, each with its seller.
    offers: Mutex<HashMap<TicketId, Offer>>,
    /// Locked while a price changes.
    repricing: tokio::sync::Mutex<()>,
    journal: Mutex<Journal>,
    stop: watch::Receiver<bool>,
    timeout: Duration,
    erasures: Erasures,
}

/// A seller's offer, as far as customers know it.
#[derive(Debug, Clone)]
struct Offer {
    seller: Account,
    quantity: u32,
    /// The price of the last request, in cents; whether it is in force may be unknown.
    requested_cents: u32,
    /// The last acknowledged price, in cents.
    acknowledged_cents: u32,
}

impl Offer {
    const fn new(seller: Account, quantity: u32, cents: u32) -> Self {
        Self { seller, quantity, requested_cents: cents, acknowledged_cents: cents }
    }
}

/// Accounts that are signed up: few, since hashing their passwords takes most of the time.
const ACCOUNTS: usize = 6;

/// Accounts that sell; the others buy.
const SELLERS: usize = 2;

/// Size and target of the load.
#[derive(Debug, Clone)]
pub struct LoadOptions {
    /// The marketplace's address: `http://127.0.0.1:…`
    pub base: String,
    /// The seed of all random values.
    pub seed: u64,
    /// Number of concurrent customers.
    pub customers: u64,
    /// Time after the end of all faults within which every request must have a response and every
    /// order must end.
    pub timeout: Duration,
    /// Whether accounts are erased.
    pub erasures: Erasures,
}

/// Running load.
pub struct Load {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    customers: JoinSet<()>,
}

impl Load {
    /// Signs up the accounts, offers the first tickets and starts the customers.
    pub async fn start(options: LoadOptions) -> Self {
        let LoadOptions { base, seed, customers: count, timeout, erasures } = options;
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
            offers: Mutex::default(),
            repricing: tokio::sync::Mutex::default(),
            journal: Mutex::new(Journal { seed, ..Journal::default() }),
            stop: stopped,
            timeout,
            erasures,
        });
        let mut first = Customer::new(Arc::clone(&shared), u64::MAX);
        for _ in 0..HOT_TICKETS {
            first.offer().await;
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
