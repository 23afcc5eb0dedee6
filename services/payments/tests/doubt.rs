//! What is done when the provider's answer is unknown, or is long in coming: it is asked where the payment stands.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use contract::PaymentId;
use contract::order::{CANCELLED, COMPLETED, CREATED, CancelReason, OrderState, OrderStatus};
use parking_lot::Mutex;
use payments::PaymentGateway;
use payments::domain::{Challenge, RefundStanding, Standing, Token};
use payments::gateway::{Known, Opened, Opening, Refunding};
use serde_json::json;
use store::Unavailable;
use testing::{Platforms, Reply, Stage, User};

/// Past the age at which an unsettled payment is looked at, and past the period of those looks.
const A_LOOK_LATER: Duration = Duration::from_secs(61);

/// A provider of one payment that does what it is told, and remembers what it was asked.
#[derive(Default)]
struct Scripted {
    script: Mutex<Script>,
}

#[derive(Default)]
struct Script {
    standing: Option<Standing>,
    /// The standing that a confirmation leads to.
    confirmed: Option<Standing>,
    /// What its first answer is lost to, after it was done.
    lost: Option<&'static str>,
    asked: Vec<&'static str>,
}

impl Scripted {
    fn answer(
        &self,
        asked: &'static str,
        becomes: Option<Standing>,
    ) -> Result<Standing, Unavailable> {
        let mut script = self.script.lock();
        script.asked.push(asked);
        if becomes.is_some() {
            script.standing = becomes;
        }
        if script.lost.take_if(|lost| *lost == asked).is_some() {
            return Err(Unavailable::new("the answer was lost"));
        }
        Ok(script.standing.clone().unwrap_or(Standing::Unconfirmed))
    }

    fn asked(&self) -> Vec<&'static str> {
        self.script.lock().asked.clone()
    }
}

#[async_trait]
impl PaymentGateway for Scripted {
    async fn open(&self, opening: Opening) -> Result<Opened, Unavailable> {
        self.answer("open", None)?;
        Ok(Opened::Known { reference: format!("ref_{}", opening.payment_id) })
    }

    async fn confirm(&self, _: Known<'_>, _: &Token) -> Result<Standing, Unavailable> {
        let confirmed = self.script.lock().confirmed.clone();
        self.answer("confirm", confirmed)
    }

    async fn inquire(&self, _: Known<'_>) -> Result<Standing, Unavailable> {
        self.answer("inquire", None)
    }

    async fn capture(&self, _: Known<'_>) -> Result<Standing, Unavailable> {
        self.answer("capture", Some(Standing::Captured))
    }

    async fn void(&self, _: Known<'_>) -> Result<Standing, Unavailable> {
        self.answer("void", Some(Standing::Released))
    }

    async fn refund(&self, _: Refunding<'_>) -> Result<RefundStanding, Unavailable> {
        Err(Unavailable::new("this provider gives nothing back"))
    }

    async fn inquire_refund(&self, _: Refunding<'_>) -> Result<RefundStanding, Unavailable> {
        Ok(RefundStanding::Unknown)
    }
}

struct Scene {
    stage: Stage,
    gateway: Arc<Scripted>,
    buyer: User,
    order: OrderState,
}

impl Scene {
    async fn with(confirmed: Standing, lost: Option<&'static str>) -> Self {
        let platforms = Platforms::in_memory();
        let gateway = Arc::new(Scripted::default());
        *gateway.script.lock() = Script { confirmed: Some(confirmed), lost, ..Script::default() };
        let sessions = platforms.sessions();
        let platform = platforms.platform_with(payments::NAME, sessions.clone());
        let port: Arc<dyn PaymentGateway> = Arc::<Scripted>::clone(&gateway);
        let service = payments::service(platform, port).await.unwrap();
        let stage = Stage::start_in_background(&platforms, sessions, vec![service]);
        let buyer = stage.user();
        let order = platforms.order(buyer.id, Duration::from_mins(10));
        stage.publish(&[CREATED.of(order.clone())]).await;
        Self { stage, gateway, buyer, order }
    }

    async fn pay(&self) -> Reply {
        let body = json!({"orderId": self.order.id, "token": "pm_any"});
        self.stage.post(Some(&self.buyer), "/api/payments", &body).await
    }

    async fn end(&self, status: OrderStatus) {
        let order = OrderState { version: 3, status, ..self.order.clone() };
        let message = if matches!(status, OrderStatus::Complete { .. }) {
            COMPLETED.of(order)
        } else {
            CANCELLED.of(order)
        };
        self.stage.publish(&[message]).await;
    }

    async fn authorized(&self) -> PaymentId {
        let told = || async { self.stage.published(contract::payment::AUTHORIZED).await };
        let is_told = || async { !told().await.is_empty() };
        self.stage.eventually("the payment is authorised", is_told).await;
        told().await.first().unwrap().id
    }

    /// Pays, has the order accept it, and answers what the payer is told in the end.
    async fn pay_and_complete(&self) -> Reply {
        let accepting = async {
            let payment_id = self.authorized().await;
            self.end(OrderStatus::Complete { payment_id: Some(payment_id) }).await;
        };
        let paying = async { tokio::join!(self.pay(), accepting).0 };
        self.stage.while_time_passes(Box::pin(paying)).await
    }

    async fn becomes(&self, path: &str, status: &str) {
        let is_so = || async {
            self.stage.get(Some(&self.buyer), path).await.expect(200).text("status") == status
        };
        let becomes = self.stage.eventually("the payment stands there", is_so);
        self.stage.while_time_passes(Box::pin(becomes)).await;
    }
}

fn challenged() -> Standing {
    let url = Some("https://bank.example/3ds".to_owned());
    Standing::Challenged(Challenge { client_secret: "pi_secret".to_owned(), url })
}

#[tokio::test]
async fn what_is_not_in_doubt_is_not_asked_twice() {
    let scene = Scene::with(Standing::Held, None).await;
    scene.pay_and_complete().await.expect(201);
    assert_eq!(scene.gateway.asked(), ["open", "confirm", "capture"]);
}

#[tokio::test]
async fn after_a_lost_answer_the_standing_is_asked_before_anything_else() {
    for (lost, expected) in [
        ("open", ["open", "open", "confirm", "capture"]),
        ("confirm", ["open", "confirm", "inquire", "capture"]),
        ("capture", ["open", "confirm", "capture", "inquire"]),
    ] {
        let scene = Scene::with(Standing::Held, Some(lost)).await;
        scene.pay_and_complete().await.expect(201);
        assert_eq!(scene.gateway.asked(), expected);
    }
    let scene = Scene::with(challenged(), Some("void")).await;
    let path = format!("/api/payments/{}", scene.pay().await.expect(202).text("id"));
    scene.end(OrderStatus::Cancelled { reason: CancelReason::Buyer }).await;
    scene.becomes(&path, "voided").await;
    assert_eq!(scene.gateway.asked(), ["open", "confirm", "void", "inquire"]);
}

#[tokio::test]
async fn a_payer_is_told_at_once_what_to_do_and_the_order_goes_on_afterwards() {
    let scene = Scene::with(challenged(), None).await;
    let reply = scene.pay().await.expect(202);
    assert_eq!(reply.text("status"), "requires_action");
    let action = reply.at("action");
    assert_eq!(action, json!({"clientSecret": "pi_secret", "url": "https://bank.example/3ds"}));
    let path = format!("/api/payments/{}", reply.text("id"));
    // Nobody tells of it; the reconciliation asks.
    scene.gateway.script.lock().standing = Some(Standing::Held);
    scene.stage.clock().advance(A_LOOK_LATER);
    let accepting = async {
        let payment_id = scene.authorized().await;
        scene.end(OrderStatus::Complete { payment_id: Some(payment_id) }).await;
    };
    scene.stage.while_time_passes(Box::pin(accepting)).await;
    scene.becomes(&path, "captured").await;
    // What is that old is asked about once more before its money is taken.
    assert_eq!(scene.gateway.asked(), ["open", "confirm", "inquire", "inquire", "capture"]);
}

#[tokio::test]
async fn an_order_that_ends_while_its_payer_hesitates_is_not_paid() {
    let scene = Scene::with(challenged(), None).await;
    let reply = scene.pay().await.expect(202);
    let path = format!("/api/payments/{}", reply.text("id"));
    scene.end(OrderStatus::Cancelled { reason: CancelReason::Expired }).await;
    scene.becomes(&path, "voided").await;
    assert_eq!(scene.gateway.asked(), ["open", "confirm", "void"]);
}

#[tokio::test]
async fn a_payer_who_fails_what_is_required_may_try_another_card() {
    let scene = Scene::with(challenged(), None).await;
    let reply = scene.pay().await.expect(202);
    let path = format!("/api/payments/{}", reply.text("id"));
    let reason = "authentication_failed".to_owned();
    scene.gateway.script.lock().standing = Some(Standing::Declined { reason });
    scene.stage.clock().advance(A_LOOK_LATER);
    scene.becomes(&path, "declined").await;
    scene.gateway.script.lock().confirmed = Some(Standing::Held);
    scene.pay_and_complete().await.expect(201);
}

#[tokio::test]
async fn a_top_up_that_its_payer_does_not_finish_is_given_up_after_an_hour() {
    let scene = Scene::with(challenged(), None).await;
    let body = json!({"amount": 5, "token": "pm_any"});
    let reply = scene.stage.post(Some(&scene.buyer), "/api/payments/top-ups", &body).await;
    reply.expect(202).text("id");
    scene.stage.clock().advance(Duration::from_mins(59));
    let asked = || async { scene.gateway.asked() == ["open", "confirm", "inquire"] };
    scene.stage.eventually("its standing is asked", asked).await;
    scene.stage.clock().advance(Duration::from_mins(2));
    let given_up = || async { scene.gateway.asked().last() == Some(&"void") };
    let given_up = scene.stage.eventually("it is given up", given_up);
    scene.stage.while_time_passes(Box::pin(given_up)).await;
}

#[tokio::test]
async fn an_amount_that_the_provider_refuses_is_no_declined_card() {
    for (reason, status, code) in [
        ("amount_too_small", 409, "amount_not_chargeable"),
        ("amount_too_large", 409, "amount_not_chargeable"),
        ("insufficient_funds", 402, "payment_declined"),
    ] {
        let scene = Scene::with(Standing::Declined { reason: reason.to_owned() }, None).await;
        let detail = scene.pay().await.expect_problem(status, code).text("detail");
        assert_eq!(detail.contains("card"), status == 402, "{detail}");
    }
}
