//! Payments that require action, at a provider whose events never arrive.

use std::time::Duration;

use provider_simulator::{Fault, FaultKind, Operation, Outcome};
use serde_json::json;

use crate::shop::Shop;

#[tokio::test]
async fn a_payer_who_comes_back_and_looks_is_seen_to_have_paid() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    shop.stage.clock().advance(Duration::from_secs(3));
    payment.finish(Outcome::Succeeded);
    let path = format!("/api/payments/{}", payment.id);
    let seen = shop.stage.get(Some(&payment.buyer), &path).await.expect(200).text("status");
    assert_eq!(seen, "authorized");
    payment.accept().await;
    payment.becomes("captured").await;
}

#[tokio::test]
async fn only_the_payer_makes_the_provider_be_asked_and_at_most_once_a_second() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    let path = format!("/api/payments/{}", payment.id);
    let status = |user| async {
        let user: testing::User = user;
        shop.stage.get(Some(&user), &path).await.expect(200).text("status")
    };
    shop.stage.clock().advance(Duration::from_secs(2));
    assert_eq!(status(payment.buyer.clone()).await, "requires_action");
    payment.finish(Outcome::Succeeded);
    assert_eq!(status(shop.stage.admin()).await, "requires_action");
    assert_eq!(status(payment.buyer.clone()).await, "requires_action", "asked a moment ago");
    shop.stage.clock().advance(Duration::from_secs(1));
    assert_eq!(status(payment.buyer.clone()).await, "authorized");
}

#[tokio::test]
async fn a_repeated_request_finds_that_the_payer_has_paid() {
    let shop = Shop::open().await;
    let (buyer, order) = shop.order().await;
    let body = serde_json::json!({"orderId": order.id, "token": "pm_card_authenticationRequired"});
    let first = shop.stage.post_keyed(&buyer, "/api/payments", "key", &body).await.expect(202);
    let reference = first.text("stripeId");
    shop.operate(|provider, now| provider.finish_challenge(&reference, Outcome::Succeeded, now))
        .unwrap();
    shop.stage.clock().advance(Duration::from_secs(1));
    let accepting = async {
        let id = shop.authorized(&order).await;
        shop.complete(&order, id).await;
    };
    let repeating = shop.stage.post_keyed(&buyer, "/api/payments", "key", &body);
    let (again, ()) = tokio::join!(repeating, accepting);
    assert_eq!(again.expect(201).text("status"), "captured");
}

#[tokio::test]
async fn a_payer_who_never_comes_back_is_asked_about_before_the_deadline() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    // The deadline is an hour away; the reconciliation of each minute does not find it here.
    let deadline = payment.order.expires_at;
    let to = deadline.minus(Duration::from_millis(8_700));
    shop.stage.clock().advance(to.since(shop.now()));
    shop.stage
        .eventually("all is looked at", || async {
            let store = shop.stage.store(payments::NAME);
            let kept =
                store.find::<payments::Payment>(&payment.id.to_string()).await.unwrap().unwrap();
            !kept.has_news
        })
        .await;
    payment.finish(Outcome::Succeeded);
    let authorized = async { shop.authorized(&payment.order).await };
    Box::pin(shop.stage.while_time_passes(authorized)).await;
    assert!(shop.now() < deadline.minus(Duration::from_secs(2)));
}

#[tokio::test]
async fn a_repeat_and_a_refused_request_for_a_refund_do_not_wait_for_the_provider() {
    let shop = Shop::open().await;
    let sale = shop.sell(&[(1, 4_100)], "pm_card_visa").await;
    let path = format!("/api/payments/{}/refunds", sale.id);
    let (admin, credit) = (shop.stage.admin(), json!({"to": "credit", "amount": 1}));
    let first = shop.stage.post_keyed(&admin, &path, "key", &credit).await.expect(201);
    shop.stage.clock().advance(Duration::from_secs(1));
    shop.operate(|provider, _| {
        let refuse = Fault::once(FaultKind::Refuse { status: 503 }).times(1_000);
        provider.plan(refuse.on(Operation::ListRefunds));
    });
    let again = shop.stage.post_keyed(&admin, &path, "key", &credit).await.expect(201);
    assert_eq!(again.body, first.body);
    for _ in 0..50 {
        let too_much = json!({"to": "credit", "amount": 41});
        let refused = shop.stage.post(Some(&admin), &path, &too_much).await;
        refused.expect_problem(409, "refund_exceeds");
    }
    let other = shop.stage.post(Some(&admin), &path, &credit).await;
    other.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn requests_for_refunds_make_the_provider_be_asked_at_most_once_a_second() {
    let shop = Shop::open().await;
    let sale = shop.sell(&[(1, 4_100)], "pm_card_visa").await;
    let credit = json!({"to": "credit", "amount": 1});
    sale.refund(&credit).await.expect(201).text("id");
    shop.operate(|provider, _| {
        let refuse = Fault::once(FaultKind::Refuse { status: 503 }).times(1_000);
        provider.plan(refuse.on(Operation::ListRefunds));
    });
    sale.refund(&credit).await.expect(201).text("id");
    shop.stage.clock().advance(Duration::from_secs(1));
    sale.refund(&credit).await.expect_problem(503, "unavailable");
    shop.operate(|provider, _| provider.clear_faults());
    // It was asked a moment ago, without an answer.
    sale.refund(&credit).await.expect_problem(503, "unavailable");
    shop.stage.clock().advance(Duration::from_secs(1));
    sale.refund(&credit).await.expect(201).text("id");
}
