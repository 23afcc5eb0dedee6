//! Customers: each places orders, draws actions on them and follows each order to its end.

mod account_actions;
mod payment_actions;
mod show_actions;

use std::sync::Arc;
use std::time::Duration;

use contract::{OrderId, TicketId, Timestamp};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use sources::Clock;

use super::client::{Account, Call};
use super::shared::{Erasures, HOT_TICKETS, HotShow, Offer, Shared};
use crate::customer::{Card, End, Request, Terms};
use crate::reply::Reply;

/// Wait between two reads of an order that has not ended.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Maximum units of a ticket: few, so that every ticket is sold out soon.
const UNITS_MAX: u32 = 6;

/// Share of orders that have tickets of a show.
const SHOWS_SHARE: f64 = 0.35;

/// One customer.
pub(crate) struct Customer {
    shared: Arc<Shared>,
    random: StdRng,
    number: u64,
    commands: u64,
    /// End of the timeout; set once the load stops.
    until: Option<tokio::time::Instant>,
}

/// An order that was placed.
struct Placed {
    id: OrderId,
    buyer: Account,
    expires_at: Timestamp,
    items: Vec<Item>,
    show: Option<HotShow>,
}

/// Units of one ticket in an order.
#[derive(Clone, Copy, Deserialize)]
struct Item {
    #[serde(rename = "ticketId")]
    ticket: TicketId,
    quantity: u32,
    #[serde(rename = "price", deserialize_with = "cents")]
    cents: u32,
}

impl Customer {
    pub(crate) fn new(shared: Arc<Shared>, number: u64) -> Self {
        let seed = shared.journal.lock().seed;
        let random = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self { shared, random, number, commands: 0, until: None }
    }

    /// Places orders and follows each to its end, until the load stops.
    pub(crate) async fn run(mut self) {
        while !*self.shared.stop.borrow() {
            if let Some(placed) = self.order().await {
                match &placed.show {
                    Some(show) => self.act_on_show(&placed, show).await,
                    None => self.act(&placed).await,
                }
                self.poll_until_end(&placed).await;
            }
        }
    }

    /// Offers a new ticket, one of the few that buyers order.
    pub(crate) async fn offer(&mut self) {
        let seller = self.shared.sellers.choose(&mut self.random).unwrap().clone();
        let quantity = self.random.random_range(1..=UNITS_MAX);
        let cents = self.random.random_range(100..10_000_u32);
        let offering = Request::Offer(Terms::of(cents, quantity));
        let Some(id) = self.request(&seller, offering, &[]).await.and_then(|reply| reply.id())
        else {
            return;
        };
        self.shared.offers.lock().insert(id, Offer::new(seller, quantity, cents));
        let mut hot = self.shared.hot.lock();
        hot.push(id);
        let old = hot.len().saturating_sub(HOT_TICKETS);
        hot.drain(..old);
    }

    /// Orders one to three tickets, all of one show or without a show. If the order is refused, the
    /// tickets are sold out or cancelled: offers new ones.
    async fn order(&mut self) -> Option<Placed> {
        let buyer = self.shared.buyers.choose(&mut self.random).unwrap().clone();
        let show = self.draw_show();
        let mut tickets = match &show {
            Some(show) => show.tickets.clone(),
            None => self.shared.hot.lock().clone(),
        };
        let first = self.random.random_range(0..tickets.len());
        tickets.rotate_left(first);
        tickets.truncate(if self.random.random_bool(0.7) {
            1
        } else {
            self.random.random_range(2..=3)
        });
        let item = |id: &TicketId| (*id, self.random.random_range(1..=2));
        let ordering = Request::Order(tickets.iter().map(item).collect());
        let prices = self.acknowledged_prices(&tickets);
        let was_cancelled = self.is_cancelled(show.as_ref());
        let reply = self.request(&buyer, ordering, &[]).await?;
        if reply.status != 201 {
            match show {
                Some(_) => self.create_show().await,
                None => self.offer().await,
            }
            return None;
        }
        let items = serde_json::from_value::<Vec<Item>>(reply.at("items"));
        let placed = (reply.id(), reply.text("expiresAt").parse(), items);
        let (Some(id), Ok(expires_at), Ok(items)) = placed else {
            self.record_unexpected("an order", &reply);
            return None;
        };
        self.record_old_terms(&items, &prices);
        let placed = Placed { id, buyer, expires_at, items, show };
        self.record_order_of_cancelled(&placed, was_cancelled);
        Some(placed)
    }

    /// A show to order, or none.
    fn draw_show(&mut self) -> Option<HotShow> {
        if !self.random.random_bool(SHOWS_SHARE) {
            return None;
        }
        self.shared.shows.lock().choose(&mut self.random).cloned()
    }

    /// Whether the cancellation of a show was acknowledged.
    fn is_cancelled(&self, show: Option<&HotShow>) -> bool {
        show.is_some_and(|show| self.shared.journal.lock().cancelled_shows.contains(&show.id))
    }

    /// Draws the next actions on an order.
    async fn act(&mut self, placed: &Placed) {
        match self.random.random_range(0..100) {
            0..32 => {
                let card = self.card();
                self.pay(placed, card).await;
            }
            32..43 => self.pay(placed, Card::ResponseLostBuiltIn).await,
            43..50 => {
                self.pay(placed, Card::DeclinedBuiltIn).await;
                self.pay(placed, Card::Valid).await;
            }
            50..54 => self.pay(placed, Card::SlowBuiltIn).await,
            54..59 => self.pay_at_the_deadline(placed).await,
            59..65 => self.cancel(placed).await,
            65..73 => self.pay_and_cancel_at_once(placed).await,
            73..87 => self.pay_by_credit(placed).await,
            87..89 => self.pay_by_credit_and_card(placed).await,
            89..92 => self.read_foreign_order(placed).await,
            92..95 => self.sign_in_and_out(&placed.buyer).await,
            95..97 => self.raise_price().await,
            97..99 if self.shared.erasures == Erasures::Requested => {
                self.erase_account(&placed.buyer).await;
            }
            _ => {}
        }
    }

    /// A second customer with the same accounts, for concurrent actions.
    fn second_customer(&self) -> Self {
        let number = self.number.wrapping_mul(1_000_003).wrapping_add(self.commands);
        Self::new(Arc::clone(&self.shared), number)
    }

    async fn cancel(&mut self, placed: &Placed) {
        // 204 means cancelled, by this or an earlier request or by the deadline; the order has the
        // reason.
        self.request(&placed.buyer, Request::Cancel(placed.id), &[]).await;
    }

    /// Attempts to read another user's order.
    async fn read_foreign_order(&mut self, placed: &Placed) {
        let mut others = self.shared.buyers.iter().filter(|other| other.id != placed.buyer.id);
        let Some(other) = others.next().cloned() else { return };
        let reply = self.command(&other, Request::ReadOrder(placed.id)).await;
        if let Some(Reply { status, .. }) = reply.filter(|reply| reply.status != 404) {
            let line = format!("order {} was shown to {}: {status}", placed.id, other.id);
            self.shared.journal.lock().foreign_reads.push(line);
        }
    }

    /// Reads the order until it has ended.
    async fn poll_until_end(&mut self, placed: &Placed) {
        loop {
            let sent_at = Clock::System.now();
            let reading = Request::ReadOrder(placed.id);
            let Some(reply) = self.request(&placed.buyer, reading, &[]).await else { return };
            let Ok(expires_at) = reply.text("expiresAt").parse::<Timestamp>() else {
                return self.record_unexpected("a read of an order", &reply);
            };
            let end = End::reported(&reply.text("status"), &reply.text("reason"));
            self.record_read(placed.id, sent_at, expires_at, end);
            if end.is_some() || self.is_past_timeout() {
                return;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    fn record_read(
        &self,
        id: OrderId,
        sent_at: Timestamp,
        expires_at: Timestamp,
        end: Option<End>,
    ) {
        let mut journal = self.shared.journal.lock();
        let Some(order) = journal.orders.get_mut(&id) else { return };
        match end {
            None => order.seen_active = Some((sent_at, expires_at)),
            Some(End::Expired) => order.seen_expired = Some((Clock::System.now(), expires_at)),
            Some(End::Complete | End::CancelledByBuyer | End::ShowCancelled) => {}
        }
    }

    fn record_unexpected(&self, request: &str, reply: &Reply) {
        let line = format!("{request} received {}: {}", reply.status, reply.body);
        self.shared.journal.lock().unexpected.push(line);
    }

    /// Sends a request until it has its final response, and records what the response acknowledges.
    /// Returns the response if the contract allows it, also with the codes in `also`.
    async fn request(
        &mut self,
        account: &Account,
        request: Request,
        also: &[&str],
    ) -> Option<Reply> {
        let reply = self.command(account, request.clone()).await?;
        if !request.allows(&reply, also) {
            let (method, path) = request.target();
            self.record_unexpected(&format!("{method} {path}"), &reply);
            return None;
        }
        self.shared.journal.lock().record(account.id, &request, &reply);
        Some(reply)
    }

    /// Sends a request until it has its final response, and sometimes once more.
    async fn command(&mut self, account: &Account, request: Request) -> Option<Reply> {
        self.commands += 1;
        let key = request.has_key().then(|| format!("{}-{}", self.number, self.commands));
        let call = Call { request, cookie: account.cookie.clone(), key };
        let shared = Arc::clone(&self.shared);
        let sending = shared.client.send_until_final(&call, || self.is_past_timeout());
        let Some(reply) = sending.await else {
            let line = format!("{:?}", call.request);
            shared.journal.lock().unanswered.push(line);
            return None;
        };
        let is_stored = call.key.is_some() && !call.request.is_temporary(&reply);
        if is_stored && self.random.random_bool(0.1) {
            self.repeat(&call, &reply).await;
        }
        Some(reply)
    }

    /// Repeats a completed command: the response must be the same.
    async fn repeat(&mut self, call: &Call, first: &Reply) {
        let again = Arc::clone(&self.shared);
        let Some(again) = again.client.send_with_retries(call, || self.is_past_timeout()).await
        else {
            return;
        };
        if (again.status, &again.body) != (first.status, &first.body) {
            let (request, first, again) = (&call.request, &first.body, &again.body);
            let line = format!("{request:?} received {first}, and a repeat received {again}");
            self.shared.journal.lock().unequal_repeats.push(line);
        }
    }

    fn is_past_timeout(&mut self) -> bool {
        if !*self.shared.stop.borrow() {
            return false;
        }
        let now = tokio::time::Instant::now();
        now >= *self.until.get_or_insert(now + self.shared.timeout)
    }
}

/// Converts an amount such as `20`, `20.5` or `20.50` to cents.
fn cents<'de, D: Deserializer<'de>>(price: D) -> Result<u32, D::Error> {
    let text = Number::deserialize(price)?.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{fraction:0<2}").parse().map_err(D::Error::custom)
}
