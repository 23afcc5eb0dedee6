//! The simulator on a free port, with a manual clock and a client.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use contract::Timestamp;
use provider_simulator::http::{Deliveries, Simulator, Webhook};
use serde_json::Value;
use sources::{Clock, ManualClock};
use stripe::{ApiErrors, Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError};
use stripe_client_core::StripeRequest;
use stripe_core::payment_intent::{
    CancelPaymentIntent, CapturePaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent,
    RetrievePaymentIntent,
};
use stripe_shared::{
    PaymentIntent, PaymentIntentAllowedPaymentMethodTypes, PaymentIntentCaptureMethod,
};
use stripe_types::Currency;

/// Real time within which a condition must hold.
const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

pub(crate) const AMOUNT: i64 = 2_050;

pub(crate) struct TestServer {
    pub(crate) simulator: Simulator,
    pub(crate) clock: ManualClock,
    pub(crate) client: Client,
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
        let client = ClientBuilder::new("sk_test_local").url(simulator.url()).build().unwrap();
        let http = reqwest::Client::builder().no_proxy();
        let http = http.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { simulator, clock: hand, client, http }
    }

    /// Sends a request without an idempotency key.
    pub(crate) async fn send<R>(&self, request: &R) -> Result<R::Output, StripeError>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        Box::pin(request.customize().send(&self.client)).await
    }

    /// Sends a request with an idempotency key.
    pub(crate) async fn send_keyed<R>(
        &self,
        key: &str,
        request: &R,
    ) -> Result<R::Output, StripeError>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        let strategy = RequestStrategy::Idempotent(IdempotencyKey::new(key).unwrap());
        Box::pin(request.customize().request_strategy(strategy).send(&self.client)).await
    }

    /// A payment intent without a card.
    pub(crate) async fn created(&self) -> PaymentIntent {
        self.send(&create()).await.unwrap()
    }

    /// A payment intent confirmed with a card.
    pub(crate) async fn confirmed(&self, card: &str) -> PaymentIntent {
        let intent = self.created().await;
        self.send(&confirm(&intent, card)).await.unwrap()
    }

    pub(crate) async fn retrieved(&self, intent: &PaymentIntent) -> PaymentIntent {
        self.send(&RetrievePaymentIntent::new(intent.id.clone())).await.unwrap()
    }

    /// `/_simulator/…`
    pub(crate) fn control_url(&self, path: &str) -> String {
        format!("{}_simulator/{path}", self.simulator.url())
    }

    /// Calls the control API.
    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let response = self.http.post(self.control_url(path)).json(body).send().await.unwrap();
        assert_eq!(response.status(), 204, "{path} {body}: {}", response.text().await.unwrap());
    }

    /// Calls the dashboard; returns the id of the created or changed object.
    pub(crate) async fn operate(&self, path: &str, body: &Value) -> String {
        let control_url = self.control_url(&format!("dashboard/{path}"));
        let response = self.http.post(control_url).json(body).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path} {body}");
        let response: Value = response.json().await.unwrap();
        response.get("id").and_then(Value::as_str).unwrap().to_owned()
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        self.http.get(self.control_url(path)).send().await.unwrap().json().await.unwrap()
    }
}

/// A payment intent over 20.50, for cards, with a separate capture.
pub(crate) fn create() -> CreatePaymentIntent {
    create_with_amount(AMOUNT)
}

/// The same with another amount.
pub(crate) fn create_with_amount(amount: i64) -> CreatePaymentIntent {
    CreatePaymentIntent::new(amount, Currency::USD)
        .capture_method(PaymentIntentCaptureMethod::Manual)
        .allowed_payment_method_types([PaymentIntentAllowedPaymentMethodTypes::Card])
        .metadata(HashMap::from([("payment".to_owned(), "17".to_owned())]))
}

pub(crate) fn confirm(intent: &PaymentIntent, card: &str) -> ConfirmPaymentIntent {
    ConfirmPaymentIntent::new(intent.id.clone()).payment_method(card)
}

pub(crate) fn capture(intent: &PaymentIntent) -> CapturePaymentIntent {
    CapturePaymentIntent::new(intent.id.clone())
}

pub(crate) fn cancel(intent: &PaymentIntent) -> CancelPaymentIntent {
    CancelPaymentIntent::new(intent.id.clone())
}

/// The error of Stripe's API, with its status.
#[track_caller]
pub(crate) fn refused<T>(response: Result<T, StripeError>) -> (u16, ApiErrors) {
    match response {
        Err(StripeError::Stripe(error, status)) => (status, *error),
        Err(other) => panic!("not an response: {other}"),
        Ok(_) => panic!("not rejected"),
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
    assert!(waited.is_ok(), "{what} : no after {FACT_WAIT_MAX:?}");
}
