//! The routes of payments over HTTP, down to the provider's ledger.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use contract::order::{CREATED, CancelReason, OrderState};
use contract::{OrderId, payment};
use payments::OrderCopy;
use payments::provider::test_provider::EntryKind::{Authorized, Captured, Voided};
use serde_json::json;
use service::copy_arrivals::{ARRIVAL_WAIT_MAX, POLLS};
use testing::{Reply, User};

use crate::app::{TestApp, ended};

/// Returns once the copy of an order has arrived.
async fn is_known(app: &TestApp, order: &OrderState) {
    let (store, id) = (app.stage.store(payments::NAME), order.id.to_string());
    let known = || async { store.find::<OrderCopy>(&id).await.unwrap().is_some() };
    app.stage.eventually("the order is known", known).await;
}

/// The response to a user who pays another user's new order, after the wait for its copy.
async fn pay_as_stranger(app: &TestApp, stranger: &User, order_id: OrderId) -> Reply {
    let next_look = app.platforms.clock.now().plus(POLLS.pause(1));
    let body = json!({"orderId": order_id, "token": "tok_visa"});
    let time_passes = async {
        let hand = app.stage.clock();
        app.stage.eventually("the request waits", || async { hand.is_awaited(next_look) }).await;
        hand.advance(ARRIVAL_WAIT_MAX);
    };
    tokio::join!(app.stage.post(Some(stranger), "/api/payments", &body), time_passes).0
}

#[tokio::test]
async fn a_payment_in_time_is_captured() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let (reply, ()) = tokio::join!(
        app.pay(&buyer, &order, "tok_visa"),
        app.complete_when_authorized(&order, None)
    );
    let reply = reply.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!(reply.text("orderId"), order.id.to_string());
    assert_eq!((reply.at("amount"), reply.text("currency")), (json!(41), "usd".into()));
    assert_eq!(app.ledger().await, [[Authorized, Captured]]);
    let path = reply.header("location").to_owned();
    assert_eq!(app.stage.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    let other = app.stage.user();
    app.stage.get(Some(&other), &path).await.expect_problem(404, "not_found");
    app.stage.get(None, &path).await.expect_problem(401, "not_signed_in");
    for published in [payment::STARTED, payment::AUTHORIZED, payment::CAPTURED] {
        app.stage
            .eventually("it is published", || async {
                app.stage.published(published).await.len() == 1
            })
            .await;
    }
    app.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn a_declined_card_is_not_charged_and_another_can_be_tried() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    for (token, reason) in [
        ("tok_declined", "card_declined"),
        ("tok_insufficient_funds", "insufficient_funds"),
        ("tok_of_nobody", "unknown_token"),
    ] {
        let reply = app.pay(&buyer, &order, token).await;
        assert!(reply.expect_problem(402, "payment_declined").text("detail").contains(reason));
    }
    let (reply, ()) = tokio::join!(
        app.pay(&buyer, &order, "tok_visa"),
        app.complete_when_authorized(&order, None)
    );
    reply.expect(201).text("id");
    app.ledger_becomes(&[&[], &[], &[], &[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_late_payment_is_voided_with_a_reason() {
    for (reason, code) in
        [(CancelReason::Expired, "order_expired"), (CancelReason::Buyer, "order_cancelled")]
    {
        let app = TestApp::open().await;
        let buyer = app.stage.user();
        let order = app.made(&buyer).await;
        let (reply, ()) = tokio::join!(
            app.pay(&buyer, &order, "tok_visa"),
            app.complete_when_authorized(&order, Some(reason)),
        );
        reply.expect_problem(409, code);
        assert_eq!(app.ledger().await, [[Authorized, Voided]]);
        app.pay(&buyer, &order, "tok_visa").await.expect_problem(409, code);
        assert_eq!(app.ledger().await.len(), 1, "the provider is not called again");
    }
}

#[tokio::test]
async fn a_payment_of_an_order_cancelled_during_authorisation_is_voided() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let cancel_then_answer = async {
        let started = || async { app.stage.published(payment::STARTED).await.len() == 1 };
        app.stage.eventually("the payment is started", started).await;
        let id = app.stage.published(payment::STARTED).await.first().unwrap().id;
        let clock = app.stage.clock();
        let answer_at = clock.now().plus(Duration::from_secs(3));
        let asked = || async { clock.is_awaited(answer_at) };
        app.stage.eventually("the provider is called", asked).await;
        app.tell(ended(&order, id, Some(CancelReason::Buyer))).await;
        let held = || async { !app.ledger().await.is_empty() };
        let held = app.stage.eventually("the money is held", held);
        app.stage.while_time_passes(held).await;
    };
    let (reply, ()) = tokio::join!(app.pay(&buyer, &order, "tok_slow"), cancel_then_answer);
    reply.expect_problem(409, "order_cancelled");
    assert_eq!(app.ledger().await, [[Authorized, Voided]]);
}

#[tokio::test]
async fn a_charge_with_a_lost_response_is_captured_once() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let answering = async {
        let held = || async { !app.ledger().await.is_empty() };
        app.stage.eventually("the money is held", held).await;
        let published = async { app.authorized(&order).await };
        let id = app.stage.while_time_passes(Box::pin(published)).await;
        app.tell(ended(&order, id, None)).await;
    };
    let (reply, ()) = tokio::join!(app.pay(&buyer, &order, "tok_error_after_charge"), answering);
    reply.expect(201).text("id");
    assert_eq!(app.ledger().await, [[Authorized, Captured]]);
}

#[tokio::test]
async fn one_order_is_paid_by_one_payment_at_a_time() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let second = async {
        app.authorized(&order).await;
        app.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "payment_in_progress");
        app.complete_when_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(app.pay(&buyer, &order, "tok_visa"), second);
    reply.expect(201).text("id");
    assert_eq!(app.ledger().await.len(), 1);
}

#[tokio::test]
async fn an_authorised_payment_of_an_order_that_another_completed_is_voided() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let other = async {
        app.authorized(&order).await;
        app.tell(ended(&order, app.platforms.id().into(), None)).await;
    };
    let (reply, ()) = tokio::join!(app.pay(&buyer, &order, "tok_visa"), other);
    reply.expect_problem(409, "order_complete");
    assert_eq!(app.ledger().await, [[Authorized, Voided]]);
}

#[tokio::test]
async fn invalid_and_foreign_requests_charge_nothing() {
    let app = TestApp::open().await;
    let (buyer, other) = (app.stage.user(), app.stage.user());
    let order = app.made(&buyer).await;
    let stage = &app.stage;
    is_known(&app, &order).await;
    pay_as_stranger(&app, &other, order.id).await.expect_problem(404, "not_found");
    let body = json!({"orderId": order.id, "token": "tok_visa"});
    stage.post(None, "/api/payments", &body).await.expect_problem(401, "not_signed_in");
    for (body, fields) in [
        (json!({}), vec!["orderId", "token"]),
        (json!({"orderId": "x", "token": ""}), vec!["orderId", "token"]),
        (json!({"orderId": order.id, "token": "tok visa"}), vec!["token"]),
        (json!({"orderId": order.id, "token": "t".repeat(256)}), vec!["token"]),
        (json!({"orderId": order.id, "token": 4242, "amount": 1}), vec!["amount", "token"]),
    ] {
        stage.post(Some(&buyer), "/api/payments", &body).await.expect_fields(&fields);
    }
    stage.post_raw(&buyer, "/api/payments", "{").await.expect_problem(400, "malformed_json");
    let unknown = json!({"orderId": "000000000000000000000000", "token": "tok_visa"});
    stage.post(Some(&buyer), "/api/payments", &unknown).await.expect_problem(404, "not_found");
    stage.get(Some(&buyer), "/api/payments/x").await.expect_problem(400, "invalid_id");
    let unknown = "/api/payments/000000000000000000000000";
    stage.get(Some(&buyer), unknown).await.expect_problem(404, "not_found");
    stage.clock().advance(Duration::from_mins(1));
    app.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "order_expired");
    assert!(app.ledger().await.is_empty());
}

#[tokio::test]
async fn a_foreign_order_is_answered_like_an_unknown_one_with_the_same_delay() {
    let app = TestApp::open().await;
    let (buyer, other) = (app.stage.user(), app.stage.user());
    let order = app.made(&buyer).await;
    is_known(&app, &order).await;
    let (paid, ()) = tokio::join!(
        app.pay(&buyer, &order, "tok_visa"),
        app.complete_when_authorized(&order, None)
    );
    paid.expect(201).text("id");
    let known = pay_as_stranger(&app, &other, order.id).await.expect_problem(404, "not_found");
    let unknown = app.platforms.id().into();
    let unknown = pay_as_stranger(&app, &other, unknown).await.expect_problem(404, "not_found");
    let same = |reply: Reply| reply.body.replace(&reply.text("requestId"), "");
    assert_eq!(same(known), same(unknown));
}

#[tokio::test]
async fn a_payment_of_a_new_order_waits_for_its_copy() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.order(buyer.id);
    let telling = async {
        app.tell(CREATED.of(order.clone())).await;
        app.complete_when_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(app.pay(&buyer, &order, "tok_visa"), telling);
    reply.expect(201).text("id");
}

#[tokio::test]
async fn a_repeat_with_the_same_key_joins_the_payment_and_receives_its_response() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let body = json!({"orderId": order.id, "token": "tok_visa"});
    let pay = || app.stage.post_keyed(&buyer, "/api/payments", "k", &body);
    let (one, two, ()) = tokio::join!(pay(), pay(), app.complete_when_authorized(&order, None));
    let (one, two) = (one.expect(201), two.expect(201));
    assert_eq!(one.body, two.body);
    let other = json!({"orderId": order.id, "token": "tok_other"});
    let mismatch = app.stage.post_keyed(&buyer, "/api/payments", "k", &other).await;
    mismatch.expect_problem(422, "idempotency_key_reused");
    let app = app.restart().await;
    let again = app.stage.post_keyed(&buyer, "/api/payments", "k", &body).await.expect(201);
    assert_eq!(again.body, one.body, "also after a restart");
    // A refusal is stored as a response too.
    let refused = app.stage.post_keyed(&buyer, "/api/payments", "k2", &body).await.expect(409);
    let again = app.stage.post_keyed(&buyer, "/api/payments", "k2", &body).await.expect(409);
    assert_eq!(refused.body, again.body);
    assert_eq!(app.ledger().await, [[Authorized, Captured]]);
}

#[tokio::test]
async fn an_undecided_payment_returns_202_after_ten_seconds() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let waiting = async {
        app.authorized(&order).await;
        for _ in 0..200 {
            app.stage.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
        loop {
            app.stage.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    };
    let pay = app.pay(&buyer, &order, "tok_visa");
    let reply = tokio::select! { reply = pay => reply, () = waiting => unreachable!() };
    assert_eq!(reply.expect(202).text("status"), "authorized");
}
