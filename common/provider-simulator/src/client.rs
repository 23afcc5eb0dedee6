//! A client of Stripe's API that calls a provider in the same process.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::Timestamp;
use parking_lot::Mutex;
use sources::Clock;
use stripe::StripeError;
use stripe_client_core::{
    CustomizedStripeRequest, RequestBuilder, RequestStrategy, StripeClient, StripeMethod,
};

use crate::answer::{Answer, PendingId, Reply};
use crate::params::Params;
use crate::provider::Provider;
use crate::request::{Method, Request};

/// A provider called without HTTP. Clones call the same provider.
///
/// A request is done once; strategies that try again by themselves are not followed. A slow answer is waited for on the clock,
/// no longer than the request's time-out says.
#[derive(Debug, Clone)]
pub struct InProcess {
    provider: Arc<Mutex<Provider>>,
    clock: Clock,
}

impl InProcess {
    /// A client of this provider.
    #[must_use]
    pub fn new(provider: Provider, clock: Clock) -> Self {
        Self { provider: Arc::new(Mutex::new(provider)), clock }
    }

    /// Does something with the provider, at the moment that it is.
    pub fn with<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        let mut provider = self.provider.lock();
        let now = self.clock.now();
        provider.settle(now);
        act(&mut provider, now)
    }

    async fn wait(
        &self,
        pending: PendingId,
        at: Timestamp,
        timeout: Option<Duration>,
    ) -> Result<Bytes, StripeError> {
        let patience = timeout.map(|timeout| self.clock.now().plus(timeout));
        if let Some(end) = patience.filter(|end| *end < at) {
            self.clock.sleep_until(end).await;
            return Err(StripeError::Timeout);
        }
        self.clock.sleep_until(at).await;
        let answer = self.with(|provider, now| provider.collect(pending, now));
        answer.map_or_else(|| Err(closed()), |answer| read(&answer))
    }
}

impl StripeClient for InProcess {
    type Err = StripeError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, StripeError> {
        let (request, config) = request.into_pieces();
        let asked = ask(request, config.request_strategy.as_ref());
        match self.with(|provider, now| provider.handle(&asked, now)) {
            Reply::Answer(answer) => read(&answer),
            Reply::Lost => Err(closed()),
            Reply::Later { pending, at } => self.wait(pending, at, config.timeout).await,
        }
    }
}

fn ask(request: RequestBuilder, strategy: Option<&RequestStrategy>) -> Request {
    let (method, form) = match request.method {
        StripeMethod::Get => (Method::Get, request.query),
        StripeMethod::Post => (Method::Post, request.body),
        StripeMethod::Delete => (Method::Delete, None),
    };
    let key = match (method, strategy) {
        (Method::Post, Some(RequestStrategy::Idempotent(key))) => Some(key.as_str().to_owned()),
        _ => None,
    };
    Request {
        method,
        path: format!("/v1{}", request.path),
        params: Params::parse(&form.unwrap_or_default()),
        idempotency_key: key,
    }
}

/// As the client that speaks HTTP reads an answer.
fn read(answer: &Answer) -> Result<Bytes, StripeError> {
    if answer.is_success() {
        return Ok(Bytes::from(answer.body.clone()));
    }
    let error: Result<stripe_shared::Error, _> = miniserde::json::from_str(&answer.body);
    Err(match error {
        Ok(error) => StripeError::Stripe(error.error, answer.status),
        Err(_) => StripeError::JSONDeserialize("error deserializing Stripe error".to_owned()),
    })
}

fn closed() -> StripeError {
    StripeError::ClientError("connection closed before message completed".to_owned())
}
