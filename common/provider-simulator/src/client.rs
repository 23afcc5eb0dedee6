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

use crate::api::request::{Method, PendingId, Reply, Request, Response};
use crate::provider::Provider;

/// A provider called without HTTP. Clones call the same provider.
///
/// Each request is sent once; retrying strategies are ignored. A delayed response is awaited on the
/// clock, at most until the request's timeout.
#[derive(Debug, Clone)]
pub struct InProcess {
    provider: Arc<Mutex<Provider>>,
    clock: Clock,
}

impl InProcess {
    /// Returns a client of this provider.
    #[must_use]
    pub fn new(provider: Provider, clock: Clock) -> Self {
        Self { provider: Arc::new(Mutex::new(provider)), clock }
    }

    /// Calls the provider with the present time.
    pub fn with<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        let mut provider = self.provider.lock();
        let now = self.clock.now();
        provider.run_due(now);
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
        let response = self.with(|provider, now| provider.collect(pending, now));
        response.map_or_else(|| Err(closed()), |response| read(&response))
    }
}

impl StripeClient for InProcess {
    type Err = StripeError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, StripeError> {
        let (request, config) = request.into_pieces();
        let call = convert(request, config.request_strategy.as_ref());
        match self.with(|provider, now| provider.handle(&call, now)) {
            Reply::Response(response) => read(&response),
            Reply::Closed => Err(closed()),
            Reply::Later { pending, at } => self.wait(pending, at, config.timeout).await,
        }
    }
}

fn convert(request: RequestBuilder, strategy: Option<&RequestStrategy>) -> Request {
    let (method, form) = match request.method {
        StripeMethod::Get => (Method::Get, request.query),
        StripeMethod::Post => (Method::Post, request.body),
        StripeMethod::Delete => (Method::Delete, None),
    };
    let call = Request::new(method, format!("/v1{}", request.path));
    let call = call.with_form(&form.unwrap_or_default());
    match (method, strategy) {
        (Method::Post, Some(RequestStrategy::Idempotent(key))) => call.keyed(key.as_str()),
        _ => call,
    }
}

/// Reads a response as the client over HTTP does.
fn read(response: &Response) -> Result<Bytes, StripeError> {
    if response.is_success() {
        return Ok(Bytes::from(response.body.clone()));
    }
    let error: Result<stripe_shared::Error, _> = miniserde::json::from_str(&response.body);
    Err(match error {
        Ok(error) => StripeError::Stripe(error.error, response.status),
        Err(_) => StripeError::JSONDeserialize("error deserializing Stripe error".to_owned()),
    })
}

fn closed() -> StripeError {
    StripeError::ClientError("connection closed before message completed".to_owned())
}
