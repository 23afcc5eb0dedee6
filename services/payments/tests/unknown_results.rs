//! Unknown or slow responses of the provider are followed by an inquiry.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use contract::PaymentId;
use contract::order::{CANCELLED, COMPLETED, CREATED, CancelReason, OrderState, OrderStatus};
use parking_lot::Mutex;
use payments::domain::{Challenge, ProviderRefundStatus, ProviderStatus, Token};
use payments::provider::gateway::{OpenRequest, OpenResult, ProviderPayment, ProviderRefund};
use payments::{Options, PaymentGateway};
use serde_json::json;
use store::Unavailable;
use testing::{Platforms, Reply, TestApp, User};

/// Longer than the age of unsettled payments plus the period of the reconciliation.
const A_LOOK_LATER: Duration = Duration::from_secs(61);

/// A provider of one payment with scripted results, which records the calls.
#[derive(Default)]
struct Scripted {
    script: Mutex<Script>,
}

#[derive(Default)]
struct Script {
    status: Option<ProviderStatus>,
    /// The status after a confirmation.
    confirmed: Option<ProviderStatus>,
    /// The operation whose first response is lost after its effect.
    lost: Option<&'static str>,
    calls: Vec<&'static str>,
}

impl Scripted {
    fn answer(
        &self,
        calls: &'static str,
        becomes: Option<ProviderStatus>,
    ) -> Result<ProviderStatus, Unavailable> {
        let mut script = self.script.lock();
        script.calls.push(calls);
        if becomes.is_some() {
            script.status = becomes;
        }
        if script.lost.take_if(|lost| *lost == calls).is_some() {
            return Err(Unavailable::new("the response was lost"));
        }
        Ok(script.status.clone().unwrap_or(ProviderStatus::Unconfirmed))
    }

    fn calls(&self) -> Vec<&'static str> {
        self.script.lock().calls.clone()
    }
}

#[async_trait]
impl PaymentGateway for Scripted {
    async fn open(&self, opening: OpenRequest) -> Result<OpenResult, Unavailable> {
        self.answer("open", None)?;
        Ok(OpenResult::Opened { reference: format!("ref_{}", opening.payment_id) })
    }

    async fn confirm(
        &self,
        _: ProviderPayment<'_>,
        _: &Token,
    ) -> Result<ProviderStatus, Unavailable> {
        let confirmed = self.script.lock().confirmed.clone();
        self.answer("confirm", confirmed)
    }

    async fn inquire(&self, _: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.answer("inquire", None)
    }

    async fn capture(&self, _: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.answer("capture", Some(ProviderStatus::Captured))
    }

    async fn void(&self, _: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable> {
        self.answer("void", Some(ProviderStatus::Released))
    }

    async fn refund(&self, _: ProviderRefund<'_>) -> Result<ProviderRefundStatus, Unavailable> {
        Err(Unavailable::new("this provider makes no refunds"))
    }

    async fn inquire_refund(
        &self,
        _: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable> {
        Ok(ProviderRefundStatus::Unknown)
    }
}

struct PaymentsFixture {
    app: TestApp,
    gateway: Arc<Scripted>,
    buyer: User,
    order: OrderState,
}

impl PaymentsFixture {
    async fn with(confirmed: ProviderStatus, lost: Option<&'static str>) -> Self {
        let platforms = Platforms::in_memory();
        let gateway = Arc::new(Scripted::default());
        *gateway.script.lock() = Script { confirmed: Some(confirmed), lost, ..Script::default() };
        let sessions = platforms.sessions();
        let platform = platforms.platform_with(payments::NAME, sessions.clone());
        let port: Arc<dyn PaymentGateway> = Arc::<Scripted>::clone(&gateway);
        let service = payments::service(platform, port, Options::default()).await.unwrap();
        let app = TestApp::start_in_background(&platforms, sessions, vec![service]);
        let buyer = app.user();
        let order = platforms.order(buyer.id, Duration::from_mins(10));
        app.publish(&[CREATED.of(order.clone())]).await;
        Self { app, gateway, buyer, order }
    }

    async fn pay(&self) -> Reply {
        let body = json!({"orderId": self.order.id, "token": "pm_any"});
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

    /// Pays, completes the order, and returns the final response.
    async fn pay_and_complete(&self) -> Reply {
        let accepting = async {
            let payment_id = self.authorized().await;
            self.end(OrderStatus::Complete { payment_id: Some(payment_id) }).await;
        };
        let paying = async { tokio::join!(self.pay(), accepting).0 };
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

fn challenged() -> ProviderStatus {
    let url = Some("https://bank.example/3ds".to_owned());
    ProviderStatus::Challenged(Challenge { client_secret: "pi_secret".to_owned(), url })
}

#[tokio::test]
async fn known_results_need_no_inquiry() {
    let fixture = PaymentsFixture::with(ProviderStatus::Held, None).await;
    fixture.pay_and_complete().await.expect(201);
    assert_eq!(fixture.gateway.calls(), ["open", "confirm", "capture"]);
}

#[tokio::test]
async fn a_lost_response_is_followed_by_an_inquiry() {
    for (lost, expected) in [
        ("open", ["open", "open", "confirm", "capture"]),
        ("confirm", ["open", "confirm", "inquire", "capture"]),
        ("capture", ["open", "confirm", "capture", "inquire"]),
    ] {
        let fixture = PaymentsFixture::with(ProviderStatus::Held, Some(lost)).await;
        fixture.pay_and_complete().await.expect(201);
        assert_eq!(fixture.gateway.calls(), expected);
    }
    let fixture = PaymentsFixture::with(challenged(), Some("void")).await;
    let path = format!("/api/payments/{}", fixture.pay().await.expect(202).text("id"));
    fixture.end(OrderStatus::Cancelled { reason: CancelReason::Buyer }).await;
    fixture.becomes(&path, "voided").await;
    assert_eq!(fixture.gateway.calls(), ["open", "confirm", "void", "inquire"]);
}

#[tokio::test]
async fn a_required_action_is_returned_at_once_and_the_order_continues_after_it() {
    let fixture = PaymentsFixture::with(challenged(), None).await;
    let reply = fixture.pay().await.expect(202);
    assert_eq!(reply.text("status"), "requires_action");
    let action = reply.at("action");
    assert_eq!(action, json!({"clientSecret": "pi_secret", "url": "https://bank.example/3ds"}));
    let path = format!("/api/payments/{}", reply.text("id"));
    // No event arrives; the reconciliation inquires.
    fixture.gateway.script.lock().status = Some(ProviderStatus::Held);
    fixture.app.clock().advance(A_LOOK_LATER);
    let accepting = async {
        let payment_id = fixture.authorized().await;
        fixture.end(OrderStatus::Complete { payment_id: Some(payment_id) }).await;
    };
    fixture.app.while_time_passes(Box::pin(accepting)).await;
    fixture.becomes(&path, "captured").await;
    // A payment of that age is inquired once more before its capture.
    assert_eq!(fixture.gateway.calls(), ["open", "confirm", "inquire", "inquire", "capture"]);
}

#[tokio::test]
async fn an_order_that_ends_before_the_action_is_not_paid() {
    let fixture = PaymentsFixture::with(challenged(), None).await;
    let reply = fixture.pay().await.expect(202);
    let path = format!("/api/payments/{}", reply.text("id"));
    fixture.end(OrderStatus::Cancelled { reason: CancelReason::Expired }).await;
    fixture.becomes(&path, "voided").await;
    assert_eq!(fixture.gateway.calls(), ["open", "confirm", "void"]);
}

#[tokio::test]
async fn after_a_failed_action_another_card_can_be_tried() {
    let fixture = PaymentsFixture::with(challenged(), None).await;
    let reply = fixture.pay().await.expect(202);
    let path = format!("/api/payments/{}", reply.text("id"));
    let reason = "authentication_failed".to_owned();
    fixture.gateway.script.lock().status = Some(ProviderStatus::Declined { reason });
    fixture.app.clock().advance(A_LOOK_LATER);
    fixture.becomes(&path, "declined").await;
    fixture.gateway.script.lock().confirmed = Some(ProviderStatus::Held);
    fixture.pay_and_complete().await.expect(201);
}

#[tokio::test]
async fn an_uncompleted_top_up_is_voided_after_an_hour() {
    let fixture = PaymentsFixture::with(challenged(), None).await;
    let body = json!({"amount": 5, "token": "pm_any"});
    let reply = fixture.app.post(Some(&fixture.buyer), "/api/payments/top-ups", &body).await;
    reply.expect(202).text("id");
    fixture.app.clock().advance(Duration::from_mins(59));
    let calls = || async { fixture.gateway.calls() == ["open", "confirm", "inquire"] };
    fixture.app.eventually("an inquiry is made", calls).await;
    fixture.app.clock().advance(Duration::from_mins(2));
    let given_up = || async { fixture.gateway.calls().last() == Some(&"void") };
    let given_up = fixture.app.eventually("it is voided", given_up);
    fixture.app.while_time_passes(Box::pin(given_up)).await;
}

#[tokio::test]
async fn a_rejected_amount_is_not_a_declined_card() {
    for (reason, status, code) in [
        ("amount_too_small", 409, "amount_not_chargeable"),
        ("amount_too_large", 409, "amount_not_chargeable"),
        ("insufficient_funds", 402, "payment_declined"),
    ] {
        let fixture =
            PaymentsFixture::with(ProviderStatus::Declined { reason: reason.to_owned() }, None)
                .await;
        let detail = fixture.pay().await.expect_problem(status, code).text("detail");
        assert_eq!(detail.contains("card"), status == 402, "{detail}");
    }
}
