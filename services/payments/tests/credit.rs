//! Orders paid by credit, from the route to the books; the provider is not involved.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contract::order::CancelReason;
use contract::payment::{self, PaymentStatus};
use payments::OrderCopy;
use payments::domain::AccountId::{Holds, Provider};
use payments::provider::test_provider::EntryKind::{Authorized, Captured, Voided};
use serde_json::json;
use testing::User;

use crate::app::{TestApp, ended, seller};
use crate::books::of;

/// A buyer with this many dollars of credit.
async fn buyer_with(app: &TestApp, dollars: u32) -> User {
    let buyer = app.stage.user();
    app.top_up(&buyer, dollars, "tok_visa").await.expect(201).text("id");
    buyer
}

#[tokio::test]
async fn an_order_paid_by_card_credits_its_sellers() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let (reply, ()) = tokio::join!(
        app.pay(&buyer, &order, "tok_visa"),
        app.complete_when_authorized(&order, None)
    );
    reply.expect(201).text("id");
    let sold = [(of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -4_100)];
    app.books_become(&sold).await;
}

#[tokio::test]
async fn a_declined_or_uncharged_card_creates_no_entry() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    app.pay(&buyer, &order, "tok_declined").await.expect_problem(402, "payment_declined");
    let expired = app.complete_when_authorized(&order, Some(CancelReason::Expired));
    let (reply, ()) = tokio::join!(app.pay(&buyer, &order, "tok_visa"), expired);
    reply.expect_problem(409, "order_expired");
    app.books_become(&[]).await;
}

#[tokio::test]
async fn an_order_paid_by_credit_credits_its_sellers_without_the_provider() {
    let app = TestApp::open().await;
    let buyer = buyer_with(&app, 50).await;
    let order = app.made(&buyer).await;
    let deciding = async {
        app.authorized(&order).await;
        let held = [(of(buyer.id), 900), (Holds, 4_100), (Provider, -5_000)];
        app.books_become(&held).await;
        app.complete_when_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(app.pay_by_credit(&buyer, order.id), deciding);
    let reply = reply.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!((reply.at("amount"), reply.at("stripeId")), (json!(41), json!(null)));
    let paid =
        [(of(buyer.id), 900), (of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -5_000)];
    app.books_become(&paid).await;
    // Only the top-up.
    app.ledger_becomes(&[&[Authorized, Captured]]).await;
    let path = reply.header("location").to_owned();
    assert_eq!(app.stage.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    app.pay_by_credit(&buyer, order.id).await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn a_payment_by_credit_is_published_like_one_by_card() {
    let app = TestApp::open().await;
    let buyer = buyer_with(&app, 41).await;
    let order = app.made(&buyer).await;
    let (reply, ()) = tokio::join!(
        app.pay_by_credit(&buyer, order.id),
        app.complete_when_authorized(&order, None),
    );
    let id = reply.expect(201).text("id");
    let mut versions = Vec::new();
    for published in [payment::STARTED, payment::AUTHORIZED, payment::CAPTURED] {
        let is_published = || async { !app.stage.published(published).await.is_empty() };
        app.stage.eventually("it is published", is_published).await;
        for state in app.stage.published(published).await {
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
        let app = TestApp::open().await;
        let buyer = buyer_with(&app, 41).await;
        let order = app.made(&buyer).await;
        let (reply, ()) = tokio::join!(
            app.pay_by_credit(&buyer, order.id),
            app.complete_when_authorized(&order, Some(reason)),
        );
        reply.expect_problem(409, code);
        app.books_become(&[(of(buyer.id), 4_100), (Provider, -4_100)]).await;
        let account = app.account(&buyer).await;
        let causes = ["release", "hold", "top_up"];
        for (entry, cause) in account["entries"].as_array().unwrap().iter().zip(causes) {
            assert_eq!(entry["cause"], cause);
        }
        assert_eq!(app.ledger().await.len(), 1, "the provider was not called");
    }
}

#[tokio::test]
async fn credit_that_falls_short_by_a_cent_is_declined_and_the_order_stays_payable() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let body = json!({"amount": 40.99, "token": "tok_visa"});
    app.stage.post(Some(&buyer), "/api/payments/top-ups", &body).await.expect(201).text("id");
    let order = app.made(&buyer).await;
    let short = app.pay_by_credit(&buyer, order.id).await.expect_problem(402, "payment_declined");
    assert!(short.text("detail").contains("insufficient credit"), "{}", short.body);
    assert!(app.stage.published(payment::STARTED).await.is_empty(), "nothing is published");
    app.books_become(&[(of(buyer.id), 4_099), (Provider, -4_099)]).await;
    let body = json!({"amount": 0.01, "token": "tok_visa"});
    app.stage.post(Some(&buyer), "/api/payments/top-ups", &body).await.expect(201).text("id");
    let (reply, ()) = tokio::join!(
        app.pay_by_credit(&buyer, order.id),
        app.complete_when_authorized(&order, None),
    );
    reply.expect(201).text("id");
}

#[tokio::test]
async fn an_order_in_another_currency_is_not_paid_by_this_one() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let body = json!({"amount": 50, "currency": "eur", "token": "tok_visa"});
    app.stage.post(Some(&buyer), "/api/payments/top-ups", &body).await.expect(201).text("id");
    let order = app.made(&buyer).await;
    app.pay_by_credit(&buyer, order.id).await.expect_problem(402, "payment_declined");
    let (reply, ()) = tokio::join!(
        app.pay(&buyer, &order, "tok_visa"),
        app.complete_when_authorized(&order, None)
    );
    reply.expect(201).text("id");
}

#[tokio::test]
async fn credit_for_one_of_two_payments_pays_one() {
    let app = TestApp::open().await;
    let buyer = buyer_with(&app, 81).await;
    let (one, two) = (app.made(&buyer).await, app.made(&buyer).await);
    let deciding = async {
        let started = || async { !app.stage.published(payment::AUTHORIZED).await.is_empty() };
        app.stage.eventually("one is authorised", started).await;
        let order_id = app.stage.published(payment::AUTHORIZED).await[0].order_id;
        let order = if order_id == one.id { &one } else { &two };
        app.complete_when_authorized(order, None).await;
    };
    let (first, second, ()) = tokio::join!(
        app.pay_by_credit(&buyer, one.id),
        app.pay_by_credit(&buyer, two.id),
        deciding,
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 402]);
    let paid =
        [(of(buyer.id), 4_000), (of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -8_100)];
    app.books_become(&paid).await;
}

#[tokio::test]
async fn a_hundred_concurrent_payments_never_overspend() {
    let app = TestApp::open().await;
    let buyer = buyer_with(&app, 41 * 7).await;
    let mut orders = Vec::new();
    for _ in 0..100 {
        orders.push(app.made(&buyer).await);
    }
    let declined = AtomicUsize::new(0);
    let pays = orders.iter().map(async |order| {
        let reply = app.pay_by_credit(&buyer, order.id).await;
        declined.fetch_add(usize::from(reply.status == 402), Ordering::Relaxed);
        reply.text("code")
    });
    let deciding = async {
        let all = || async { declined.load(Ordering::Relaxed) == 93 };
        app.stage.eventually("all but seven are declined", all).await;
        app.books_become(&[(Holds, 41 * 700), (Provider, -41 * 700)]).await;
        for order in &orders {
            app.tell(ended(order, app.platforms.id().into(), Some(CancelReason::Expired))).await;
        }
    };
    let (codes, ()) = tokio::join!(futures::future::join_all(pays), deciding);
    let expired = codes.iter().filter(|code| *code == "order_expired").count();
    assert_eq!((declined.into_inner(), expired), (93, 7));
    app.books_become(&[(of(buyer.id), 41 * 700), (Provider, -41 * 700)]).await;
}

#[tokio::test]
async fn a_repeated_order_message_is_booked_once() {
    for word in [None, Some(CancelReason::Expired)] {
        let app = TestApp::open().await;
        let buyer = buyer_with(&app, 41).await;
        let order = app.made(&buyer).await;
        let telling = async {
            let id = app.authorized(&order).await;
            app.tell(ended(&order, id, word)).await;
            app.tell(ended(&order, id, word)).await;
        };
        let (reply, ()) = tokio::join!(app.pay_by_credit(&buyer, order.id), telling);
        assert_eq!(reply.status, if word.is_none() { 201 } else { 409 });
        let expected = match word {
            None => {
                vec![(of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -4_100)]
            }
            Some(_) => vec![(of(buyer.id), 4_100), (Provider, -4_100)],
        };
        app.books_become(&expected).await;
        assert!(app.stage.dead_letters().await.is_empty());
    }
}

#[tokio::test]
async fn a_repeat_with_the_same_key_pays_once() {
    let app = TestApp::open().await;
    let buyer = buyer_with(&app, 82).await;
    let order = app.made(&buyer).await;
    let body = json!({"orderId": order.id, "method": "credit"});
    let pay = || app.stage.post_keyed(&buyer, "/api/payments", "k", &body);
    let (one, two, ()) = tokio::join!(pay(), pay(), app.complete_when_authorized(&order, None));
    let (one, two) = (one.expect(201), two.expect(201));
    assert_eq!(one.body, two.body);
    let app = app.restart().await;
    let again = app.stage.post_keyed(&buyer, "/api/payments", "k", &body).await.expect(201);
    assert_eq!(again.body, one.body, "also after a restart");
    assert_eq!(app.account(&buyer).await["balances"][0]["balance"], json!(41));
    // A refusal is stored as a response too.
    let poor = app.stage.user();
    let order = app.made(&poor).await;
    let body = json!({"orderId": order.id, "method": "credit"});
    let refused = app.stage.post_keyed(&poor, "/api/payments", "k", &body).await.expect(402);
    app.top_up(&poor, 41, "tok_visa").await.expect(201).text("id");
    let again = app.stage.post_keyed(&poor, "/api/payments", "k", &body).await.expect(402);
    assert_eq!(refused.body, again.body);
}

#[tokio::test]
async fn reserved_credit_survives_a_restart_and_follows_the_order() {
    for word in [None, Some(CancelReason::Buyer)] {
        let app = TestApp::open().await;
        let buyer = buyer_with(&app, 41).await;
        let order = app.made(&buyer).await;
        let mut pay = Box::pin(app.pay_by_credit(&buyer, order.id));
        let id = tokio::select! { _ = &mut pay => panic!("not decided yet"), id = app.authorized(&order) => id };
        drop(pay);
        let app = app.restart().await;
        app.books_become(&[(Holds, 4_100), (Provider, -4_100)]).await;
        app.stage.clock().advance(Duration::from_mins(3));
        app.tell(ended(&order, id, word)).await;
        let expected = match word {
            None => {
                vec![(of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -4_100)]
            }
            Some(_) => vec![(of(buyer.id), 4_100), (Provider, -4_100)],
        };
        app.books_become(&expected).await;
        let app = app.restart().await;
        app.tell(ended(&order, id, word)).await;
        app.books_become(&expected).await;
    }
}

#[tokio::test]
async fn a_seller_spends_earned_credit() {
    let app = TestApp::open().await;
    let (buyer, rich) = (app.stage.user(), app.stage.user());
    let mut order = app.order(buyer.id);
    for item in &mut order.items {
        item.seller = rich.id;
    }
    app.tell(contract::order::CREATED.of(order.clone())).await;
    let (reply, ()) = tokio::join!(
        app.pay(&buyer, &order, "tok_visa"),
        app.complete_when_authorized(&order, None)
    );
    reply.expect(201).text("id");
    let own = app.made(&rich).await;
    let (reply, ()) =
        tokio::join!(app.pay_by_credit(&rich, own.id), app.complete_when_authorized(&own, None));
    reply.expect(201).text("id");
    let spent = [(of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -4_100)];
    app.books_become(&spent).await;
}

#[tokio::test]
async fn an_order_with_reserved_credit_is_not_paid_by_card() {
    let app = TestApp::open().await;
    let buyer = buyer_with(&app, 41).await;
    let order = app.made(&buyer).await;
    let second = async {
        app.authorized(&order).await;
        app.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "payment_in_progress");
        app.pay_by_credit(&buyer, order.id).await.expect_problem(409, "payment_in_progress");
        app.complete_when_authorized(&order, Some(CancelReason::Buyer)).await;
    };
    let (reply, ()) = tokio::join!(app.pay_by_credit(&buyer, order.id), second);
    reply.expect_problem(409, "order_cancelled");
    assert!(app.ledger().await.iter().all(|entries| !entries.contains(&Voided)));
}

#[tokio::test]
async fn invalid_and_foreign_requests_spend_nothing() {
    let app = TestApp::open().await;
    let (buyer, other) = (buyer_with(&app, 41).await, buyer_with(&app, 41).await);
    let order = app.made(&buyer).await;
    let (store, id) = (app.stage.store(payments::NAME), order.id.to_string());
    let known = || async { store.find::<OrderCopy>(&id).await.unwrap().is_some() };
    app.stage.eventually("the order is known", known).await;
    let foreign = app.stage.while_time_passes(app.pay_by_credit(&other, order.id)).await;
    foreign.expect_problem(404, "not_found");
    let pay = async |body| app.stage.post(Some(&buyer), "/api/payments", &body).await;
    for (body, fields) in [
        (json!({"orderId": order.id}), vec!["token"]),
        (json!({"orderId": order.id, "method": "cash"}), vec!["method"]),
        (json!({"orderId": order.id, "method": 1}), vec!["method"]),
        (json!({"method": "credit"}), vec!["orderId"]),
        (json!({"orderId": order.id, "method": "credit", "token": "tok_visa"}), vec!["token"]),
    ] {
        pay(body).await.expect_fields(&fields);
    }
    app.stage.clock().advance(Duration::from_mins(1));
    app.pay_by_credit(&buyer, order.id).await.expect_problem(409, "order_expired");
    app.books_become(&[(of(buyer.id), 4_100), (of(other.id), 4_100), (Provider, -8_200)]).await;
}
