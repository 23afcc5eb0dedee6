//! Requests, repeated until they have a response.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contract::UserId;
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::reply::Reply;

/// Timeout of a request: longer than the wait for the end of a payment.
const REQUEST_MAX: Duration = Duration::from_secs(15);

/// Wait before a request without a response is repeated.
const REPEAT_PAUSE: Duration = Duration::from_millis(60);

/// Bound on the sign-up of all accounts, before the first fault.
const SIGN_UP_MAX: Duration = Duration::from_mins(1);

/// The password of every account.
pub(crate) const PASSWORD: &str = "a fine password";

/// A registered account.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account.
    pub id: UserId,
    /// Its e-mail address.
    pub email: String,
    /// The `Cookie` header of the sign-up: a session token and the secret that renews it.
    pub cookie: String,
}

/// One request, which can be sent again unchanged.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) cookie: String,
    pub(crate) key: Option<String>,
    pub(crate) body: Option<Value>,
}

/// Sends requests and counts them.
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    pub(crate) sent: AtomicU64,
    pub(crate) responses: Arc<AtomicU64>,
    /// The newest `Cookie` header of each session whose token was renewed, by its first header.
    renewed: Mutex<HashMap<String, String>>,
}

impl Client {
    pub(crate) fn new(base: String, responses: Arc<AtomicU64>) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(REQUEST_MAX).build().unwrap();
        Self { http, base, sent: AtomicU64::new(0), responses, renewed: Mutex::default() }
    }

    /// Sends a request once, and once more with a new token if the session's has expired; `None`
    /// without a response, or for an outage (5xx) or overload (429).
    pub(crate) async fn send(&self, call: &Call) -> Option<Reply> {
        let reply = self.send_once(call).await?;
        if reply.status != 401 || call.cookie.is_empty() {
            return Some(reply);
        }
        let renewing = Call {
            method: Method::POST,
            path: "/api/users/renew".to_owned(),
            cookie: call.cookie.clone(),
            key: None,
            body: None,
        };
        let renewed = self.send_once(&renewing).await?;
        if renewed.status != 200 {
            return Some(reply);
        }
        self.renewed.lock().insert(call.cookie.clone(), renewed.cookies());
        self.send_once(call).await
    }

    async fn send_once(&self, call: &Call) -> Option<Reply> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let mut request =
            self.http.request(call.method.clone(), format!("{}{}", self.base, call.path));
        let renewed = self.renewed.lock().get(&call.cookie).cloned();
        request = request.header("Cookie", renewed.as_ref().unwrap_or(&call.cookie));
        if let Some(key) = &call.key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.ok()?;
        if status >= 500 || status == 429 {
            return None;
        }
        self.responses.fetch_add(1, Ordering::Relaxed);
        Some(Reply { status, headers, body })
    }

    /// Repeats a request until it has a response, or until `is_over` returns true.
    pub(crate) async fn send_with_retries(
        &self,
        call: &Call,
        mut is_over: impl FnMut() -> bool,
    ) -> Option<Reply> {
        loop {
            if let Some(reply) = self.send(call).await {
                return Some(reply);
            }
            if is_over() {
                return None;
            }
            tokio::time::sleep(REPEAT_PAUSE).await;
        }
    }

    /// Signs up a new account.
    pub(crate) async fn sign_up(&self, seed: u64, number: usize) -> Account {
        let email = format!("customer-{seed}-{number}@example.com");
        let call = Call {
            method: Method::POST,
            path: "/api/users/signup".to_owned(),
            cookie: String::new(),
            key: Some(format!("sign-up-{seed}-{number}")),
            body: Some(json!({"email": email, "password": PASSWORD})),
        };
        let signing_up = self.send_with_retries(&call, || false);
        let reply = tokio::time::timeout(SIGN_UP_MAX, signing_up).await.unwrap().unwrap();
        let reply = reply.expect(201);
        Account { id: reply.text("id").parse().unwrap(), email, cookie: reply.cookies() }
    }
}
