//! The routes of payments over HTTP, down to the provider's ledger, and the list of a user's payments.

use std::time::Duration;

use contract::order::{CREATED, CancelReason};
use contract::{OrderId, payment};
use payments::provider::test_provider::EntryKind::{Authorized, Captured, Voided};
use serde_json::json;
use service::copy_arrivals::{ARRIVAL_WAIT_MAX, POLLS};
use testing::{Reply, User};

use crate::fixture::{PaymentsFixture, built_in, ended, ordered, with_user};

/// The response to a user who pays another user's new order, after the wait for its copy.
async fn pay_as_stranger(fixture: &PaymentsFixture, stranger: &User, order_id: OrderId) -> Reply {
    let next_look = fixture.platforms.clock.now().plus(POLLS.pause(1));
    let body = json!({"orderId": order_id, "token": "tok_visa"});
    let time_passes = async {
        let hand = fixture.clock();
        fixture.eventually("the request waits", || async { hand.is_awaited(next_look) }).await;
        hand.advance(ARRIVAL_WAIT_MAX);
    };
    tokio::join!(fixture.post(Some(stranger), "/api/payments", &body), time_passes).0
}

#[tokio::test]
async fn a_payment_in_time_is_captured() {
    let (fixture, buyer, order) = ordered().await;
    let reply = fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!(reply.text("orderId"), order.id.to_string());
    assert_eq!((reply.at("amount"), reply.text("currency")), (json!(41), "usd".into()));
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
    let path = reply.header("location").to_owned();
    assert_eq!(fixture.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    let other = fixture.user();
    fixture.get(Some(&other), &path).await.expect_problem(404, "not_found");
    fixture.get(None, &path).await.expect_problem(401, "not_signed_in");
    for published in [payment::STARTED, payment::AUTHORIZED, payment::CAPTURED] {
        fixture.published_in_all(published, 1).await;
    }
    fixture.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn a_declined_card_is_not_charged_and_another_can_be_tried() {
    let (fixture, buyer, order) = ordered().await;
    for (token, reason) in [
        ("tok_declined", "card_declined"),
        ("tok_insufficient_funds", "insufficient_funds"),
        ("tok_of_nobody", "unknown_token"),
    ] {
        let reply = fixture.pay(&buyer, &order, token).await;
        assert!(reply.expect_problem(402, "payment_declined").text("detail").contains(reason));
    }
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    fixture.ledger_becomes(&[&[], &[], &[], &[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_late_payment_is_voided_with_a_reason() {
    for (reason, code) in
        [(CancelReason::Expired, "order_expired"), (CancelReason::Buyer, "order_cancelled")]
    {
        let (fixture, buyer, order) = ordered().await;
        let (reply, ()) = tokio::join!(
            fixture.pay(&buyer, &order, "tok_visa"),
            fixture.complete_when_authorized(&order, Some(reason)),
        );
        reply.expect_problem(409, code);
        assert_eq!(fixture.ledger().await, [[Authorized, Voided]]);
        fixture.pay(&buyer, &order, "tok_visa").await.expect_problem(409, code);
        assert_eq!(fixture.ledger().await.len(), 1, "the provider is not called again");
    }
}

#[tokio::test]
async fn a_payment_of_an_order_cancelled_during_authorisation_is_voided() {
    let (fixture, buyer, order) = ordered().await;
    let cancel_then_answer = async {
        let id = fixture.published_in_all(payment::STARTED, 1).await[0].id;
        let clock = fixture.clock();
        let answer_at = clock.now().plus(Duration::from_secs(3));
        let asked = || async { clock.is_awaited(answer_at) };
        fixture.eventually("the provider is called", asked).await;
        fixture.publish(ended(&order, id, Some(CancelReason::Buyer))).await;
        fixture.while_time_passes(fixture.money_is_held()).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_slow"), cancel_then_answer);
    reply.expect_problem(409, "order_cancelled");
    assert_eq!(fixture.ledger().await, [[Authorized, Voided]]);
}

#[tokio::test]
async fn a_charge_with_a_lost_response_is_captured_once() {
    let (fixture, buyer, order) = ordered().await;
    let answering = async {
        fixture.money_is_held().await;
        let published = async { fixture.authorized(&order).await };
        let id = fixture.while_time_passes(Box::pin(published)).await;
        fixture.publish(ended(&order, id, None)).await;
    };
    let (reply, ()) =
        tokio::join!(fixture.pay(&buyer, &order, "tok_error_after_charge"), answering);
    reply.expect(201);
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
}

#[tokio::test]
async fn one_order_is_paid_by_one_payment_at_a_time() {
    let (fixture, buyer, order) = ordered().await;
    let second = async {
        fixture.authorized(&order).await;
        fixture.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "payment_in_progress");
        fixture.complete_when_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_visa"), second);
    reply.expect(201);
    assert_eq!(fixture.ledger().await.len(), 1);
}

#[tokio::test]
async fn an_authorised_payment_of_an_order_that_another_completed_is_voided() {
    let (fixture, buyer, order) = ordered().await;
    let other = async {
        fixture.authorized(&order).await;
        fixture.publish(ended(&order, fixture.platforms.id().into(), None)).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_visa"), other);
    reply.expect_problem(409, "order_complete");
    assert_eq!(fixture.ledger().await, [[Authorized, Voided]]);
}

#[tokio::test]
async fn invalid_and_foreign_requests_charge_nothing() {
    let fixture = built_in().await;
    let (buyer, other) = (fixture.user(), fixture.user());
    let order = fixture.made(&buyer).await;
    let app = &fixture.app;
    fixture.is_known(&order).await;
    pay_as_stranger(&fixture, &other, order.id).await.expect_problem(404, "not_found");
    let body = json!({"orderId": order.id, "token": "tok_visa"});
    app.post(None, "/api/payments", &body).await.expect_problem(401, "not_signed_in");
    for (body, fields) in [
        (json!({}), vec!["orderId", "token"]),
        (json!({"orderId": "x", "token": ""}), vec!["orderId", "token"]),
        (json!({"orderId": order.id, "token": "tok visa"}), vec!["token"]),
        (json!({"orderId": order.id, "token": "t".repeat(256)}), vec!["token"]),
        (json!({"orderId": order.id, "token": 4242, "amount": 1}), vec!["amount", "token"]),
    ] {
        app.post(Some(&buyer), "/api/payments", &body).await.expect_fields(&fields);
    }
    app.post_raw(&buyer, "/api/payments", "{").await.expect_problem(400, "malformed_json");
    let unknown = json!({"orderId": "000000000000000000000000", "token": "tok_visa"});
    app.post(Some(&buyer), "/api/payments", &unknown).await.expect_problem(404, "not_found");
    app.get(Some(&buyer), "/api/payments/x").await.expect_problem(400, "invalid_id");
    let unknown = "/api/payments/000000000000000000000000";
    app.get(Some(&buyer), unknown).await.expect_problem(404, "not_found");
    app.clock().advance(Duration::from_mins(1));
    fixture.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "order_expired");
    assert!(fixture.ledger().await.is_empty());
}

#[tokio::test]
async fn a_foreign_order_receives_the_response_and_delay_of_an_unknown_one() {
    let fixture = built_in().await;
    let (buyer, other) = (fixture.user(), fixture.user());
    let order = fixture.made(&buyer).await;
    fixture.is_known(&order).await;
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    let known = pay_as_stranger(&fixture, &other, order.id).await.expect_problem(404, "not_found");
    let unknown = fixture.platforms.id().into();
    let unknown = pay_as_stranger(&fixture, &other, unknown).await.expect_problem(404, "not_found");
    let same = |reply: Reply| reply.body.replace(&reply.text("requestId"), "");
    assert_eq!(same(known), same(unknown));
}

#[tokio::test]
async fn a_payment_of_a_new_order_waits_for_its_copy() {
    let (fixture, buyer) = with_user().await;
    let order = fixture.order(buyer.id);
    let telling = async {
        fixture.publish(CREATED.of(order.clone())).await;
        fixture.complete_when_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_visa"), telling);
    reply.expect(201);
}

#[tokio::test]
async fn a_repeat_with_the_same_key_joins_the_payment_and_receives_its_response() {
    let (fixture, buyer, order) = ordered().await;
    let body = json!({"orderId": order.id, "token": "tok_visa"});
    let pay = || fixture.post_keyed(&buyer, "/api/payments", "k", &body);
    let (one, two, ()) = tokio::join!(pay(), pay(), fixture.complete_when_authorized(&order, None));
    let (one, two) = (one.expect(201), two.expect(201));
    assert_eq!(one.body, two.body);
    let other = json!({"orderId": order.id, "token": "tok_other"});
    let mismatch = fixture.post_keyed(&buyer, "/api/payments", "k", &other).await;
    mismatch.expect_problem(422, "idempotency_key_reused");
    let fixture = fixture.restart().await;
    let again = fixture.post_keyed(&buyer, "/api/payments", "k", &body).await.expect(201);
    assert_eq!(again.body, one.body, "also after a restart");
    // A refusal is stored as a response too.
    let refused = fixture.post_keyed(&buyer, "/api/payments", "k2", &body).await.expect(409);
    let again = fixture.post_keyed(&buyer, "/api/payments", "k2", &body).await.expect(409);
    assert_eq!(refused.body, again.body);
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
}

#[tokio::test]
async fn an_undecided_payment_returns_202_after_ten_seconds() {
    let (fixture, buyer, order) = ordered().await;
    let waiting = async {
        fixture.authorized(&order).await;
        for _ in 0..200 {
            fixture.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
        loop {
            fixture.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    };
    let pay = fixture.pay(&buyer, &order, "tok_visa");
    let reply = tokio::select! { reply = pay => reply, () = waiting => unreachable!() };
    assert_eq!(reply.expect(202).text("status"), "authorized");
}

#[tokio::test]
async fn a_payer_lists_own_payments_newest_first_and_by_order() {
    let (fixture, buyer, order) = ordered().await;
    let first = fixture.paid(&buyer, &order, "tok_visa").await.expect(201).text("id");
    let top_up = fixture.top_up(&buyer, 5, "tok_visa").await.expect(201).text("id");
    let later = fixture.made(&buyer).await;
    let newest = fixture.paid(&buyer, &later, "tok_visa").await.expect(201).text("id");
    let other = fixture.sold("tok_visa").await.buyer;
    let list = async |who: &User, query: &str| {
        let path = format!("/api/payments{query}");
        fixture.get(Some(who), &path).await.expect(200)
    };
    let of_first = format!("?order={}", order.id);
    let all = [newest, top_up, first];
    assert_eq!(list(&buyer, "").await.ids(), all);
    assert_eq!(list(&buyer, &of_first).await.ids(), all[2..]);
    assert!(list(&other, &of_first).await.ids().is_empty(), "another's");
    assert!(list(&fixture.admin(), "").await.ids().is_empty(), "an administrator's own");
    let pages = fixture.pages(Some(&buyer), "/api/payments?limit=2").await;
    let pages: Vec<_> = pages.iter().map(Reply::ids).collect();
    assert_eq!(pages, [&all[..2], &all[2..]]);
}

#[tokio::test]
async fn a_declined_attempt_is_listed_beside_the_one_that_paid() {
    let (fixture, buyer, order) = ordered().await;
    fixture.pay(&buyer, &order, "tok_declined").await.expect_problem(402, "payment_declined");
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    let path = format!("/api/payments?order={}", order.id);
    let list = fixture.get(Some(&buyer), &path).await.expect(200).list();
    let statuses: Vec<_> = list.iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["captured", "declined"]);
}
