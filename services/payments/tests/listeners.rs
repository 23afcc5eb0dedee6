//! The listener of payments with repeated and reordered messages, and restarts in every state of a
//! payment.

use contract::order::{CREATED, CancelReason};
use contract::payment;
use payments::provider::test_provider::EntryKind::{Authorized, Captured, Voided};

use crate::fixture::{PaymentsFixture, ended};

#[tokio::test]
async fn a_repeated_and_reordered_end_of_an_order_is_applied_once() {
    let fixture = PaymentsFixture::open().await;
    let buyer = fixture.app.user();
    let order = fixture.made(&buyer).await;
    let ending = async {
        let id = fixture.authorized(&order).await;
        fixture.publish(ended(&order, id, None)).await;
        fixture.publish(CREATED.of(order.clone())).await;
        fixture.publish(ended(&order, id, None)).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_visa"), ending);
    reply.expect(201).text("id");
    let late = fixture.order(buyer.id);
    fixture.publish(ended(&late, fixture.platforms.id().into(), Some(CancelReason::Expired))).await;
    fixture.publish(CREATED.of(late.clone())).await;
    let known =
        || async { fixture.pay(&buyer, &late, "tok_visa").await.text("code") == "order_expired" };
    fixture.app.eventually("the end counts, not the beginning that came later", known).await;
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
    assert_eq!(fixture.app.published(payment::CAPTURED).await.len(), 1);
    assert!(fixture.app.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_payment_continues_after_a_disconnect() {
    let fixture = PaymentsFixture::open().await;
    let buyer = fixture.app.user();
    let order = fixture.made(&buyer).await;
    let hung_up = async {
        let mut pay = Box::pin(fixture.pay(&buyer, &order, "tok_visa"));
        tokio::select! { _ = &mut pay => panic!("not decided yet"), id = fixture.authorized(&order) => id }
    };
    let id = hung_up.await;
    fixture.publish(ended(&order, id, None)).await;
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_restart_during_a_call_repeats_it_with_the_same_key() {
    let fixture = PaymentsFixture::open().await;
    let buyer = fixture.app.user();
    let order = fixture.made(&buyer).await;
    let mut pay = Box::pin(fixture.pay(&buyer, &order, "tok_slow"));
    let started = async {
        let started = || async { !fixture.app.published(payment::STARTED).await.is_empty() };
        fixture.app.eventually("the payment is started", started).await;
    };
    tokio::select! { _ = &mut pay => panic!("not decided yet"), () = started => {} }
    drop(pay);
    let fixture = fixture.restart().await;
    let held = || async { !fixture.ledger().await.is_empty() };
    fixture.app.while_time_passes(fixture.app.eventually("the money is held", held)).await;
    fixture.complete_when_authorized(&order, None).await;
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_restart_between_authorisation_and_the_orders_decision_has_no_effect() {
    for (word, end) in [(None, Captured), (Some(CancelReason::Expired), Voided)] {
        let fixture = PaymentsFixture::open().await;
        let buyer = fixture.app.user();
        let order = fixture.made(&buyer).await;
        let mut pay = Box::pin(fixture.pay(&buyer, &order, "tok_visa"));
        let id = tokio::select! { _ = &mut pay => panic!("not decided yet"), id = fixture.authorized(&order) => id };
        drop(pay);
        let fixture = fixture.restart().await;
        fixture.publish(ended(&order, id, word)).await;
        fixture.ledger_becomes(&[&[Authorized, end]]).await;
        let fixture = fixture.restart().await;
        fixture.publish(ended(&order, id, word)).await;
        assert_eq!(fixture.ledger().await, [[Authorized, end]]);
    }
}
