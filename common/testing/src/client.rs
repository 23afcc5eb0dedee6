//! Requests over HTTP to services at an address.

use std::time::Duration;

use contract::{OrderId, TicketId};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::customer::PASSWORD;
use crate::reply::Reply;
use crate::user::User;

/// Bound on a response, on a machine that compiles concurrently.
const RESPONSE_MAX: Duration = Duration::from_secs(30);

/// A client of services at an address.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
}

impl Client {
    /// The client of an address: `http://127.0.0.1:…`. It follows no redirect.
    pub fn to(base: String) -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none());
        Self { http: http.build().unwrap(), base }
    }

    /// `http://127.0.0.1:…`
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request to be sent with [`Client::send`].
    pub fn request(&self, method: Method, path: &str, user: Option<&User>) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match user {
            Some(user) => request.header("Cookie", &user.cookie),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Reply {
        Reply::of(request.timeout(RESPONSE_MAX).send().await.unwrap()).await.unwrap()
    }

    /// GET
    pub async fn get(&self, user: Option<&User>, path: &str) -> Reply {
        self.send(self.request(Method::GET, path, user)).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, user: Option<&User>, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::POST, path, user).json(body)).await
    }

    /// POST with a JSON body and an idempotency key.
    pub async fn post_keyed(&self, user: &User, path: &str, key: &str, body: &Value) -> Reply {
        let request = self.request(Method::POST, path, Some(user)).header("Idempotency-Key", key);
        self.send(request.json(body)).await
    }

    /// POST with any body, declared as JSON.
    pub async fn post_raw(&self, user: &User, path: &str, body: impl Into<String>) -> Reply {
        let request = self.request(Method::POST, path, Some(user));
        self.send(request.header("Content-Type", "application/json").body(body.into())).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, user: Option<&User>, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::PUT, path, user).json(body)).await
    }

    /// DELETE
    pub async fn delete(&self, user: Option<&User>, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path, user)).await
    }

    /// POST that must create something; returns its id.
    pub async fn create(&self, user: &User, path: &str, body: Value) -> String {
        self.post(Some(user), path, &body).await.expect(201).text("id")
    }

    /// Signs up the account of this name.
    pub async fn sign_up(&self, name: &str) -> User {
        User::by_token(&self.sign(name, "up").await.expect(201))
    }

    /// Signs in the account of this name.
    pub async fn sign_in(&self, name: &str) -> Reply {
        self.sign(name, "in").await
    }

    async fn sign(&self, name: &str, way: &str) -> Reply {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        self.post(None, &format!("/api/users/sign{way}"), &body).await
    }

    /// Offers units of a ticket for 20.50 each.
    pub async fn offer(&self, seller: &User, quantity: u32) -> TicketId {
        let body = json!({"title": "Concert", "price": 20.5, "quantity": quantity});
        self.create(seller, "/api/tickets", body).await.parse().unwrap()
    }

    /// Orders.
    pub async fn order(&self, buyer: &User, body: &Value) -> Reply {
        self.post(Some(buyer), "/api/orders", body).await
    }

    /// Orders one unit of a ticket.
    pub async fn order_one(&self, buyer: &User, ticket: TicketId) -> OrderId {
        let body = json!({"ticketId": ticket});
        self.create(buyer, "/api/orders", body).await.parse().unwrap()
    }

    /// Pays an order by card.
    pub async fn pay(&self, buyer: &User, order: OrderId, token: &str) -> Reply {
        let body = json!({"orderId": order, "token": token});
        self.post(Some(buyer), "/api/payments", &body).await
    }

    /// Shows an order.
    pub async fn show_order(&self, buyer: &User, order: OrderId) -> Reply {
        self.get(Some(buyer), &format!("/api/orders/{order}")).await.expect(200)
    }

    /// Units of a ticket on offer.
    pub async fn available(&self, ticket: TicketId) -> Value {
        self.get(None, &format!("/api/tickets/{ticket}")).await.expect(200).at("available")
    }

    /// Erases an account; with the right password unless the body has another.
    pub async fn erase(&self, user: &User, more: &Value) -> Reply {
        let mut body = json!({"password": PASSWORD});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.send(self.request(Method::DELETE, "/api/users/me", Some(user)).json(&body)).await
    }
}
