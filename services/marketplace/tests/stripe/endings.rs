//! The immediate ends of a payment: captured, declined, voided.

use serde_json::json;
use std::time::Duration;

use provider_simulator::EntryKind::{Authorized, Captured, Released};
use provider_simulator::{FaultKind, Operation, Outcome};

use crate::market::{Market, PRICE};

#[tokio::test]
async fn a_card_that_is_good_is_captured_and_the_order_is_complete() {
    let market = Market::open().await;
    let order = market.order().await;
    let paid = market.pay(order, "pm_card_visa").await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    assert!(paid.text("stripeId").starts_with("pi_"), "{}", paid.body);
    market.order_becomes(order, "complete").await;
    assert_eq!(market.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
    // The provider sends all its events, and nothing more happens.
    let is_told =
        || async { market.simulator.with(|provider, _| provider.outstanding_deliveries()) == 0 };
    market.stage.eventually("every event was delivered", is_told).await;
    assert_eq!(market.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
    market.pay(order, "pm_card_visa").await.expect_problem(409, "order_complete").text("detail");
}

#[tokio::test]
async fn a_declined_card_costs_nothing_and_another_may_be_tried() {
    let market = Market::open().await;
    let order = market.order().await;
    let declined = market.pay(order, "pm_card_chargeDeclinedInsufficientFunds").await;
    let detail = declined.expect_problem(402, "payment_declined").text("detail");
    assert!(detail.contains("insufficient_funds"), "{detail}");
    let unknown = market.pay(order, "tok_of_nobody").await;
    unknown.expect_problem(402, "payment_declined").text("detail");
    assert_eq!(market.ledger(), []);
    market.order_becomes(order, "awaiting:payment").await;
    market.pay(order, "tok_visa").await.expect(201).text("id");
    assert_eq!(market.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
    // A declined payment is closed: its payer cannot continue there.
    let closed = || async {
        market.simulator.with(|provider, _| {
            let intents = provider.intents().iter();
            intents.filter(|intent| intent.status().name() == "canceled").count() == 2
        })
    };
    market.stage.eventually("the declined payment is closed", closed).await;
}

#[tokio::test]
async fn an_amount_that_the_provider_does_not_take_is_never_offered_ordered_or_declined() {
    let market = Market::open().await;
    let (seller, buyer) = (Some(&market.seller), Some(&market.buyer));
    let offer = |price: &str, currency: &str| {
        let price: serde_json::Number = price.parse().unwrap();
        json!({"title": "Programme", "price": price, "currency": currency, "quantity": 10})
    };
    for (price, currency) in [("0.3", "usd"), ("1000000", "usd"), ("49", "jpy"), ("1.234", "kwd")] {
        let refused = market.stage.post(seller, "/api/tickets", &offer(price, currency)).await;
        refused.expect_fields(&["price"]);
    }
    let offered = market.stage.post(seller, "/api/tickets", &offer("600000", "usd")).await;
    let items = json!({"ticketId": offered.expect(201).text("id"), "quantity": 2});
    market.stage.post(buyer, "/api/orders", &items).await.expect_fields(&["items"]);
    for (price, currency) in [("0.5", "usd"), ("50", "jpy"), ("1.23", "kwd")] {
        let offered = market.stage.post(seller, "/api/tickets", &offer(price, currency)).await;
        let body = json!({"ticketId": offered.expect(201).text("id")});
        let made = market.stage.post(buyer, "/api/orders", &body).await.expect(201);
        let paid = market.pay(made.text("id").parse().unwrap(), "pm_card_visa").await;
        assert_eq!(paid.expect(201).text("status"), "captured", "{price} {currency}");
    }
}

#[tokio::test]
async fn money_that_is_held_too_late_is_let_go() {
    let market = Market::open().await;
    let order = market.order().await;
    market.plan(FaultKind::DelayRequest { ms: 3_000 }, Operation::ConfirmIntent);
    let cancelling = async {
        market.order_becomes(order, "awaiting:payment").await;
        market.delete_order(order).await;
    };
    let paying = async { tokio::join!(market.pay(order, "pm_card_visa"), cancelling).0 };
    let reply = market.stage.while_time_passes(paying).await;
    reply.expect_problem(409, "order_cancelled").text("detail");
    assert_eq!(market.ledger(), [(Authorized, PRICE), (Released, PRICE)]);
    assert_eq!(market.totals().held, 0);
}

#[tokio::test]
async fn what_a_bank_thinks_about_is_waited_for() {
    let market = Market::open().await;
    let order = market.order().await;
    let pay = market.pay(order, "pm_card_simulator_processing");
    let payment = market.stage.while_time_passes(pay).await.expect(202);
    assert_eq!(payment.text("status"), "started");
    let reference = payment.text("stripeId");
    market.simulator.with(|provider, now| {
        provider.finish_processing(&reference, Outcome::Succeeded, now).unwrap();
    });
    let becoming = market.payment_becomes(&payment, "captured");
    market.stage.while_time_passes(becoming).await;
    market.order_becomes(order, "complete").await;
    assert_eq!(market.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
}

#[tokio::test]
async fn an_order_that_is_given_up_while_a_bank_thinks_is_not_paid() {
    for (outcome, ledger) in [
        (Outcome::Succeeded, &[(Authorized, PRICE), (Released, PRICE)][..]),
        (Outcome::Failed, &[]),
    ] {
        let market = Market::open().await;
        let order = market.order().await;
        let pay = market.pay(order, "pm_card_simulator_processing");
        let payment = market.stage.while_time_passes(pay).await.expect(202);
        market.delete_order(order).await;
        let reference = payment.text("stripeId");
        // The void is not possible yet, and is retried until it is.
        market.stage.clock().advance(Duration::from_mins(2));
        market.simulator.with(|provider, now| {
            provider.finish_processing(&reference, outcome, now).unwrap();
        });
        let becoming = market.payment_becomes(&payment, "voided");
        market.stage.while_time_passes(becoming).await;
        assert_eq!(market.ledger(), ledger);
    }
}
