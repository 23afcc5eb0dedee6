//! Orders paid by credit, from the route to the books; the provider is not involved.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contract::order::{CancelReason, OrderItem};
use contract::payment::{self, PaymentStatus};
use payments::domain::AccountId::{self, Holds, Provider};
use payments::provider::test_provider::EntryKind::{Authorized, Captured, Voided};
use serde_json::json;
use testing::User;

use crate::books::of;
use crate::fixture::{
    PaymentsFixture, books, built_in, ended, items, ordered, ordered_with_credit, with_user,
};

/// Tops up by an amount that is no whole number of dollars.
async fn top_up(fixture: &PaymentsFixture, buyer: &User, amount: f64, currency: &str) {
    let body = json!({"amount": amount, "currency": currency, "token": "tok_visa"});
    fixture.post(Some(buyer), "/api/payments/top-ups", &body).await.expect(201);
}

/// The books after an order of 41.00 was paid by credit, or was cancelled.
fn after(buyer: &User, cancelled: Option<CancelReason>) -> Vec<(AccountId, i64)> {
    match cancelled {
        None => books(3_100, 1_000, &[(Provider, -4_100)]),
        Some(_) => books(0, 0, &[(of(buyer.id), 4_100), (Provider, -4_100)]),
    }
}

#[tokio::test]
async fn an_order_paid_by_card_credits_its_sellers() {
    let fixture = built_in().await;
    fixture.sold("tok_visa").await;
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
}

#[tokio::test]
async fn a_declined_or_uncharged_card_creates_no_entry() {
    let (fixture, buyer, order) = ordered().await;
    fixture.pay(&buyer, &order, "tok_declined").await.expect_problem(402, "payment_declined");
    let expired = fixture.complete_when_authorized(&order, Some(CancelReason::Expired));
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_visa"), expired);
    reply.expect_problem(409, "order_expired");
    fixture.books_become(&[]).await;
}

#[tokio::test]
async fn an_order_paid_by_credit_credits_its_sellers_without_the_provider() {
    let (fixture, buyer, order) = ordered_with_credit(50).await;
    let deciding = async {
        fixture.authorized(&order).await;
        let held = [(of(buyer.id), 900), (Holds, 4_100), (Provider, -5_000)];
        fixture.books_become(&held).await;
        fixture.complete_when_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay_by_credit(&buyer, order.id), deciding);
    let reply = reply.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!((reply.at("amount"), reply.at("stripeId")), (json!(41), json!(null)));
    let paid = books(3_100, 1_000, &[(of(buyer.id), 900), (Provider, -5_000)]);
    fixture.books_become(&paid).await;
    // Only the top-up.
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
    let path = reply.header("location").to_owned();
    assert_eq!(fixture.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    fixture.pay_by_credit(&buyer, order.id).await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn a_payment_by_credit_is_published_like_one_by_card() {
    let (fixture, buyer, order) = ordered_with_credit(41).await;
    let id = fixture.paid_by_credit(&buyer, &order).await.expect(201).text("id");
    let mut versions = Vec::new();
    for published in [payment::STARTED, payment::AUTHORIZED, payment::CAPTURED] {
        for state in fixture.published_in_all(published, 1).await {
            assert_eq!((state.id.to_string(), state.order_id), (id.clone(), order.id));
            versions.push((state.version, state.status));
        }
    }
    let authorized_at = match &versions[1].1 {
        PaymentStatus::Authorized { authorized_at } => *authorized_at,
        other => panic!("{other:?}"),
    };
    let expected = [
        (1, PaymentStatus::Started),
        (2, PaymentStatus::Authorized { authorized_at }),
        (3, PaymentStatus::Captured),
    ];
    assert_eq!(versions, expected, "the top-up is not published");
}

#[tokio::test]
async fn a_late_payment_by_credit_is_released_to_its_payer() {
    for (reason, code) in
        [(CancelReason::Expired, "order_expired"), (CancelReason::Buyer, "order_cancelled")]
    {
        let (fixture, buyer, order) = ordered_with_credit(41).await;
        let (reply, ()) = tokio::join!(
            fixture.pay_by_credit(&buyer, order.id),
            fixture.complete_when_authorized(&order, Some(reason)),
        );
        reply.expect_problem(409, code);
        fixture.books_become(&[(of(buyer.id), 4_100), (Provider, -4_100)]).await;
        let account = fixture.account(&buyer).await;
        let causes = ["release", "hold", "top_up"];
        for (entry, cause) in account["entries"].as_array().unwrap().iter().zip(causes) {
            assert_eq!(entry["cause"], cause);
        }
        assert_eq!(fixture.ledger().await.len(), 1, "the provider was not called");
    }
}

#[tokio::test]
async fn credit_that_falls_short_by_a_cent_is_declined_and_the_order_stays_payable() {
    let (fixture, buyer) = with_user().await;
    top_up(&fixture, &buyer, 40.99, "usd").await;
    let order = fixture.made(&buyer).await;
    let short = fixture.pay_by_credit(&buyer, order.id).await;
    let short = short.expect_problem(402, "payment_declined");
    assert!(short.text("detail").contains("insufficient credit"), "{}", short.body);
    assert!(fixture.published(payment::STARTED).await.is_empty(), "nothing is published");
    fixture.books_become(&[(of(buyer.id), 4_099), (Provider, -4_099)]).await;
    top_up(&fixture, &buyer, 0.01, "usd").await;
    fixture.paid_by_credit(&buyer, &order).await.expect(201);
}

#[tokio::test]
async fn an_order_in_another_currency_is_not_paid_by_this_one() {
    let (fixture, buyer) = with_user().await;
    top_up(&fixture, &buyer, 50.0, "eur").await;
    let order = fixture.made(&buyer).await;
    fixture.pay_by_credit(&buyer, order.id).await.expect_problem(402, "payment_declined");
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
}

#[tokio::test]
async fn credit_for_one_of_two_payments_pays_one() {
    let fixture = built_in().await;
    let buyer = fixture.buyer_with(81).await;
    let (one, two) = (fixture.made(&buyer).await, fixture.made(&buyer).await);
    let deciding = async {
        let started = || async { !fixture.published(payment::AUTHORIZED).await.is_empty() };
        fixture.eventually("one is authorised", started).await;
        let order_id = fixture.published(payment::AUTHORIZED).await[0].order_id;
        let order = if order_id == one.id { &one } else { &two };
        fixture.complete_when_authorized(order, None).await;
    };
    let (first, second, ()) = tokio::join!(
        fixture.pay_by_credit(&buyer, one.id),
        fixture.pay_by_credit(&buyer, two.id),
        deciding,
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 402]);
    let paid = books(3_100, 1_000, &[(of(buyer.id), 4_000), (Provider, -8_100)]);
    fixture.books_become(&paid).await;
}

#[tokio::test]
async fn a_hundred_concurrent_payments_never_overspend() {
    let fixture = built_in().await;
    let buyer = fixture.buyer_with(41 * 7).await;
    let mut orders = Vec::new();
    for _ in 0..100 {
        orders.push(fixture.made(&buyer).await);
    }
    let declined = AtomicUsize::new(0);
    let pays = orders.iter().map(async |order| {
        let reply = fixture.pay_by_credit(&buyer, order.id).await;
        declined.fetch_add(usize::from(reply.status == 402), Ordering::Relaxed);
        reply.text("code")
    });
    let deciding = async {
        let all = || async { declined.load(Ordering::Relaxed) == 93 };
        fixture.eventually("all but seven are declined", all).await;
        fixture.books_become(&[(Holds, 41 * 700), (Provider, -41 * 700)]).await;
        for order in &orders {
            let id = fixture.platforms.id().into();
            fixture.publish(ended(order, id, Some(CancelReason::Expired))).await;
        }
    };
    let (codes, ()) = tokio::join!(futures::future::join_all(pays), deciding);
    let expired = codes.iter().filter(|code| *code == "order_expired").count();
    assert_eq!((declined.into_inner(), expired), (93, 7));
    fixture.books_become(&[(of(buyer.id), 41 * 700), (Provider, -41 * 700)]).await;
}

#[tokio::test]
async fn a_repeated_order_message_is_booked_once() {
    for word in [None, Some(CancelReason::Expired)] {
        let (fixture, buyer, order) = ordered_with_credit(41).await;
        let telling = async {
            let id = fixture.authorized(&order).await;
            fixture.publish(ended(&order, id, word)).await;
            fixture.publish(ended(&order, id, word)).await;
        };
        let (reply, ()) = tokio::join!(fixture.pay_by_credit(&buyer, order.id), telling);
        assert_eq!(reply.status, if word.is_none() { 201 } else { 409 });
        let expected = after(&buyer, word);
        fixture.books_become(&expected).await;
        assert!(fixture.dead_letters().await.is_empty());
    }
}

#[tokio::test]
async fn a_repeat_with_the_same_key_pays_once() {
    let (fixture, buyer, order) = ordered_with_credit(82).await;
    let body = json!({"orderId": order.id, "method": "credit"});
    let pay = || fixture.post_keyed(&buyer, "/api/payments", "k", &body);
    let (one, two, ()) = tokio::join!(pay(), pay(), fixture.complete_when_authorized(&order, None));
    let (one, two) = (one.expect(201), two.expect(201));
    assert_eq!(one.body, two.body);
    let fixture = fixture.restart().await;
    let again = fixture.post_keyed(&buyer, "/api/payments", "k", &body).await.expect(201);
    assert_eq!(again.body, one.body, "also after a restart");
    assert_eq!(fixture.account(&buyer).await["balances"][0]["balance"], json!(41));
    // A refusal is stored as a response too.
    let poor = fixture.user();
    let order = fixture.made(&poor).await;
    let body = json!({"orderId": order.id, "method": "credit"});
    let refused = fixture.post_keyed(&poor, "/api/payments", "k", &body).await.expect(402);
    fixture.top_up(&poor, 41, "tok_visa").await.expect(201);
    let again = fixture.post_keyed(&poor, "/api/payments", "k", &body).await.expect(402);
    assert_eq!(refused.body, again.body);
}

#[tokio::test]
async fn reserved_credit_survives_a_restart_and_follows_the_order() {
    for word in [None, Some(CancelReason::Buyer)] {
        let (fixture, buyer, order) = ordered_with_credit(41).await;
        let paying = fixture.pay_by_credit(&buyer, order.id);
        let id = fixture.hang_up(paying, fixture.authorized(&order)).await;
        let fixture = fixture.restart().await;
        fixture.books_become(&[(Holds, 4_100), (Provider, -4_100)]).await;
        fixture.clock().advance(Duration::from_mins(3));
        fixture.publish(ended(&order, id, word)).await;
        let expected = after(&buyer, word);
        fixture.books_become(&expected).await;
        let fixture = fixture.restart().await;
        fixture.publish(ended(&order, id, word)).await;
        fixture.books_become(&expected).await;
    }
}

#[tokio::test]
async fn a_seller_spends_earned_credit() {
    let fixture = built_in().await;
    let rich = fixture.user();
    let of_rich = items().into_iter().map(|item| OrderItem { seller: rich.id, ..item });
    fixture.sold_of(of_rich.collect(), "tok_visa").await;
    let own = fixture.made(&rich).await;
    fixture.paid_by_credit(&rich, &own).await.expect(201);
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
}

#[tokio::test]
async fn an_order_with_reserved_credit_is_not_paid_by_card() {
    let (fixture, buyer, order) = ordered_with_credit(41).await;
    let second = async {
        fixture.authorized(&order).await;
        fixture.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "payment_in_progress");
        fixture.pay_by_credit(&buyer, order.id).await.expect_problem(409, "payment_in_progress");
        fixture.complete_when_authorized(&order, Some(CancelReason::Buyer)).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay_by_credit(&buyer, order.id), second);
    reply.expect_problem(409, "order_cancelled");
    assert!(fixture.ledger().await.iter().all(|entries| !entries.contains(&Voided)));
}

#[tokio::test]
async fn invalid_and_foreign_requests_spend_nothing() {
    let fixture = built_in().await;
    let (buyer, other) = (fixture.buyer_with(41).await, fixture.buyer_with(41).await);
    let order = fixture.made(&buyer).await;
    fixture.is_known(&order).await;
    let foreign = fixture.while_time_passes(fixture.pay_by_credit(&other, order.id)).await;
    foreign.expect_problem(404, "not_found");
    let pay = async |body| fixture.post(Some(&buyer), "/api/payments", &body).await;
    for (body, fields) in [
        (json!({"orderId": order.id}), vec!["token"]),
        (json!({"orderId": order.id, "method": "cash"}), vec!["method"]),
        (json!({"orderId": order.id, "method": 1}), vec!["method"]),
        (json!({"method": "credit"}), vec!["orderId"]),
        (json!({"orderId": order.id, "method": "credit", "token": "tok_visa"}), vec!["token"]),
    ] {
        pay(body).await.expect_fields(&fields);
    }
    fixture.clock().advance(Duration::from_mins(1));
    fixture.pay_by_credit(&buyer, order.id).await.expect_problem(409, "order_expired");
    fixture.books_become(&[(of(buyer.id), 4_100), (of(other.id), 4_100), (Provider, -8_200)]).await;
}
