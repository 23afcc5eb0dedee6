//! Requests, repeated until they are answered.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contract::UserId;
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::reply::Reply;

/// Time a request may take: longer than a payment waits for its end.
const REQUEST_MAX: Duration = Duration::from_secs(15);

/// Wait before a request whose answer was lost is repeated.
const REPEAT_PAUSE: Duration = Duration::from_millis(60);

/// Time within which the accounts are signed up, while nothing is broken yet.
const SIGN_UP_MAX: Duration = Duration::from_mins(1);

/// Everybody's password.
pub(crate) const PASSWORD: &str = "a fine password";

/// Somebody who signed up.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account.
    pub id: UserId,
    /// Its e-mail address.
    pub email: String,
    /// The `Cookie` header with which it signed up: a token and the secret that it is renewed for.
    pub cookie: String,
}

/// One command or question, which can be sent again as it is.
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
    pub(crate) answered: Arc<AtomicU64>,
    /// The newest `Cookie` header of each session whose token was renewed, by the one it began with.
    renewed: Mutex<HashMap<String, String>>,
}

impl Client {
    pub(crate) fn new(base: String, answered: Arc<AtomicU64>) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(REQUEST_MAX).build().unwrap();
        Self { http, base, sent: AtomicU64::new(0), answered, renewed: Mutex::default() }
    }

    /// Sends a request once, and once more with a new token if the session's has ended; `None` when it was not answered, or by
    /// an outage (5xx) or overload (429).
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
        self.answered.fetch_add(1, Ordering::Relaxed);
        Some(Reply { status, headers, body })
    }

    /// Sends a request until it is answered, or until `given_up` says that it has been tried long enough.
    pub(crate) async fn insist(
        &self,
        call: &Call,
        mut given_up: impl FnMut() -> bool,
    ) -> Option<Reply> {
        loop {
            if let Some(reply) = self.send(call).await {
                return Some(reply);
            }
            if given_up() {
                return None;
            }
            tokio::time::sleep(REPEAT_PAUSE).await;
        }
    }

    /// A new account.
    pub(crate) async fn sign_up(&self, seed: u64, number: usize) -> Account {
        let email = format!("customer-{seed}-{number}@example.com");
        let call = Call {
            method: Method::POST,
            path: "/api/users/signup".to_owned(),
            cookie: String::new(),
            key: Some(format!("sign-up-{seed}-{number}")),
            body: Some(json!({"email": email, "password": PASSWORD})),
        };
        let signing_up = self.insist(&call, || false);
        let reply = tokio::time::timeout(SIGN_UP_MAX, signing_up).await.unwrap().unwrap();
        let reply = reply.expect(201);
        Account { id: reply.text("id").parse().unwrap(), email, cookie: reply.cookies() }
    }
}
