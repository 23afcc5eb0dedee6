//! Actions of customers: a seeded mix of every action that a buyer has for an order.

mod credit;
mod erase_account;
mod refund;
mod reprice;
mod sign_in_and_out;

use std::sync::Arc;
use std::time::Duration;

use contract::{OrderId, TicketId, Timestamp};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Method;
use serde_json::{Value, json};
use sources::Clock;

use super::client::{Account, Call};
use super::journal::{End, JournaledOrder};
use super::shared::{Erasures, HOT_TICKETS, Offer, Shared};
use crate::reply::Reply;

/// Wait between two reads of an order that has not ended.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Maximum units of a ticket: few, so that every ticket is sold out soon.
const UNITS_MAX: u32 = 6;

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
}

/// Units of one ticket in an order.
#[derive(Clone)]
struct Item {
    ticket: TicketId,
    quantity: u32,
    price: Value,
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
                self.act(&placed).await;
                self.poll_until_end(&placed).await;
            }
        }
    }

    /// Offers a new ticket, one of the few that buyers order.
    pub(crate) async fn offer(&mut self) {
        let seller = self.shared.sellers.choose(&mut self.random).unwrap().clone();
        let quantity = self.random.random_range(1..=UNITS_MAX);
        let cents = self.random.random_range(100..10_000_u32);
        let price = f64::from(cents) / 100.0;
        let body = json!({"title": format!("Show {cents}"), "price": price, "quantity": quantity});
        let Some(reply) =
            self.command(&seller, Method::POST, "/api/tickets".to_owned(), Some(body)).await
        else {
            return;
        };
        let Ok(id) = reply.text("id").parse::<TicketId>() else {
            return self.record_unexpected("an offer", &reply);
        };
        self.shared.journal.lock().tickets.push(id);
        self.shared.offers.lock().insert(id, Offer::new(seller, quantity, cents));
        let mut hot = self.shared.hot.lock();
        hot.push(id);
        let old = hot.len().saturating_sub(HOT_TICKETS);
        hot.drain(..old);
    }

    /// Orders one to three tickets; offers a new one if they are sold out.
    async fn order(&mut self) -> Option<Placed> {
        let buyer = self.shared.buyers.choose(&mut self.random).unwrap().clone();
        let mut tickets = self.shared.hot.lock().clone();
        let first = self.random.random_range(0..tickets.len());
        tickets.rotate_left(first);
        tickets.truncate(if self.random.random_bool(0.7) {
            1
        } else {
            self.random.random_range(2..=3)
        });
        let items: Vec<Value> = tickets
            .iter()
            .map(|id| json!({"ticketId": id, "quantity": self.random.random_range(1..=2)}))
            .collect();
        let body = Some(json!({ "items": items }));
        let prices = self.acknowledged_prices(&tickets);
        let reply = self.command(&buyer, Method::POST, "/api/orders".to_owned(), body).await?;
        if reply.status != 201 {
            let code = reply.text("code");
            if !["sold_out", "not_offered", "not_found"].contains(&&*code) {
                self.record_unexpected("an order", &reply);
            }
            self.offer().await;
            return None;
        }
        let (id, expires_at) = (reply.text("id").parse(), reply.text("expiresAt").parse());
        let (Ok(id), Ok(expires_at)) = (id, expires_at) else {
            self.record_unexpected("an order", &reply);
            return None;
        };
        let journaled = JournaledOrder::of(buyer.id);
        let is_known = self.shared.journal.lock().orders.insert(id, journaled).is_some();
        if is_known {
            self.record_unexpected("two commands", &reply);
        }
        let items = items_of(&reply);
        self.record_old_terms(&items, &prices);
        Some(Placed { id, buyer, expires_at, items })
    }

    /// Draws the next actions on an order.
    async fn act(&mut self, placed: &Placed) {
        match self.random.random_range(0..100) {
            0..32 => {
                let card = self.card();
                self.pay(placed, card).await;
            }
            32..43 => self.pay(placed, "tok_error_after_charge").await,
            43..50 => {
                self.pay(placed, "tok_declined").await;
                self.pay(placed, "tok_visa").await;
            }
            50..54 => self.pay(placed, "tok_slow").await,
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

    async fn pay(&mut self, placed: &Placed, token: &str) {
        self.pay_with(placed, json!({"orderId": placed.id, "token": token})).await;
    }

    /// Pays, and returns the status of the response.
    async fn pay_with(&mut self, placed: &Placed, body: Value) -> Option<u16> {
        let path = "/api/payments".to_owned();
        let reply = self.command(&placed.buyer, Method::POST, path, Some(body)).await?;
        let reported = match (reply.status, &*reply.text("code")) {
            (201, _) => {
                let payment = reply.text("id").parse().unwrap();
                self.shared.journal.lock().captured.insert(payment, placed.id);
                self.maybe_refund(placed, payment).await;
                Some(End::Complete)
            }
            (_, "order_complete") => Some(End::Complete),
            (_, "order_cancelled") => Some(End::CancelledByBuyer),
            (_, "payment_declined" | "order_expired" | "payment_in_progress" | "not_found") => None,
            _ => {
                self.record_unexpected("a payment", &reply);
                None
            }
        };
        self.record_end(placed.id, reported);
        Some(reply.status)
    }

    /// Pays within 60 ms before or after the deadline.
    async fn pay_at_the_deadline(&mut self, placed: &Placed) {
        let off = Duration::from_millis(self.random.random_range(0..120));
        let moment = placed.expires_at.minus(Duration::from_millis(60)).plus(off);
        Clock::System.sleep_until(moment).await;
        self.pay(placed, "tok_visa").await;
    }

    /// A second customer with the same accounts, for concurrent actions.
    fn second_customer(&self) -> Self {
        let number = self.number.wrapping_mul(1_000_003).wrapping_add(self.commands);
        Self::new(Arc::clone(&self.shared), number)
    }

    /// Pays by card or by credit, and cancels while the payment is in progress.
    async fn pay_and_cancel_at_once(&mut self, placed: &Placed) {
        let mut second_customer = self.second_customer();
        let moment = Duration::from_millis(self.random.random_range(0..40));
        let cancelling = async {
            tokio::time::sleep(moment).await;
            second_customer.cancel(placed).await;
        };
        let paying = async {
            if self.random.random_bool(0.5) {
                self.pay_by_credit(placed).await;
            } else {
                self.pay(placed, "tok_visa").await;
            }
        };
        tokio::join!(paying, cancelling);
    }

    async fn cancel(&mut self, placed: &Placed) {
        let path = format!("/api/orders/{}", placed.id);
        let Some(reply) = self.command(&placed.buyer, Method::DELETE, path, None).await else {
            return;
        };
        // 204 means cancelled, by this or an earlier request or by the deadline; the order has the
        // reason.
        let reported = (reply.text("code") == "order_complete").then_some(End::Complete);
        if reply.status != 204 && reported.is_none() {
            self.record_unexpected("a cancellation", &reply);
        }
        self.record_end(placed.id, reported);
    }

    /// Attempts to read another user's order.
    async fn read_foreign_order(&mut self, placed: &Placed) {
        let mut others = self.shared.buyers.iter().filter(|other| other.id != placed.buyer.id);
        let Some(other) = others.next().cloned() else { return };
        let path = format!("/api/orders/{}", placed.id);
        let Some(reply) = self.command(&other, Method::GET, path, None).await else { return };
        if reply.status != 404 {
            let (id, status) = (placed.id, reply.status);
            let line = format!("order {id} was shown to {}: {status}", other.id);
            self.shared.journal.lock().foreign_reads.push(line);
        }
    }

    /// Reads the order until it has ended.
    async fn poll_until_end(&mut self, placed: &Placed) {
        let path = format!("/api/orders/{}", placed.id);
        loop {
            let sent_at = Clock::System.now();
            let Some(reply) = self.command(&placed.buyer, Method::GET, path.clone(), None).await
            else {
                return;
            };
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
        order.reported_ends.extend(end);
        match end {
            None => order.seen_active = Some((sent_at, expires_at)),
            Some(End::Expired) => order.seen_expired = Some((Clock::System.now(), expires_at)),
            Some(End::Complete | End::CancelledByBuyer) => {}
        }
    }

    fn record_unexpected(&self, command: &str, reply: &Reply) {
        let line = format!("{command} received {}: {}", reply.status, reply.body);
        self.shared.journal.lock().unexpected.push(line);
    }

    fn record_end(&self, order: OrderId, reported: Option<End>) {
        let mut journal = self.shared.journal.lock();
        if let (Some(order), Some(reported)) = (journal.orders.get_mut(&order), reported) {
            order.reported_ends.push(reported);
        }
    }

    /// Sends a command until it has its final response, and sometimes once more.
    async fn command(
        &mut self,
        account: &Account,
        method: Method,
        path: String,
        body: Option<Value>,
    ) -> Option<Reply> {
        self.commands += 1;
        let key = (method == Method::POST).then(|| format!("{}-{}", self.number, self.commands));
        let call = Call { method, path, cookie: account.cookie.clone(), key, body };
        let shared = Arc::clone(&self.shared);
        let reply = loop {
            match shared.client.send_with_retries(&call, || self.is_past_timeout()).await {
                // Pending: a repeat with the same key returns the result.
                Some(reply) if reply.status == 202 && !self.is_past_timeout() => {}
                Some(reply) if reply.status != 202 => break reply,
                _ => {
                    let line = format!("{} {} {:?}", call.method, call.path, call.body);
                    shared.journal.lock().unanswered.push(line);
                    return None;
                }
            }
        };
        if call.key.is_some() && self.random.random_bool(0.1) {
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
            let (path, first, again) = (&call.path, &first.body, &again.body);
            let line = format!("{path} received {first}, and a repeat received {again}");
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

fn items_of(order: &Reply) -> Vec<Item> {
    let items = order.at("items");
    let item = |item: &Value| {
        Some(Item {
            ticket: item.get("ticketId")?.as_str()?.parse().ok()?,
            quantity: u32::try_from(item.get("quantity")?.as_u64()?).ok()?,
            price: item.get("price")?.clone(),
        })
    };
    items.as_array().into_iter().flatten().filter_map(item).collect()
}
