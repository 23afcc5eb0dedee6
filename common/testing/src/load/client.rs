//! Requests, repeated until they have a response.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contract::UserId;
use parking_lot::Mutex;

use crate::customer::Request;
use crate::reply::Reply;

/// Timeout of a request: longer than the wait for the end of a payment.
const REQUEST_MAX: Duration = Duration::from_secs(15);

/// Wait before a request without a response is repeated.
const REPEAT_PAUSE: Duration = Duration::from_millis(60);

/// Bound on the sign-up of all accounts, before the first fault.
const SIGN_UP_MAX: Duration = Duration::from_mins(1);

/// A registered account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: UserId,
    pub(crate) email: String,
    /// The `Cookie` header of the sign-up: a session token and the secret that renews it.
    pub(crate) cookie: String,
}

/// One request, which can be sent again unchanged.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) request: Request,
    pub(crate) cookie: String,
    pub(crate) key: Option<String>,
}

/// Sends requests and counts them.
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    pub(crate) sent: AtomicU64,
    pub(crate) responses: AtomicU64,
    /// The newest `Cookie` header of each session whose token was renewed, by its first header.
    renewed: Mutex<HashMap<String, String>>,
}

impl Client {
    pub(crate) fn new(base: String) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(REQUEST_MAX).build().unwrap();
        let (sent, responses) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { http, base, sent, responses, renewed: Mutex::default() }
    }

    /// Sends a request once, and once more with a new token if the session's has expired; `None`
    /// without a response, or for an outage (5xx) or overload (429).
    pub(crate) async fn send(&self, call: &Call) -> Option<Reply> {
        let reply = self.send_once(call).await?;
        if reply.status != 401 || call.cookie.is_empty() {
            return Some(reply);
        }
        let renewing = Call { request: Request::Renew, cookie: call.cookie.clone(), key: None };
        let renewed = self.send_once(&renewing).await?;
        if renewed.status != 200 {
            return Some(reply);
        }
        self.renewed.lock().insert(call.cookie.clone(), renewed.cookies());
        self.send_once(call).await
    }

    async fn send_once(&self, Call { request, cookie, key }: &Call) -> Option<Reply> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let renewed = self.renewed.lock().get(cookie).cloned();
        let (method, path) = request.target();
        let mut sending = self.http.request(method, format!("{}{path}", self.base));
        sending = sending.header("Cookie", renewed.as_ref().unwrap_or(cookie));
        if let Some(key) = key {
            sending = sending.header("Idempotency-Key", key);
        }
        if let Some(body) = request.body() {
            sending = sending.json(&body);
        }
        let reply = Reply::of(sending.send().await.ok()?).await.ok()?;
        if reply.status >= 500 || reply.status == 429 {
            return None;
        }
        self.responses.fetch_add(1, Ordering::Relaxed);
        Some(reply)
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

    /// Repeats a request until it has its final response, or until `is_over` returns true. A repeat
    /// of a pending request with the same key returns the result.
    pub(crate) async fn send_until_final(
        &self,
        call: &Call,
        mut is_over: impl FnMut() -> bool,
    ) -> Option<Reply> {
        loop {
            let reply = self.send_with_retries(call, &mut is_over).await?;
            if !call.request.is_pending(&reply) {
                return Some(reply);
            }
            if is_over() {
                return None;
            }
        }
    }

    /// Signs up a new account.
    pub(crate) async fn sign_up(&self, seed: u64, number: usize) -> Account {
        let email = format!("customer-{seed}-{number}@example.com");
        let call = Call {
            request: Request::SignUp(email.clone()),
            cookie: String::new(),
            key: Some(format!("sign-up-{seed}-{number}")),
        };
        let signing_up = self.send_with_retries(&call, || false);
        let reply = tokio::time::timeout(SIGN_UP_MAX, signing_up).await.unwrap().unwrap();
        let reply = reply.expect(201);
        Account { id: reply.id().unwrap(), email, cookie: reply.cookies() }
    }
}
