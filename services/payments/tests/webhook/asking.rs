//! Payments that require action, at a provider whose events never arrive.

use std::time::Duration;

use provider_simulator::Outcome;

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
