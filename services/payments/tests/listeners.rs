//! The listener of payments with repeated and reordered messages, and restarts in every state of a
//! payment.

use contract::order::{CREATED, CancelReason};
use contract::payment;
use payments::provider::test_provider::EntryKind::{Authorized, Captured, Voided};

use crate::app::{TestApp, ended};

#[tokio::test]
async fn a_repeated_and_reordered_end_of_an_order_is_applied_once() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let ending = async {
        let id = app.authorized(&order).await;
        app.tell(ended(&order, id, None)).await;
        app.tell(CREATED.of(order.clone())).await;
        app.tell(ended(&order, id, None)).await;
    };
    let (reply, ()) = tokio::join!(app.pay(&buyer, &order, "tok_visa"), ending);
    reply.expect(201).text("id");
    let late = app.order(buyer.id);
    app.tell(ended(&late, app.platforms.id().into(), Some(CancelReason::Expired))).await;
    app.tell(CREATED.of(late.clone())).await;
    let known =
        || async { app.pay(&buyer, &late, "tok_visa").await.text("code") == "order_expired" };
    app.stage.eventually("the end counts, not the beginning that came later", known).await;
    assert_eq!(app.ledger().await, [[Authorized, Captured]]);
    assert_eq!(app.stage.published(payment::CAPTURED).await.len(), 1);
    assert!(app.stage.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_payment_continues_after_a_disconnect() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let hung_up = async {
        let mut pay = Box::pin(app.pay(&buyer, &order, "tok_visa"));
        tokio::select! { _ = &mut pay => panic!("not decided yet"), id = app.authorized(&order) => id }
    };
    let id = hung_up.await;
    app.tell(ended(&order, id, None)).await;
    app.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_restart_during_a_call_repeats_it_with_the_same_key() {
    let app = TestApp::open().await;
    let buyer = app.stage.user();
    let order = app.made(&buyer).await;
    let mut pay = Box::pin(app.pay(&buyer, &order, "tok_slow"));
    let started = async {
        let started = || async { !app.stage.published(payment::STARTED).await.is_empty() };
        app.stage.eventually("the payment is started", started).await;
    };
    tokio::select! { _ = &mut pay => panic!("not decided yet"), () = started => {} }
    drop(pay);
    let app = app.restart().await;
    let held = || async { !app.ledger().await.is_empty() };
    app.stage.while_time_passes(app.stage.eventually("the money is held", held)).await;
    app.complete_when_authorized(&order, None).await;
    app.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_restart_between_authorisation_and_the_orders_decision_has_no_effect() {
    for (word, end) in [(None, Captured), (Some(CancelReason::Expired), Voided)] {
        let app = TestApp::open().await;
        let buyer = app.stage.user();
        let order = app.made(&buyer).await;
        let mut pay = Box::pin(app.pay(&buyer, &order, "tok_visa"));
        let id = tokio::select! { _ = &mut pay => panic!("not decided yet"), id = app.authorized(&order) => id };
        drop(pay);
        let app = app.restart().await;
        app.tell(ended(&order, id, word)).await;
        app.ledger_becomes(&[&[Authorized, end]]).await;
        let app = app.restart().await;
        app.tell(ended(&order, id, word)).await;
        assert_eq!(app.ledger().await, [[Authorized, end]]);
    }
}
