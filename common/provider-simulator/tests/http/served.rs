//! The simulator on a free port, on a clock by hand, and a client.

use std::collections::HashMap;
use std::future::Future;
use std::net::TcpListener;
use std::time::Duration;

use contract::Timestamp;
use provider_simulator::http::{Deliveries, Options, Simulator, Webhook};
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

/// Real time within which a named fact must hold.
const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

pub(crate) const AMOUNT: i64 = 2_050;

pub(crate) struct Served {
    pub(crate) simulator: Simulator,
    pub(crate) clock: ManualClock,
    pub(crate) client: Client,
    pub(crate) http: reqwest::Client,
}

impl Served {
    /// Served without a webhook.
    pub(crate) fn start() -> Self {
        Self::start_with(None, Deliveries::ByHand)
    }

    pub(crate) fn start_with(webhook: Option<Webhook>, deliveries: Deliveries) -> Self {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let (clock, hand) = Clock::manual(now);
        let options = Options { seed: 1, clock, webhook, deliveries, base: None };
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let simulator = Simulator::start(listener, options).unwrap();
        let client = ClientBuilder::new("sk_test_local").url(simulator.url()).build().unwrap();
        let http = reqwest::Client::builder().no_proxy();
        let http = http.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { simulator, clock: hand, client, http }
    }

    /// Asks without a key.
    pub(crate) async fn ask<R>(&self, request: &R) -> Result<R::Output, StripeError>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        Box::pin(request.customize().send(&self.client)).await
    }

    /// Asks under a key.
    pub(crate) async fn ask_under<R>(
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
        self.ask(&create()).await.unwrap()
    }

    /// A payment intent, confirmed with a card.
    pub(crate) async fn confirmed(&self, card: &str) -> PaymentIntent {
        let intent = self.created().await;
        self.ask(&confirm(&intent, card)).await.unwrap()
    }

    pub(crate) async fn retrieved(&self, intent: &PaymentIntent) -> PaymentIntent {
        self.ask(&RetrievePaymentIntent::new(intent.id.clone())).await.unwrap()
    }

    /// `/_simulator/…`
    pub(crate) fn knob(&self, path: &str) -> String {
        format!("{}_simulator/{path}", self.simulator.url())
    }

    /// Turns a knob.
    pub(crate) async fn turn(&self, path: &str, body: &Value) {
        let answer = self.http.post(self.knob(path)).json(body).send().await.unwrap();
        assert_eq!(answer.status(), 204, "{path} {body}: {}", answer.text().await.unwrap());
    }

    /// Operates the dashboard; the name of what was made or changed.
    pub(crate) async fn operate(&self, path: &str, body: &Value) -> String {
        let knob = self.knob(&format!("dashboard/{path}"));
        let answer = self.http.post(knob).json(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path} {body}");
        let answer: Value = answer.json().await.unwrap();
        answer.get("id").and_then(Value::as_str).unwrap().to_owned()
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        self.http.get(self.knob(path)).send().await.unwrap().json().await.unwrap()
    }
}

/// Over 20.50, for cards, to be captured by a call of its own.
pub(crate) fn create() -> CreatePaymentIntent {
    over(AMOUNT)
}

/// The same over another amount.
pub(crate) fn over(amount: i64) -> CreatePaymentIntent {
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

/// The error that Stripe's API gave, with its status.
#[track_caller]
pub(crate) fn refused<T>(answer: Result<T, StripeError>) -> (u16, ApiErrors) {
    match answer {
        Err(StripeError::Stripe(error, status)) => (status, *error),
        Err(other) => panic!("not an answer: {other}"),
        Ok(_) => panic!("not refused"),
    }
}

/// Waits until something is so.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let waiting = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(FACT_WAIT_MAX, waiting).await;
    assert!(waited.is_ok(), "{what} is not so after {FACT_WAIT_MAX:?}");
}
