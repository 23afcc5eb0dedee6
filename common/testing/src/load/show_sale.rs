//! A show whose tickets are bought by many, and which is then cancelled.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use contract::{OrderId, PaymentId, ShowId, TicketId};
use futures::StreamExt as _;
use parking_lot::Mutex;
use sources::Clock;

use super::client::{Account, Call, Client};
use crate::customer::{Card, Journal, Refund, RefundTarget, Request, ShowTerms};
use crate::reply::Reply;

/// Accounts that buy: few, since hashing their passwords takes most of the time.
const BUYERS: usize = 8;

/// Orders placed and paid at the same time.
const CONCURRENT: usize = 16;

/// Price in cents of each category; the last one is free.
const CENTS: [u32; 3] = [4_500, 2_250, 0];

/// Units of each category: more than any sale needs, since few units would limit its orders.
const UNITS: u32 = 100_000;

/// Free orders are among the first orders: their units count against the limit of a buyer until the
/// show starts.
const FREE_UNTIL: usize = 1_000;

/// Time until the start of the show: longer than a run.
const STARTS_AFTER: Duration = Duration::from_hours(72);

/// Buyers that still order while the show is cancelled.
const LATE_BUYERS: usize = 4;

/// A show on sale.
pub struct ShowSale {
    client: Client,
    seller: Account,
    buyers: Vec<Account>,
    show: ShowId,
    /// The ticket of each category, and its price in cents.
    categories: Vec<(TicketId, u32)>,
    journal: Mutex<Journal>,
    commands: AtomicU64,
    /// Cents paid by cards that reject refunds.
    unrefundable: AtomicI64,
}

/// The numbers of refunds of a cancelled show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundCounts {
    /// Refunds that have not ended.
    pub owed: u64,
    /// Refunds that were paid.
    pub done: u64,
    /// Refunds that became credit.
    pub failed: u64,
}

impl ShowSale {
    /// Creates a show at the marketplace of this address.
    pub async fn open(base: String, seed: u64) -> Self {
        let client = Client::new(base);
        let mut accounts = Vec::new();
        for number in 0..=BUYERS {
            accounts.push(client.sign_up(seed, number).await);
        }
        let seller = accounts.remove(0);
        let categories = CENTS.map(|cents| (cents, UNITS));
        let terms = ShowTerms::of(Clock::System.now().plus(STARTS_AFTER), &categories);
        let journal = Mutex::new(Journal { seed, ..Journal::default() });
        let mut sale = Self {
            client,
            seller,
            buyers: accounts,
            show: contract::Id::from_bytes([0; 12]).into(),
            categories: Vec::new(),
            journal,
            commands: AtomicU64::new(0),
            unrefundable: AtomicI64::new(0),
        };
        let created = sale.request(&sale.seller, Request::CreateShow(terms)).await.expect(201);
        sale.show = created.id().unwrap();
        sale.categories = created.tickets().into_iter().zip(CENTS).collect();
        assert_eq!(sale.categories.len(), CENTS.len(), "{}", created.body);
        sale
    }

    /// Places and pays this number of orders, some at a time.
    pub async fn sell(&self, orders: usize) {
        let orders = futures::stream::iter(0..orders).map(|number| self.buy(number));
        orders.buffer_unordered(CONCURRENT).for_each(async |_| ()).await;
    }

    /// Cancels the show while others still order; returns once their orders are refused.
    pub async fn cancel(&self) {
        let ordering = async |number: usize| while self.buy(number).await {};
        let late = futures::future::join_all((0..LATE_BUYERS).map(ordering));
        let cancelling = self.request(&self.seller, Request::CancelShow(self.show));
        futures::join!(late, cancelling);
    }

    /// The progress of the refunds; `None` without a response.
    pub async fn refunds(&self) -> Option<RefundCounts> {
        let (request, cookie) = (Request::ReadShow(self.show), self.seller.cookie.clone());
        let reply = self.client.send(&Call { request, cookie, key: None }).await?;
        let count = |name: &str| reply.at(&format!("refunds/{name}")).as_u64();
        Some(RefundCounts { owed: count("owed")?, done: count("done")?, failed: count("failed")? })
    }

    /// Cents paid by cards that reject refunds, and the responses.
    pub fn finish(self) -> (i64, Journal) {
        (self.unrefundable.into_inner(), self.journal.into_inner())
    }

    /// Orders one or two units and pays them, by a card, by credit or, if they are free, not at
    /// all; a few are refunded by the seller before the cancellation. Returns whether the order
    /// was placed.
    async fn buy(&self, number: usize) -> bool {
        let buyer = self.buyers.get(number % self.buyers.len()).unwrap();
        let (case, units) = (number % 20, 1 + u32::from(number.is_multiple_of(3)));
        let is_free = case == 8 && number < FREE_UNTIL;
        let category = if is_free { 2 } else { number % 2 };
        let (ticket, cents) = *self.categories.get(category).unwrap();
        let cents = cents * units;
        let placed = self.request(buyer, Request::Order(vec![(ticket, units)])).await;
        let Some(order) = placed.id::<OrderId>().filter(|_| placed.status == 201) else {
            return false;
        };
        let card = match case {
            1 => Card::RefundFailsBuiltIn,
            2..6 => Card::RefundResponseLostBuiltIn,
            _ => Card::Valid,
        };
        let paying = match case {
            0 => {
                self.request(buyer, Request::TopUp(cents, Card::Valid)).await;
                Request::PayByCredit(order)
            }
            8 if is_free => return true,
            _ => Request::Pay(order, card),
        };
        let paid = self.request(buyer, paying).await;
        let Some(payment) = paid.id::<PaymentId>().filter(|_| paid.status == 201) else {
            return true;
        };
        let refund = match case {
            1 => {
                self.unrefundable.fetch_add(cents.into(), Ordering::Relaxed);
                return true;
            }
            6 => Refund { cents: Some(cents / 4), to: RefundTarget::Source, units: None },
            7 => Refund { cents: None, to: RefundTarget::Source, units: Some((ticket, units)) },
            _ => return true,
        };
        self.request(&self.seller, Request::Refund(payment, refund)).await;
        true
    }

    /// Sends a request until it has its final response, and records what the response acknowledges.
    async fn request(&self, account: &Account, request: Request) -> Reply {
        let command = self.commands.fetch_add(1, Ordering::Relaxed);
        let key = request.has_key().then(|| format!("sale-{command}"));
        let call = Call { request, cookie: account.cookie.clone(), key };
        let reply = self.client.send_until_final(&call, || false).await.unwrap();
        let mut journal = self.journal.lock();
        if !call.request.allows(&reply, &[]) {
            let line = format!("{:?} received {}: {}", call.request, reply.status, reply.body);
            journal.unexpected.push(line);
        }
        journal.record(account.id, &call.request, &reply);
        reply
    }
}
