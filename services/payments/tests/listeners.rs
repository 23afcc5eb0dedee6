//! The listener of payments fed twice and out of order, and restarts in every state of a payment.

use contract::order::{CREATED, CancelReason};
use contract::payment;
use payments::test_provider::EntryKind::{Authorized, Captured, Voided};

use crate::till::{Till, ended};

#[tokio::test]
async fn the_end_of_an_order_told_twice_and_before_its_beginning_settles_once() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let ending = async {
        let id = till.authorized(&order).await;
        till.tell(ended(&order, id, None)).await;
        till.tell(CREATED.of(order.clone())).await;
        till.tell(ended(&order, id, None)).await;
    };
    let (reply, ()) = tokio::join!(till.pay(&buyer, &order, "tok_visa"), ending);
    reply.expect(201).text("id");
    let late = till.order(buyer.id);
    till.tell(ended(&late, till.platforms.id().into(), Some(CancelReason::Expired))).await;
    till.tell(CREATED.of(late.clone())).await;
    let known =
        || async { till.pay(&buyer, &late, "tok_visa").await.text("code") == "order_expired" };
    till.stage.eventually("the end counts, not the beginning that came later", known).await;
    assert_eq!(till.ledger().await, [[Authorized, Captured]]);
    assert_eq!(till.stage.published(payment::CAPTURED).await.len(), 1);
    assert!(till.stage.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_payment_whose_payer_hung_up_is_still_settled() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let hung_up = async {
        let mut pay = Box::pin(till.pay(&buyer, &order, "tok_visa"));
        tokio::select! { _ = &mut pay => panic!("not decided yet"), id = till.authorized(&order) => id }
    };
    let id = hung_up.await;
    till.tell(ended(&order, id, None)).await;
    till.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_restart_before_the_provider_answered_asks_again_under_the_same_key() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let mut pay = Box::pin(till.pay(&buyer, &order, "tok_slow"));
    let started = async {
        let started = || async { !till.stage.published(payment::STARTED).await.is_empty() };
        till.stage.eventually("the payment is started", started).await;
    };
    tokio::select! { _ = &mut pay => panic!("not decided yet"), () = started => {} }
    drop(pay);
    let till = till.restart().await;
    let held = || async { !till.ledger().await.is_empty() };
    till.stage.while_time_passes(till.stage.eventually("the money is held", held)).await;
    till.answer_authorized(&order, None).await;
    till.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_restart_between_authorisation_and_the_orders_word_changes_nothing() {
    for (word, end) in [(None, Captured), (Some(CancelReason::Expired), Voided)] {
        let till = Till::open().await;
        let buyer = till.stage.user();
        let order = till.made(&buyer).await;
        let mut pay = Box::pin(till.pay(&buyer, &order, "tok_visa"));
        let id = tokio::select! { _ = &mut pay => panic!("not decided yet"), id = till.authorized(&order) => id };
        drop(pay);
        let till = till.restart().await;
        till.tell(ended(&order, id, word)).await;
        till.ledger_becomes(&[&[Authorized, end]]).await;
        let till = till.restart().await;
        till.tell(ended(&order, id, word)).await;
        assert_eq!(till.ledger().await, [[Authorized, end]]);
    }
}
