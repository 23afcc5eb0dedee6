//! The routes of payments, black box through HTTP, up to the provider's ledger.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use contract::order::{CREATED, CancelReason, OrderState};
use contract::{OrderId, payment};
use payments::OrderCopy;
use payments::test_provider::EntryKind::{Authorized, Captured, Voided};
use serde_json::json;
use service::arrivals::{ARRIVAL_WAIT_MAX, LOOKS};
use testing::{Reply, User};

use crate::till::{Till, ended};

/// Returns once the copy of an order has arrived.
async fn is_known(till: &Till, order: &OrderState) {
    let (store, id) = (till.stage.store(payments::NAME), order.id.to_string());
    let known = || async { store.find::<OrderCopy>(&id).await.unwrap().is_some() };
    till.stage.eventually("the order is known", known).await;
}

/// What somebody is answered who pays an order made a moment ago that is not theirs, after a wait for its copy.
async fn pay_as_stranger(till: &Till, stranger: &User, order_id: OrderId) -> Reply {
    let next_look = till.platforms.clock.now().plus(LOOKS.pause(1));
    let body = json!({"orderId": order_id, "token": "tok_visa"});
    let time_passes = async {
        let hand = till.stage.clock();
        till.stage.eventually("they wait", || async { hand.is_awaited(next_look) }).await;
        hand.advance(ARRIVAL_WAIT_MAX);
    };
    tokio::join!(till.stage.post(Some(stranger), "/api/payments", &body), time_passes).0
}

#[tokio::test]
async fn a_payment_in_time_is_captured_and_the_caller_is_told_so() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let (reply, ()) =
        tokio::join!(till.pay(&buyer, &order, "tok_visa"), till.answer_authorized(&order, None));
    let reply = reply.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!(reply.text("orderId"), order.id.to_string());
    assert_eq!((reply.at("amount"), reply.text("currency")), (json!(41), "usd".into()));
    assert_eq!(till.ledger().await, [[Authorized, Captured]]);
    let path = reply.header("location").to_owned();
    assert_eq!(till.stage.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    let other = till.stage.user();
    till.stage.get(Some(&other), &path).await.expect_problem(404, "not_found");
    till.stage.get(None, &path).await.expect_problem(401, "not_signed_in");
    for told in [payment::STARTED, payment::AUTHORIZED, payment::CAPTURED] {
        till.stage
            .eventually("it is told", || async { till.stage.published(told).await.len() == 1 })
            .await;
    }
    till.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn a_declined_card_costs_nothing_and_another_may_be_tried() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    for (token, reason) in [
        ("tok_declined", "card_declined"),
        ("tok_insufficient_funds", "insufficient_funds"),
        ("tok_of_nobody", "unknown_token"),
    ] {
        let reply = till.pay(&buyer, &order, token).await;
        assert!(reply.expect_problem(402, "payment_declined").text("detail").contains(reason));
    }
    let (reply, ()) =
        tokio::join!(till.pay(&buyer, &order, "tok_visa"), till.answer_authorized(&order, None));
    reply.expect(201).text("id");
    till.ledger_becomes(&[&[], &[], &[], &[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_late_payment_is_voided_and_the_caller_is_told_why() {
    for (reason, code) in
        [(CancelReason::Expired, "order_expired"), (CancelReason::Buyer, "order_cancelled")]
    {
        let till = Till::open().await;
        let buyer = till.stage.user();
        let order = till.made(&buyer).await;
        let (reply, ()) = tokio::join!(
            till.pay(&buyer, &order, "tok_visa"),
            till.answer_authorized(&order, Some(reason)),
        );
        reply.expect_problem(409, code);
        assert_eq!(till.ledger().await, [[Authorized, Voided]]);
        till.pay(&buyer, &order, "tok_visa").await.expect_problem(409, code);
        assert_eq!(till.ledger().await.len(), 1, "the provider is not asked again");
    }
}

#[tokio::test]
async fn an_order_cancelled_while_the_provider_is_asked_is_voided_after_the_answer() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let cancel_then_answer = async {
        let started = || async { till.stage.published(payment::STARTED).await.len() == 1 };
        till.stage.eventually("the payment is started", started).await;
        let id = till.stage.published(payment::STARTED).await.first().unwrap().id;
        let clock = till.stage.clock();
        let answer_at = clock.now().plus(Duration::from_secs(3));
        let asked = || async { clock.is_awaited(answer_at) };
        till.stage.eventually("the provider is asked", asked).await;
        till.tell(ended(&order, id, Some(CancelReason::Buyer))).await;
        let held = || async { !till.ledger().await.is_empty() };
        let held = till.stage.eventually("the money is held", held);
        till.stage.while_time_passes(held).await;
    };
    let (reply, ()) = tokio::join!(till.pay(&buyer, &order, "tok_slow"), cancel_then_answer);
    reply.expect_problem(409, "order_cancelled");
    assert_eq!(till.ledger().await, [[Authorized, Voided]]);
}

#[tokio::test]
async fn a_charge_whose_answer_was_lost_is_found_and_captured_once() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let answering = async {
        let held = || async { !till.ledger().await.is_empty() };
        till.stage.eventually("the money is held", held).await;
        let told = async { till.authorized(&order).await };
        let id = till.stage.while_time_passes(Box::pin(told)).await;
        till.tell(ended(&order, id, None)).await;
    };
    let (reply, ()) = tokio::join!(till.pay(&buyer, &order, "tok_error_after_charge"), answering);
    reply.expect(201).text("id");
    assert_eq!(till.ledger().await, [[Authorized, Captured]]);
}

#[tokio::test]
async fn one_order_is_paid_by_one_payment_at_a_time() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let second = async {
        till.authorized(&order).await;
        till.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "payment_in_progress");
        till.answer_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(till.pay(&buyer, &order, "tok_visa"), second);
    reply.expect(201).text("id");
    assert_eq!(till.ledger().await.len(), 1);
}

#[tokio::test]
async fn an_authorised_payment_of_an_order_that_another_completed_is_voided() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let other = async {
        till.authorized(&order).await;
        till.tell(ended(&order, till.platforms.id().into(), None)).await;
    };
    let (reply, ()) = tokio::join!(till.pay(&buyer, &order, "tok_visa"), other);
    reply.expect_problem(409, "order_complete");
    assert_eq!(till.ledger().await, [[Authorized, Voided]]);
}

#[tokio::test]
async fn bad_and_foreign_requests_charge_nothing() {
    let till = Till::open().await;
    let (buyer, other) = (till.stage.user(), till.stage.user());
    let order = till.made(&buyer).await;
    let stage = &till.stage;
    is_known(&till, &order).await;
    pay_as_stranger(&till, &other, order.id).await.expect_problem(404, "not_found");
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
    till.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "order_expired");
    assert!(till.ledger().await.is_empty());
}

#[tokio::test]
async fn a_stranger_cannot_tell_an_order_from_none_not_even_by_how_long_it_takes() {
    let till = Till::open().await;
    let (buyer, other) = (till.stage.user(), till.stage.user());
    let order = till.made(&buyer).await;
    is_known(&till, &order).await;
    let (paid, ()) =
        tokio::join!(till.pay(&buyer, &order, "tok_visa"), till.answer_authorized(&order, None));
    paid.expect(201).text("id");
    let known = pay_as_stranger(&till, &other, order.id).await.expect_problem(404, "not_found");
    let unknown = till.platforms.id().into();
    let unknown = pay_as_stranger(&till, &other, unknown).await.expect_problem(404, "not_found");
    let same = |reply: Reply| reply.body.replace(&reply.text("requestId"), "");
    assert_eq!(same(known), same(unknown));
}

#[tokio::test]
async fn a_payment_for_an_order_made_a_moment_ago_waits_for_its_copy() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.order(buyer.id);
    let telling = async {
        till.tell(CREATED.of(order.clone())).await;
        till.answer_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(till.pay(&buyer, &order, "tok_visa"), telling);
    reply.expect(201).text("id");
}

#[tokio::test]
async fn a_repeat_with_the_same_key_joins_the_payment_and_gets_the_first_answer() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let body = json!({"orderId": order.id, "token": "tok_visa"});
    let pay = || till.stage.post_keyed(&buyer, "/api/payments", "k", &body);
    let (one, two, ()) = tokio::join!(pay(), pay(), till.answer_authorized(&order, None));
    let (one, two) = (one.expect(201), two.expect(201));
    assert_eq!(one.body, two.body);
    let other = json!({"orderId": order.id, "token": "tok_other"});
    let mismatch = till.stage.post_keyed(&buyer, "/api/payments", "k", &other).await;
    mismatch.expect_problem(422, "idempotency_key_reused");
    let till = till.restart().await;
    let again = till.stage.post_keyed(&buyer, "/api/payments", "k", &body).await.expect(201);
    assert_eq!(again.body, one.body, "also after a restart");
    // A refusal is an answer too.
    let refused = till.stage.post_keyed(&buyer, "/api/payments", "k2", &body).await.expect(409);
    let again = till.stage.post_keyed(&buyer, "/api/payments", "k2", &body).await.expect(409);
    assert_eq!(refused.body, again.body);
    assert_eq!(till.ledger().await, [[Authorized, Captured]]);
}

#[tokio::test]
async fn a_payment_not_decided_within_ten_seconds_is_answered_as_it_stands() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let waiting = async {
        till.authorized(&order).await;
        for _ in 0..200 {
            till.stage.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
        loop {
            till.stage.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    };
    let pay = till.pay(&buyer, &order, "tok_visa");
    let reply = tokio::select! { reply = pay => reply, () = waiting => unreachable!() };
    assert_eq!(reply.expect(202).text("status"), "authorized");
}
