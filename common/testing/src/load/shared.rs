//! The state that all customers share.

use std::collections::HashMap;
use std::time::Duration;

use contract::{ShowId, TicketId, Timestamp};
use parking_lot::Mutex;
use tokio::sync::watch;

use super::client::{Account, Client};
use crate::customer::Journal;

/// Tickets that buyers order: few, so that buyers compete.
pub(super) const HOT_TICKETS: usize = 3;

/// Shows that buyers order: few, so that buyers meet the changes of sellers.
pub(super) const HOT_SHOWS: usize = 2;

/// Whether customers erase accounts: no erasure ends while a service is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasures {
    /// Sometimes.
    Requested,
    /// Never.
    Omitted,
}

/// State that all customers share.
pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) sellers: Vec<Account>,
    pub(super) buyers: Vec<Account>,
    pub(super) hot: Mutex<Vec<TicketId>>,
    pub(super) shows: Mutex<Vec<HotShow>>,
    /// Offers, each with its seller.
    pub(super) offers: Mutex<HashMap<TicketId, Offer>>,
    /// Locked while a price changes.
    pub(super) repricing: tokio::sync::Mutex<()>,
    /// Locked while a show is postponed.
    pub(super) postponing: tokio::sync::Mutex<()>,
    pub(super) journal: Mutex<Journal>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) timeout: Duration,
    pub(super) erasures: Erasures,
}

/// A show that buyers order.
#[derive(Debug, Clone)]
pub(super) struct HotShow {
    pub(super) id: ShowId,
    pub(super) seller: Account,
    pub(super) starts_at: Timestamp,
    pub(super) tickets: Vec<TicketId>,
}

/// A seller's offer, as far as customers know it.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub(super) seller: Account,
    pub(super) quantity: u32,
    /// The price of the last request, in cents; whether it is in force may be unknown.
    pub(super) requested_cents: u32,
    /// The last acknowledged price, in cents.
    pub(super) acknowledged_cents: u32,
}

impl Offer {
    pub(super) const fn new(seller: Account, quantity: u32, cents: u32) -> Self {
        Self { seller, quantity, requested_cents: cents, acknowledged_cents: cents }
    }
}
