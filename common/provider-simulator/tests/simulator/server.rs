//! The simulator on a free port, with a manual clock and a client.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use contract::Timestamp;
use futures::future::LocalBoxFuture;
use provider_simulator::http::{Deliveries, Simulator, Webhook};
use reqwest::Method;
use serde_json::Value;
use sources::{Clock, ManualClock};
use stripe::{ApiErrors, Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError};
use stripe_client_core::StripeRequest;
use stripe_core::payment_intent::{
    CancelPaymentIntent, CapturePaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent,
    CreatePaymentIntentAutomaticPaymentMethods,
    CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects as AllowRedirects,
    RetrievePaymentIntent,
};
use stripe_shared::{PaymentIntent, PaymentIntentCaptureMethod, PaymentIntentStatus};
use stripe_types::Currency;

use crate::merchant::text;

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
        let request = request.customize().request_strategy(keyed(key));
        Box::pin(request.send(&self.client)).await
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

    /// A captured payment intent.
    pub(crate) fn sold<'a>(&'a self, card: &'a str) -> LocalBoxFuture<'a, PaymentIntent> {
        Box::pin(async move {
            let held = self.confirmed(card).await;
            self.send(&capture(&held)).await.unwrap()
        })
    }

    pub(crate) async fn status(&self, intent: &PaymentIntent) -> PaymentIntentStatus {
        self.retrieved(intent).await.status
    }

    pub(crate) async fn retrieved(&self, intent: &PaymentIntent) -> PaymentIntent {
        self.send(&RetrievePaymentIntent::new(intent.id.clone())).await.unwrap()
    }

    /// `/_simulator/…`
    pub(crate) fn control_url(&self, path: &str) -> String {
        format!("{}_simulator/{path}", self.simulator.url())
    }

    /// Calls the control API; returns the status, and the body, null if it is empty.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.request(method, self.control_url(path)).json(body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// Changes something by the control API.
    pub(crate) async fn control(&self, path: &str, body: Value) {
        let response = self.call(Method::POST, path, &body).await;
        assert_eq!(response, (204, Value::Null), "{path} {body}");
    }

    /// Calls the dashboard; returns the id of the created or changed object.
    pub(crate) async fn operate(&self, path: &str, body: &Value) -> String {
        let (status, shown) = self.call(Method::POST, &format!("dashboard/{path}"), body).await;
        assert_eq!(status, 200, "{path} {body}");
        text(&shown, "id")
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        self.call(Method::GET, path, &Value::Null).await.1
    }

    /// A sum of the ledger in US dollars.
    pub(crate) async fn total(&self, name: &str) -> i64 {
        self.read("ledger").await["totals"]["usd"][name].as_i64().unwrap()
    }
}

pub(crate) fn keyed(key: &str) -> RequestStrategy {
    RequestStrategy::Idempotent(IdempotencyKey::new(key).unwrap())
}

/// A payment intent over 20.50, for cards, with a separate capture.
pub(crate) fn create() -> CreatePaymentIntent {
    create_with_amount(AMOUNT)
}

/// The same with another amount.
pub(crate) fn create_with_amount(amount: i64) -> CreatePaymentIntent {
    let methods = CreatePaymentIntentAutomaticPaymentMethods {
        enabled: true,
        allow_redirects: Some(AllowRedirects::Never),
    };
    CreatePaymentIntent::new(amount, Currency::USD)
        .capture_method(PaymentIntentCaptureMethod::Manual)
        .automatic_payment_methods(methods)
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
        Err(other) => panic!("not a response of the API: {other}"),
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
    assert!(waited.is_ok(), "{what}: not after {FACT_WAIT_MAX:?}");
}
