//! Payments that require action, at a provider whose events never arrive.

use std::time::Duration;

use provider_simulator::{Action, Operation, Outcome};
use serde_json::json;
use testing::User;

use crate::fixture::{challenged, simulated, sold_for};

#[tokio::test]
async fn a_read_by_the_payer_finds_the_completed_payment() {
    let (fixture, payment) = challenged().await;
    fixture.clock().advance(Duration::from_secs(3));
    fixture.finish(&payment, Outcome::Succeeded);
    assert_eq!(fixture.shown(&payment).await["status"], "authorized");
    fixture.accept(&payment).await;
    fixture.becomes(&payment, "captured").await;
}

#[tokio::test]
async fn reads_by_the_payer_inquire_at_most_once_a_second() {
    let (fixture, payment) = challenged().await;
    let status = async |user: &User| {
        fixture.get(Some(user), &payment.path()).await.expect(200).text("status")
    };
    fixture.clock().advance(Duration::from_secs(2));
    assert_eq!(status(&payment.buyer).await, "requires_action");
    fixture.finish(&payment, Outcome::Succeeded);
    assert_eq!(status(&fixture.admin()).await, "requires_action");
    assert_eq!(status(&payment.buyer).await, "requires_action", "inquired a moment ago");
    fixture.clock().advance(Duration::from_secs(1));
    assert_eq!(status(&payment.buyer).await, "authorized");
}

#[tokio::test]
async fn a_repeated_request_finds_the_completed_payment() {
    let fixture = simulated().await;
    let buyer = fixture.user();
    let order = fixture.made(&buyer).await;
    let body = json!({"orderId": order.id, "token": "pm_card_authenticationRequired"});
    let pay = || fixture.post_keyed(&buyer, "/api/payments", "key", &body);
    let reference = pay().await.expect(202).text("stripeId");
    fixture
        .act(|provider, now| {
            provider.act(Action::EndChallenge(Outcome::Succeeded), &reference, now)
        })
        .unwrap();
    fixture.clock().advance(Duration::from_secs(1));
    let (again, ()) = tokio::join!(pay(), fixture.complete_when_authorized(&order, None));
    assert_eq!(again.expect(201).text("status"), "captured");
}

#[tokio::test]
async fn an_abandoned_payment_is_inquired_before_the_deadline() {
    let (fixture, payment) = challenged().await;
    // The deadline is an hour away; the reconciliation of each minute does not find the payment
    // here.
    let deadline = payment.order.expires_at;
    let to = deadline.minus(Duration::from_millis(8_700));
    fixture.clock().advance(to.since(fixture.now()));
    let is_reconciled = || async { !fixture.stored(&payment).await.has_news };
    fixture.eventually("all is reconciled", is_reconciled).await;
    fixture.finish(&payment, Outcome::Succeeded);
    let authorized = Box::pin(fixture.authorized(&payment.order));
    Box::pin(fixture.while_time_passes(authorized)).await;
    assert!(fixture.now() < deadline.minus(Duration::from_secs(2)));
}

#[tokio::test]
async fn repeated_and_refused_refund_requests_do_not_call_the_provider() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    let path = sale.refunds();
    let (admin, credit) = (fixture.admin(), json!({"to": "credit", "amount": 1}));
    let first = fixture.post_keyed(&admin, &path, "key", &credit).await.expect(201);
    fixture.clock().advance(Duration::from_secs(1));
    fixture.refuse(Operation::ListRefunds);
    let again = fixture.post_keyed(&admin, &path, "key", &credit).await.expect(201);
    assert_eq!(again.body, first.body);
    for _ in 0..50 {
        let too_much = json!({"to": "credit", "amount": 41});
        fixture.refund(&admin, &sale, &too_much).await.expect_problem(409, "refund_exceeds");
    }
    fixture.refund(&admin, &sale, &credit).await.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn refund_requests_read_the_record_at_most_once_a_second() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    let credit = json!({"to": "credit", "amount": 1});
    let refund = || fixture.refund_by_admin(&sale, &credit);
    refund().await.expect(201);
    fixture.refuse(Operation::ListRefunds);
    refund().await.expect(201);
    fixture.clock().advance(Duration::from_secs(1));
    refund().await.expect_problem(503, "unavailable");
    fixture.clear_faults();
    // The last call to the provider is recent, without a response.
    refund().await.expect_problem(503, "unavailable");
    fixture.clock().advance(Duration::from_secs(1));
    refund().await.expect(201);
}
