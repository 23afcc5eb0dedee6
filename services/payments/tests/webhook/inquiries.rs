//! Payments that require action, at a provider whose events never arrive.

use std::time::Duration;

use provider_simulator::{Fault, FaultKind, Operation, Outcome};
use serde_json::json;

use crate::fixture::PaymentsFixture;

#[tokio::test]
async fn a_read_by_the_payer_finds_the_completed_payment() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    fixture.app.clock().advance(Duration::from_secs(3));
    payment.finish(Outcome::Succeeded);
    let path = format!("/api/payments/{}", payment.id);
    let seen = fixture.app.get(Some(&payment.buyer), &path).await.expect(200).text("status");
    assert_eq!(seen, "authorized");
    payment.accept().await;
    payment.becomes("captured").await;
}

#[tokio::test]
async fn reads_by_the_payer_inquire_at_most_once_a_second() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    let path = format!("/api/payments/{}", payment.id);
    let status = |user| async {
        let user: testing::User = user;
        fixture.app.get(Some(&user), &path).await.expect(200).text("status")
    };
    fixture.app.clock().advance(Duration::from_secs(2));
    assert_eq!(status(payment.buyer.clone()).await, "requires_action");
    payment.finish(Outcome::Succeeded);
    assert_eq!(status(fixture.app.admin()).await, "requires_action");
    assert_eq!(status(payment.buyer.clone()).await, "requires_action", "inquired a moment ago");
    fixture.app.clock().advance(Duration::from_secs(1));
    assert_eq!(status(payment.buyer.clone()).await, "authorized");
}

#[tokio::test]
async fn a_repeated_request_finds_the_completed_payment() {
    let fixture = PaymentsFixture::open().await;
    let (buyer, order) = fixture.order().await;
    let body = serde_json::json!({"orderId": order.id, "token": "pm_card_authenticationRequired"});
    let first = fixture.app.post_keyed(&buyer, "/api/payments", "key", &body).await.expect(202);
    let reference = first.text("stripeId");
    fixture
        .operate(|provider, now| provider.finish_challenge(&reference, Outcome::Succeeded, now))
        .unwrap();
    fixture.app.clock().advance(Duration::from_secs(1));
    let accepting = async {
        let id = fixture.authorized(&order).await;
        fixture.complete(&order, id).await;
    };
    let repeating = fixture.app.post_keyed(&buyer, "/api/payments", "key", &body);
    let (again, ()) = tokio::join!(repeating, accepting);
    assert_eq!(again.expect(201).text("status"), "captured");
}

#[tokio::test]
async fn an_abandoned_payment_is_inquired_before_the_deadline() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    // The deadline is an hour away; the reconciliation of each minute does not find the payment
    // here.
    let deadline = payment.order.expires_at;
    let to = deadline.minus(Duration::from_millis(8_700));
    fixture.app.clock().advance(to.since(fixture.now()));
    fixture
        .app
        .eventually("all is reconciled", || async {
            let store = fixture.app.store(payments::NAME);
            let stored =
                store.find::<payments::Payment>(&payment.id.to_string()).await.unwrap().unwrap();
            !stored.has_news
        })
        .await;
    payment.finish(Outcome::Succeeded);
    let authorized = async { fixture.authorized(&payment.order).await };
    Box::pin(fixture.app.while_time_passes(authorized)).await;
    assert!(fixture.now() < deadline.minus(Duration::from_secs(2)));
}

#[tokio::test]
async fn repeated_and_refused_refund_requests_do_not_call_the_provider() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let path = format!("/api/payments/{}/refunds", sale.id);
    let (admin, credit) = (fixture.app.admin(), json!({"to": "credit", "amount": 1}));
    let first = fixture.app.post_keyed(&admin, &path, "key", &credit).await.expect(201);
    fixture.app.clock().advance(Duration::from_secs(1));
    fixture.operate(|provider, _| {
        let refuse = Fault::once(FaultKind::Refuse { status: 503 }).times(1_000);
        provider.plan(refuse.on(Operation::ListRefunds));
    });
    let again = fixture.app.post_keyed(&admin, &path, "key", &credit).await.expect(201);
    assert_eq!(again.body, first.body);
    for _ in 0..50 {
        let too_much = json!({"to": "credit", "amount": 41});
        let refused = fixture.app.post(Some(&admin), &path, &too_much).await;
        refused.expect_problem(409, "refund_exceeds");
    }
    let other = fixture.app.post(Some(&admin), &path, &credit).await;
    other.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn refund_requests_read_the_record_at_most_once_a_second() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let credit = json!({"to": "credit", "amount": 1});
    sale.refund(&credit).await.expect(201).text("id");
    fixture.operate(|provider, _| {
        let refuse = Fault::once(FaultKind::Refuse { status: 503 }).times(1_000);
        provider.plan(refuse.on(Operation::ListRefunds));
    });
    sale.refund(&credit).await.expect(201).text("id");
    fixture.app.clock().advance(Duration::from_secs(1));
    sale.refund(&credit).await.expect_problem(503, "unavailable");
    fixture.operate(|provider, _| provider.clear_faults());
    // The last call to the provider is recent, without a response.
    sale.refund(&credit).await.expect_problem(503, "unavailable");
    fixture.app.clock().advance(Duration::from_secs(1));
    sale.refund(&credit).await.expect(201).text("id");
}
