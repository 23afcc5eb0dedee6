//! The simulator on a free port, with a manual clock.

use std::future::Future;
use std::time::Duration;

use contract::Timestamp;
use form_urlencoded::Serializer;
use provider_simulator::http::{Deliveries, Simulator, Webhook};
use provider_simulator::{Method, Provider, Request, Response};
use serde_json::Value;
use sources::{Clock, ManualClock};

use crate::merchant::{Merchant, text};

/// Real time within which a condition must hold.
const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

pub(crate) struct TestServer {
    pub(crate) simulator: Simulator,
    pub(crate) clock: ManualClock,
    pub(crate) http: reqwest::Client,
}

impl TestServer {
    /// Starts without a webhook.
    pub(crate) fn start() -> Self {
        Self::start_with(None, Deliveries::Manual)
    }

    pub(crate) fn start_with(webhook: Option<Webhook>, deliveries: Deliveries) -> Self {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let (clock, hand) = Clock::manual(now);
        let simulator = Simulator::start_local(clock, webhook, deliveries).unwrap();
        let http = reqwest::Client::builder().no_proxy();
        let http = http.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { simulator, clock: hand, http }
    }

    /// Calls the provider without HTTP.
    pub(crate) fn merchant<T>(&self, act: impl FnOnce(&mut Merchant) -> T) -> T {
        self.simulator.with(|provider, now| {
            let called = std::mem::replace(provider, Provider::seeded(0));
            let mut merchant = Merchant { provider: called, now };
            let done = act(&mut merchant);
            *provider = merchant.provider;
            done
        })
    }

    /// Sends a request of a client of the API; an error is a closed connection or a timeout.
    pub(crate) async fn send(&self, request: &Request) -> Result<Response, reqwest::Error> {
        let params = Serializer::new(String::new()).extend_pairs(&request.params).finish();
        let url = format!("{}{}", self.simulator.url(), request.path.trim_start_matches('/'));
        let sending = match request.method {
            Method::Get => self.http.get(format!("{url}?{params}")),
            Method::Post => self.http.post(url).body(params),
            Method::Delete => self.http.delete(url),
        };
        let sending = match &request.idempotency_key {
            Some(key) => sending.header("Idempotency-Key", key),
            None => sending,
        };
        let received = sending.bearer_auth("sk_test_local").send().await?;
        let header = |name| Some(received.headers().get(name)?.to_str().unwrap().to_owned());
        Ok(Response {
            status: received.status().as_u16(),
            request_id: header("Request-Id").unwrap_or_default(),
            replay_of: header("Original-Request"),
            body: received.text().await?,
        })
    }

    /// `/_simulator/…`
    pub(crate) fn control_url(&self, path: &str) -> String {
        format!("{}_simulator/{path}", self.simulator.url())
    }

    /// Calls the control API; returns the status, and the body, null if it is empty.
    pub(crate) async fn call(
        &self,
        method: reqwest::Method,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let request = self.http.request(method, self.control_url(path)).json(body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// Changes something by the control API.
    pub(crate) async fn control(&self, path: &str, body: Value) {
        let response = self.call(reqwest::Method::POST, path, &body).await;
        assert_eq!(response, (204, Value::Null), "{path} {body}");
    }

    /// Calls the dashboard; returns the id of the created or changed object.
    pub(crate) async fn operate(&self, path: &str, body: &Value) -> String {
        let path = format!("dashboard/{path}");
        let (status, shown) = self.call(reqwest::Method::POST, &path, body).await;
        assert_eq!(status, 200, "{path} {body}");
        text(&shown, "id")
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        self.call(reqwest::Method::GET, path, &Value::Null).await.1
    }

    /// A sum of the ledger in US dollars.
    pub(crate) async fn total(&self, name: &str) -> i64 {
        self.read("ledger").await["totals"]["usd"][name].as_i64().unwrap()
    }
}

/// Waits until a condition holds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let waiting = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(FACT_WAIT_MAX, waiting).await;
    assert!(waited.is_ok(), "{what}: not after {FACT_WAIT_MAX:?}");
}
