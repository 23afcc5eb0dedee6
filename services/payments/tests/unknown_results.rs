//! Unknown or slow responses of the provider are followed by an inquiry.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use contract::PaymentId;
use contract::order::{CANCELLED, COMPLETED, CREATED, CancelReason, OrderState, OrderStatus};
use payments::provider::stripe::StripeGateway;
use payments::provider::stripe::settings::ReturnUrl;
use provider_simulator::Operation::{
    self, CancelIntent, CaptureIntent, ConfirmIntent, CreateIntent, ListBalanceTransactions,
    RetrieveIntent,
};
use provider_simulator::{Fault, FaultKind, InProcess, Outcome, Provider, Request};
use serde_json::json;
use testing::{Platforms, Reply, TestApp, User};

/// A card without a challenge.
const CARD: &str = "pm_card_visa";

/// A card that requires a challenge.
const CHALLENGED: &str = "pm_card_authenticationRequired";

/// Longer than the age of unsettled payments plus the period of the reconciliation.
const A_LOOK_LATER: Duration = Duration::from_secs(61);

/// Payments, and the simulated provider in the same process.
struct PaymentsFixture {
    app: TestApp,
    provider: InProcess,
    buyer: User,
    order: OrderState,
}

impl PaymentsFixture {
    async fn open() -> Self {
        let platforms = Platforms::in_memory();
        let provider = InProcess::new(Provider::seeded(1), platforms.clock.clone());
        let sessions = platforms.sessions();
        let platform = platforms.platform_with(payments::NAME, sessions.clone());
        let return_url = ReturnUrl::parse("https://shop.example/{id}").unwrap();
        let description = "the simulated provider".to_owned();
        let gateway = StripeGateway::with_client(provider.clone(), Some(return_url), description);
        let service = payments::service(platform, Arc::new(gateway), payments::Options::default())
            .await
            .unwrap();
        let app = TestApp::start_in_background(&platforms, sessions, vec![service]);
        let buyer = app.user();
        let order = platforms.order(buyer.id, Duration::from_mins(10));
        app.publish(&[CREATED.of(order.clone())]).await;
        Self { app, provider, buyer, order }
    }

    /// Plans a fault of the next call of an operation.
    fn plan(&self, kind: FaultKind, operation: Operation) {
        self.provider.with(|provider, _| provider.plan(Fault::once(kind).on(operation)));
    }

    /// The calls at the provider, without the reconciliation's lists of movements.
    fn calls(&self) -> Vec<Operation> {
        let mut calls = self.provider.with(|provider, _| provider.calls.clone());
        calls.retain(|operation| *operation != ListBalanceTransactions);
        calls
    }

    /// Ends the challenge of the only payment.
    fn finish_challenge(&self, outcome: Outcome) {
        self.provider.with(|provider, now| {
            let id = provider.intents()[0].id.clone();
            provider.finish_challenge(&id, outcome, now).unwrap();
        });
    }

    async fn pay(&self, card: &str) -> Reply {
        let body = json!({"orderId": self.order.id, "token": card});
        self.app.post(Some(&self.buyer), "/api/payments", &body).await
    }

    async fn end(&self, status: OrderStatus) {
        let order = OrderState { version: 3, status, ..self.order.clone() };
        let message = if matches!(status, OrderStatus::Complete { .. }) {
            COMPLETED.of(order)
        } else {
            CANCELLED.of(order)
        };
        self.app.publish(&[message]).await;
    }

    async fn authorized(&self) -> PaymentId {
        let published = || async { self.app.published(contract::payment::AUTHORIZED).await };
        let is_published = || async { !published().await.is_empty() };
        self.app.eventually("the payment is authorised", is_published).await;
        published().await.first().unwrap().id
    }

    /// Pays without a challenge, completes the order, and returns the final response.
    async fn pay_and_complete(&self) -> Reply {
        let accepting = async {
            let payment_id = self.authorized().await;
            self.end(OrderStatus::Complete { payment_id: Some(payment_id) }).await;
        };
        let paying = async { tokio::join!(self.pay(CARD), accepting).0 };
        self.app.while_time_passes(Box::pin(paying)).await
    }

    async fn becomes(&self, path: &str, status: &str) {
        let is_so = || async {
            self.app.get(Some(&self.buyer), path).await.expect(200).text("status") == status
        };
        let becomes = self.app.eventually("the payment has the status", is_so);
        self.app.while_time_passes(Box::pin(becomes)).await;
    }
}

#[tokio::test]
async fn known_results_need_no_inquiry() {
    let fixture = PaymentsFixture::open().await;
    fixture.pay_and_complete().await.expect(201);
    assert_eq!(fixture.calls(), [CreateIntent, ConfirmIntent, CaptureIntent]);
}

#[tokio::test]
async fn a_lost_response_is_followed_by_an_inquiry() {
    for (lost, expected) in [
        (CreateIntent, [CreateIntent, CreateIntent, ConfirmIntent, CaptureIntent]),
        (ConfirmIntent, [CreateIntent, ConfirmIntent, RetrieveIntent, CaptureIntent]),
        (CaptureIntent, [CreateIntent, ConfirmIntent, CaptureIntent, RetrieveIntent]),
    ] {
        let fixture = PaymentsFixture::open().await;
        fixture.plan(FaultKind::LoseResponse, lost);
        fixture.pay_and_complete().await.expect(201);
        assert_eq!(fixture.calls(), expected);
    }
    let fixture = PaymentsFixture::open().await;
    fixture.plan(FaultKind::LoseResponse, CancelIntent);
    let path = format!("/api/payments/{}", fixture.pay(CHALLENGED).await.expect(202).text("id"));
    fixture.end(OrderStatus::Cancelled { reason: CancelReason::Buyer }).await;
    fixture.becomes(&path, "voided").await;
    assert_eq!(fixture.calls(), [CreateIntent, ConfirmIntent, CancelIntent, RetrieveIntent]);
}

#[tokio::test]
async fn a_required_action_is_returned_at_once_and_the_order_continues_after_it() {
    let fixture = PaymentsFixture::open().await;
    let reply = fixture.pay(CHALLENGED).await.expect(202);
    assert_eq!(reply.text("status"), "requires_action");
    let intent = fixture.provider.with(|provider, now| {
        let retrieve = Request::retrieve_intent(&provider.intents()[0].id);
        let response = provider.handle(&retrieve, now).response().unwrap().json();
        provider.calls.pop();
        response
    });
    let url = &intent["next_action"]["redirect_to_url"]["url"];
    assert!(url.is_string() && intent["client_secret"].is_string(), "{intent}");
    assert_eq!(reply.at("action"), json!({"clientSecret": intent["client_secret"], "url": url}));
    let path = format!("/api/payments/{}", reply.text("id"));
    // No event arrives; the reconciliation inquires.
    fixture.finish_challenge(Outcome::Succeeded);
    fixture.app.clock().advance(A_LOOK_LATER);
    let accepting = async {
        let payment_id = fixture.authorized().await;
        fixture.end(OrderStatus::Complete { payment_id: Some(payment_id) }).await;
    };
    fixture.app.while_time_passes(Box::pin(accepting)).await;
    fixture.becomes(&path, "captured").await;
    // A payment of that age is inquired once more before its capture.
    let inquired = [RetrieveIntent, RetrieveIntent];
    assert_eq!(
        fixture.calls(),
        [&[CreateIntent, ConfirmIntent], &inquired[..], &[CaptureIntent]].concat()
    );
}

#[tokio::test]
async fn an_order_that_ends_before_the_action_is_not_paid() {
    let fixture = PaymentsFixture::open().await;
    let reply = fixture.pay(CHALLENGED).await.expect(202);
    let path = format!("/api/payments/{}", reply.text("id"));
    fixture.end(OrderStatus::Cancelled { reason: CancelReason::Expired }).await;
    fixture.becomes(&path, "voided").await;
    assert_eq!(fixture.calls(), [CreateIntent, ConfirmIntent, CancelIntent]);
}

#[tokio::test]
async fn after_a_failed_action_another_card_can_be_tried() {
    let fixture = PaymentsFixture::open().await;
    let reply = fixture.pay(CHALLENGED).await.expect(202);
    let path = format!("/api/payments/{}", reply.text("id"));
    fixture.finish_challenge(Outcome::Failed);
    fixture.app.clock().advance(A_LOOK_LATER);
    fixture.becomes(&path, "declined").await;
    fixture.pay_and_complete().await.expect(201);
}

#[tokio::test]
async fn an_uncompleted_top_up_is_voided_after_an_hour() {
    let fixture = PaymentsFixture::open().await;
    let body = json!({"amount": 5, "token": CHALLENGED});
    let reply = fixture.app.post(Some(&fixture.buyer), "/api/payments/top-ups", &body).await;
    reply.expect(202).text("id");
    fixture.app.clock().advance(Duration::from_mins(59));
    let inquired = [CreateIntent, ConfirmIntent, RetrieveIntent];
    let calls = || async { fixture.calls() == inquired };
    fixture.app.eventually("an inquiry is made", calls).await;
    fixture.app.clock().advance(Duration::from_mins(2));
    let given_up = || async { fixture.calls().last() == Some(&CancelIntent) };
    let given_up = fixture.app.eventually("it is voided", given_up);
    fixture.app.while_time_passes(Box::pin(given_up)).await;
}

#[tokio::test]
async fn a_rejected_amount_is_not_a_declined_card() {
    let insufficient_funds = "pm_card_chargeDeclinedInsufficientFunds";
    for (fault, card, status, code) in [
        (Some(FaultKind::AmountTooSmall), CARD, 409, "amount_not_chargeable"),
        (Some(FaultKind::AmountTooLarge), CARD, 409, "amount_not_chargeable"),
        (None, insufficient_funds, 402, "payment_declined"),
    ] {
        let fixture = PaymentsFixture::open().await;
        if let Some(fault) = fault {
            fixture.plan(fault, ConfirmIntent);
        }
        let detail = fixture.pay(card).await.expect_problem(status, code).text("detail");
        assert_eq!(detail.contains("card"), status == 402, "{detail}");
    }
}
