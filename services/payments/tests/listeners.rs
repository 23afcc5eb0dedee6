//! The listener of payments with repeated and reordered messages, and restarts in every state of a
//! payment.

use contract::order::{CREATED, CancelReason};
use contract::payment;
use payments::provider::test_provider::EntryKind::{Authorized, Captured, Voided};

use crate::fixture::{ended, ordered};

#[tokio::test]
async fn a_repeated_and_reordered_end_of_an_order_is_applied_once() {
    let (fixture, buyer, order) = ordered().await;
    let ending = async {
        let id = fixture.authorized(&order).await;
        fixture.publish(ended(&order, id, None)).await;
        fixture.publish(CREATED.of(order.clone())).await;
        fixture.publish(ended(&order, id, None)).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_visa"), ending);
    reply.expect(201);
    let late = fixture.order(buyer.id);
    fixture.publish(ended(&late, fixture.platforms.id().into(), Some(CancelReason::Expired))).await;
    fixture.publish(CREATED.of(late.clone())).await;
    let known =
        || async { fixture.pay(&buyer, &late, "tok_visa").await.text("code") == "order_expired" };
    fixture.eventually("the end counts, not the beginning that came later", known).await;
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
    assert_eq!(fixture.published(payment::CAPTURED).await.len(), 1);
    assert!(fixture.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_payment_continues_after_a_disconnect() {
    let (fixture, buyer, order) = ordered().await;
    let paying = fixture.pay(&buyer, &order, "tok_visa");
    let id = fixture.hang_up(paying, fixture.authorized(&order)).await;
    fixture.publish(ended(&order, id, None)).await;
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_restart_during_a_call_repeats_it_with_the_same_key() {
    let (fixture, buyer, order) = ordered().await;
    let started = fixture.published_in_all(payment::STARTED, 1);
    fixture.hang_up(fixture.pay(&buyer, &order, "tok_slow"), started).await;
    let fixture = fixture.restart().await;
    fixture.while_time_passes(fixture.money_is_held()).await;
    fixture.complete_when_authorized(&order, None).await;
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_restart_between_authorisation_and_the_orders_decision_has_no_effect() {
    for (word, end) in [(None, Captured), (Some(CancelReason::Expired), Voided)] {
        let (fixture, buyer, order) = ordered().await;
        let paying = fixture.pay(&buyer, &order, "tok_visa");
        let id = fixture.hang_up(paying, fixture.authorized(&order)).await;
        let fixture = fixture.restart().await;
        fixture.publish(ended(&order, id, word)).await;
        fixture.ledger_becomes(&[&[Authorized, end]]).await;
        let fixture = fixture.restart().await;
        fixture.publish(ended(&order, id, word)).await;
        assert_eq!(fixture.ledger().await, [[Authorized, end]]);
    }
}
