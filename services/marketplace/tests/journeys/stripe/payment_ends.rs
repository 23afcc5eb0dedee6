//! The immediate ends of a payment: captured, declined, voided.

use serde_json::json;
use std::time::Duration;

use provider_simulator::EntryKind::{Authorized, Captured, Released};
use provider_simulator::{Action, FaultKind, Operation, Outcome};
use testing::marketplace::Engines as _;

use super::stripe_marketplace::{PRICE, StripeMarketplace};

#[tokio::test]
async fn a_valid_card_is_captured_and_the_order_is_complete() {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    let paid = marketplace.pay(order, "pm_card_visa").await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    assert!(paid.text("stripeId").starts_with("pi_"), "{}", paid.body);
    marketplace.order_becomes(order, "complete").await;
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
    // The provider sends all its events, and nothing more happens.
    let are_delivered =
        || async { marketplace.simulator.with(|provider, _| provider.webhooks.outstanding()) == 0 };
    marketplace.eventually("every event was delivered", are_delivered).await;
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
    marketplace.pay(order, "pm_card_visa").await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn a_declined_card_costs_nothing_and_another_may_be_tried() {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    let declined = marketplace.pay(order, "pm_card_chargeDeclinedInsufficientFunds").await;
    let detail = declined.expect_problem(402, "payment_declined").text("detail");
    assert!(detail.contains("insufficient_funds"), "{detail}");
    let unknown = marketplace.pay(order, "tok_of_nobody").await;
    unknown.expect_problem(402, "payment_declined");
    assert_eq!(marketplace.ledger(), []);
    marketplace.order_becomes(order, "awaiting:payment").await;
    marketplace.pay(order, "tok_visa").await.expect(201);
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
    // A declined payment is closed: its payer cannot continue there.
    let closed = || async {
        marketplace.simulator.with(|provider, _| {
            let intents = provider.intents.values();
            intents.filter(|intent| intent.status().name() == "canceled").count() == 2
        })
    };
    marketplace.eventually("the declined payment is closed", closed).await;
}

#[tokio::test]
async fn an_amount_outside_the_limits_of_the_provider_is_rejected_before_payment() {
    let marketplace = StripeMarketplace::open().await;
    let (seller, buyer) = (Some(&marketplace.seller), Some(&marketplace.buyer));
    let offer = |price: &str, currency: &str| {
        let price: serde_json::Number = price.parse().unwrap();
        json!({"title": "Programme", "price": price, "currency": currency, "quantity": 10})
    };
    for (price, currency) in [("0.3", "usd"), ("1000000", "usd"), ("49", "jpy"), ("1.234", "kwd")] {
        let refused = marketplace.post(seller, "/api/tickets", &offer(price, currency)).await;
        refused.expect_fields(&["price"]);
    }
    let offered = marketplace.post(seller, "/api/tickets", &offer("600000", "usd")).await;
    let items = json!({"ticketId": offered.expect(201).text("id"), "quantity": 2});
    marketplace.post(buyer, "/api/orders", &items).await.expect_fields(&["items"]);
    for (price, currency) in [("0.5", "usd"), ("50", "jpy"), ("1.23", "kwd")] {
        let offered = marketplace.post(seller, "/api/tickets", &offer(price, currency)).await;
        let body = json!({"ticketId": offered.expect(201).text("id")});
        let made = marketplace.post(buyer, "/api/orders", &body).await.expect(201);
        let paid = marketplace.pay(made.text("id").parse().unwrap(), "pm_card_visa").await;
        assert_eq!(paid.expect(201).text("status"), "captured", "{price} {currency}");
    }
}

#[tokio::test]
async fn a_late_authorisation_is_voided() {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    marketplace.plan(FaultKind::DelayRequest { ms: 3_000 }, Operation::ConfirmIntent);
    let cancelling = async {
        marketplace.order_becomes(order, "awaiting:payment").await;
        marketplace.planned_faults_occur().await;
        marketplace.delete_order(order).await;
    };
    let paying = async { tokio::join!(marketplace.pay(order, "pm_card_visa"), cancelling).0 };
    let reply = marketplace.app.while_time_passes(paying).await;
    reply.expect_problem(409, "order_cancelled");
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Released, PRICE)]);
    assert_eq!(marketplace.totals().held, 0);
}

#[tokio::test]
async fn a_processing_payment_is_awaited() {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    let pay = marketplace.pay(order, "pm_card_simulator_processing");
    let payment = marketplace.app.while_time_passes(pay).await.expect(202);
    assert_eq!(payment.text("status"), "started");
    let reference = payment.text("stripeId");
    marketplace.simulator.with(|provider, now| {
        provider.act(Action::EndProcessing(Outcome::Succeeded), &reference, now).unwrap();
    });
    let becoming = marketplace.payment_becomes(&payment, "captured");
    marketplace.app.while_time_passes(becoming).await;
    marketplace.order_becomes(order, "complete").await;
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
}

#[tokio::test]
async fn an_order_cancelled_during_processing_is_not_paid() {
    for (outcome, ledger) in [
        (Outcome::Succeeded, &[(Authorized, PRICE), (Released, PRICE)][..]),
        (Outcome::Failed, &[]),
    ] {
        let marketplace = StripeMarketplace::open().await;
        let order = marketplace.order().await;
        let pay = marketplace.pay(order, "pm_card_simulator_processing");
        let payment = marketplace.app.while_time_passes(pay).await.expect(202);
        marketplace.delete_order(order).await;
        let reference = payment.text("stripeId");
        // The void is not possible yet, and is retried until it is.
        marketplace.app.clock().advance(Duration::from_mins(2));
        marketplace.simulator.with(|provider, now| {
            provider.act(Action::EndProcessing(outcome), &reference, now).unwrap();
        });
        let becoming = marketplace.payment_becomes(&payment, "voided");
        marketplace.app.while_time_passes(becoming).await;
        assert_eq!(marketplace.ledger(), ledger);
    }
}
