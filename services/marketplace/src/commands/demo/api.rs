//! The HTTP API of the process, as a client outside of it uses it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, RETRY_AFTER, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use store::Unavailable;

/// Time for one response: more than the wait of a payment for its provider.
const RESPONSE_MAX: Duration = Duration::from_secs(30);

/// Requests until one is not rejected as too early or too many: half a minute of a full gate.
const ATTEMPTS_MAX: usize = 30;

/// Time between two reads of a state that is about to change.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Time for an awaited state: several order windows.
const STATE_WAIT_MAX: Duration = Duration::from_mins(1);

/// A client of the API.
pub(super) struct Api {
    http: Client,
    base: String,
    keys: AtomicU64,
}

/// A signed-in account.
#[derive(Debug)]
pub(super) struct Account {
    /// The e-mail address.
    pub(super) email: String,
    /// The `Cookie` header of its session.
    cookie: String,
}

/// A response.
pub(super) struct Reply {
    /// The status.
    pub(super) status: StatusCode,
    headers: HeaderMap,
    /// The body; null without one.
    pub(super) body: Value,
}

/// The body of a request.
enum Content {
    None,
    Json(Value),
    Png(Bytes),
}

impl Api {
    /// The API at a base URL.
    pub(super) fn new(base: String) -> Result<Self, Unavailable> {
        let http = Client::builder().timeout(RESPONSE_MAX).no_proxy().build();
        let http = http.map_err(|error| Unavailable::caused_by("cannot make the client", error))?;
        Ok(Self { http, base, keys: AtomicU64::new(0) })
    }

    /// Signs up an account.
    pub(super) async fn sign_up(
        &self,
        email: &str,
        password: &str,
    ) -> Result<Account, Unavailable> {
        let (path, body) = ("/api/users/signup", json!({"email": email, "password": password}));
        let reply = self.send(None, Method::POST, path, Content::Json(body)).await?;
        let cookies = reply.headers.get_all(SET_COOKIE).iter().filter_map(|set| set.to_str().ok());
        let pairs: Vec<&str> = cookies.filter_map(|set| set.split(';').next()).collect();
        let cookie = pairs.join("; ");
        succeeded(path, reply)?;
        Ok(Account { email: email.to_owned(), cookie })
    }

    /// POST that must succeed; returns the body.
    pub(super) async fn post(
        &self,
        account: &Account,
        path: &str,
        body: Value,
    ) -> Result<Value, Unavailable> {
        succeeded(path, self.try_post(account, path, body).await?)
    }

    /// POST with any outcome.
    pub(super) async fn try_post(
        &self,
        account: &Account,
        path: &str,
        body: Value,
    ) -> Result<Reply, Unavailable> {
        self.send(Some(account), Method::POST, path, Content::Json(body)).await
    }

    /// PUT of a PNG file that must succeed.
    pub(super) async fn put_png(
        &self,
        account: &Account,
        path: &str,
        file: Vec<u8>,
    ) -> Result<(), Unavailable> {
        let sending = self.send(Some(account), Method::PUT, path, Content::Png(file.into()));
        succeeded(path, sending.await?).map(drop)
    }

    /// DELETE that must succeed.
    pub(super) async fn delete(&self, account: &Account, path: &str) -> Result<(), Unavailable> {
        let sending = self.send(Some(account), Method::DELETE, path, Content::None);
        succeeded(path, sending.await?).map(drop)
    }

    /// Reads a body until it fulfils a condition.
    pub(super) async fn get_until(
        &self,
        account: &Account,
        path: &str,
        is_reached: impl Fn(&Value) -> bool,
    ) -> Result<Value, Unavailable> {
        let reading = async {
            loop {
                let reply = self.send(Some(account), Method::GET, path, Content::None).await?;
                let body = succeeded(path, reply)?;
                if is_reached(&body) {
                    return Ok(body);
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        let late = |_| Unavailable::new(format!("{path} does not reach its state in time"));
        tokio::time::timeout(STATE_WAIT_MAX, reading).await.map_err(late)?
    }

    /// Sends a request, and again, with the same idempotency key, when its response is a rejection
    /// with a time to wait.
    async fn send(
        &self,
        account: Option<&Account>,
        method: Method,
        path: &str,
        content: Content,
    ) -> Result<Reply, Unavailable> {
        let is_post = method == Method::POST;
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(account) = account {
            request = request.header(COOKIE, &account.cookie);
        }
        if is_post {
            let key = self.keys.fetch_add(1, Ordering::Relaxed);
            request = request.header("Idempotency-Key", format!("demo-{key}"));
        }
        let request = match content {
            Content::None => request,
            Content::Json(body) => request.json(&body),
            Content::Png(file) => request.header(CONTENT_TYPE, "image/png").body(file),
        };
        for _ in 0..ATTEMPTS_MAX {
            // A body of bytes can be sent again.
            let Some(request) = request.try_clone() else { break };
            let no_response =
                |error| Unavailable::caused_by(format!("no response to {path}"), error);
            let reply = send_once(request).await.map_err(no_response)?;
            match reply.retry_after() {
                None => return Ok(reply),
                Some(wait) => tokio::time::sleep(wait).await,
            }
        }
        Err(Unavailable::new(format!("{path} was rejected {ATTEMPTS_MAX} times")))
    }
}

async fn send_once(request: RequestBuilder) -> reqwest::Result<Reply> {
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = serde_json::from_slice(&response.bytes().await?).unwrap_or(Value::Null);
    Ok(Reply { status, headers, body })
}

impl Reply {
    /// The time after which a rejection as too early or too many may be repeated.
    fn retry_after(&self) -> Option<Duration> {
        match self.status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let seconds = self.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
                Some(Duration::from_secs(seconds))
            }
            _ => None,
        }
    }
}

/// The body of a response of success.
fn succeeded(path: &str, reply: Reply) -> Result<Value, Unavailable> {
    if reply.status.is_success() {
        return Ok(reply.body);
    }
    Err(Unavailable::new(format!("{path} received {}: {}", reply.status, reply.body)))
}

/// The text of a field of a body.
pub(super) fn text(body: &Value, field: &str) -> Result<String, Unavailable> {
    let found = body.get(field).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Unavailable::new(format!("a response has no {field}: {body}")))
}
