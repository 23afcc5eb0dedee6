//! The marketplace as five services, two processes of each, through its public address.

use std::time::Duration;

use contract::{OrderId, TicketId, UserId};
use reqwest::Method;
use serde_json::{Value, json};
use sources::Clock;
use testing::processes::holds_within;
use testing::{Reply, User};

use crate::fleet::ORDER_WINDOW;
use invariants::Reader;

/// Real time within which a fact must hold: an order's window, and room for a slow machine.
const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

/// A marketplace at an address.
pub(crate) struct TestMarketplace {
    base: String,
    http: reqwest::Client,
    reader: Reader,
    /// The journey in progress.
    journey: &'static str,
    /// Its number, which makes its e-mail addresses unique.
    number: u32,
    /// Minor units captured before this journey.
    captured_before: i64,
    /// Minor units refunded before this journey.
    given_back_before: i64,
}

impl TestMarketplace {
    pub(crate) fn at(base: String, reader: Reader) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(FACT_WAIT_MAX).build().unwrap();
        let (captured_before, given_back_before) = (0, 0);
        Self { base, http, reader, journey: "", number: 0, captured_before, given_back_before }
    }

    /// The same marketplace, for another journey.
    pub(crate) async fn for_journey(self, journey: &'static str) -> Self {
        let moved = self.reader.captured_and_refunded().await.unwrap();
        let (captured_before, given_back_before) = moved;
        let number = self.number + 1;
        Self { journey, number, captured_before, given_back_before, ..self }
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        user: Option<&User>,
        body: Option<&Value>,
    ) -> Reply {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(user) = user {
            request = request.header("Cookie", &user.cookie);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, body: response.text().await.unwrap() }
    }

    pub(crate) async fn get(&self, user: Option<&User>, path: &str) -> Reply {
        self.call(Method::GET, path, user, None).await
    }

    pub(crate) async fn post(&self, user: Option<&User>, path: &str, body: &Value) -> Reply {
        self.call(Method::POST, path, user, Some(body)).await
    }

    pub(crate) async fn put(&self, user: Option<&User>, path: &str, body: &Value) -> Reply {
        self.call(Method::PUT, path, user, Some(body)).await
    }

    pub(crate) async fn delete(&self, user: Option<&User>, path: &str) -> Reply {
        self.call(Method::DELETE, path, user, None).await
    }

    /// Erases an account; with the right password unless the body has another.
    pub(crate) async fn erase(&self, user: &User, more: &Value) -> Reply {
        let mut body = json!({"password": "a fine password"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.call(Method::DELETE, "/api/users/me", Some(user), Some(&body)).await
    }

    pub(crate) async fn sign_up(&self, name: &str) -> User {
        let email = format!("{name}-{}@example.com", self.number);
        let body = json!({"email": email, "password": "a fine password"});
        let reply = self.post(None, "/api/users/signup", &body).await.expect(201);
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        User { id: reply.text("id").parse::<UserId>().unwrap(), cookie }
    }

    pub(crate) async fn offer(&self, seller: &User, quantity: u32) -> TicketId {
        let body = json!({"title": "Concert", "price": 20.5, "quantity": quantity});
        let reply = self.post(Some(seller), "/api/tickets", &body).await.expect(201);
        reply.text("id").parse().unwrap()
    }

    pub(crate) async fn order(&self, buyer: &User, body: &Value) -> Reply {
        self.post(Some(buyer), "/api/orders", body).await
    }

    pub(crate) async fn order_one(&self, buyer: &User, ticket: TicketId) -> OrderId {
        let reply = self.order(buyer, &json!({"ticketId": ticket})).await.expect(201);
        reply.text("id").parse().unwrap()
    }

    pub(crate) async fn pay(&self, buyer: &User, order: OrderId, token: &str) -> Reply {
        let body = json!({"orderId": order, "token": token});
        self.post(Some(buyer), "/api/payments", &body).await
    }

    pub(crate) async fn show_order(&self, buyer: &User, order: OrderId) -> Reply {
        self.get(Some(buyer), &format!("/api/orders/{order}")).await.expect(200)
    }

    pub(crate) async fn becomes_available(&self, ticket: TicketId, units: u32) {
        let path = format!("/api/tickets/{ticket}");
        let is = || async { self.get(None, &path).await.at("available") == json!(units) };
        self.eventually(&format!("{units} units are on offer"), is).await;
    }

    pub(crate) async fn order_becomes(&self, buyer: &User, order: OrderId, status: &str) {
        let is = || async { self.show_order(buyer, order).await.text("status") == status };
        self.eventually(&format!("the order is {status}"), is).await;
    }

    pub(crate) async fn eventually<F: Future<Output = bool>>(
        &self,
        fact: &str,
        holds: impl Fn() -> F,
    ) {
        let journey = self.journey;
        let held = holds_within(FACT_WAIT_MAX, holds).await;
        assert!(held, "{journey}: it does not become true that {fact}");
    }

    /// Waits until the deadline of an order that was placed just now has passed.
    pub(crate) async fn let_the_deadline_pass(&self) {
        Clock::System.sleep(ORDER_WINDOW).await;
    }

    /// Minor units captured by this journey, once nothing is in flight.
    pub(crate) async fn captured(&self) -> i64 {
        let is_quiet = || async { self.reader.is_quiet().await.unwrap() };
        self.eventually("nothing is in flight", is_quiet).await;
        self.reader.captured_and_refunded().await.unwrap().0 - self.captured_before
    }

    /// Minor units refunded by this journey.
    pub(crate) async fn given_back(&self) -> i64 {
        self.reader.captured_and_refunded().await.unwrap().1 - self.given_back_before
    }
}
