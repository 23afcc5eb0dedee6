//! 3-D Secure: the payer authenticates on the page of the bank, fails, or is too late.

use provider_simulator::EntryKind::{Authorized, Captured, Released};
use provider_simulator::{EventType, WebhookFault, WebhookFaultKind};

use super::stripe_marketplace::{PRICE, StripeMarketplace};

#[tokio::test]
async fn a_passed_challenge_completes_the_payment() {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    let payment = marketplace.challenged(order).await;
    assert!(payment.text("action/clientSecret").starts_with(&payment.text("stripeId")));
    assert_eq!(marketplace.ledger(), []);
    let (status, to) = marketplace.press(&payment, "succeeded").await;
    let back = format!("http://shop.example/paid/{}?", payment.text("id"));
    assert!(status == 303 && to.starts_with(&back), "{status} {to}");
    // No time passes: the provider sends an event.
    marketplace.payment_becomes(&payment, "captured").await;
    marketplace.order_becomes(order, "complete").await;
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
}

#[tokio::test]
async fn another_card_may_be_tried_after_a_failed_challenge() {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    let payment = marketplace.challenged(order).await;
    marketplace.pay(order, "pm_card_visa").await.expect_problem(409, "payment_in_progress");
    assert_eq!(marketplace.press(&payment, "failed").await.0, 303);
    marketplace.payment_becomes(&payment, "declined").await;
    assert_eq!(marketplace.ledger(), []);
    marketplace.pay(order, "pm_card_visa").await.expect(201);
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Captured, PRICE)]);
}

#[tokio::test]
async fn a_challenge_after_the_deadline_is_closed_and_costs_nothing() {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    let payment = marketplace.challenged(order).await;
    marketplace.let_the_deadline_pass();
    marketplace.order_becomes(order, "cancelled").await;
    marketplace.payment_becomes(&payment, "voided").await;
    assert_eq!(marketplace.press(&payment, "succeeded").await.0, 409);
    assert_eq!(marketplace.ledger(), []);
}

#[tokio::test]
async fn a_challenge_reported_after_the_deadline_is_voided() {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    let payment = marketplace.challenged(order).await;
    marketplace.simulator.with(|provider, _| {
        let event_type = Some(EventType::IntentAmountCapturableUpdated);
        let kind = WebhookFaultKind::Drop;
        provider.webhooks.faults.push(WebhookFault { kind, event_type, times: 1 });
    });
    assert_eq!(marketplace.press(&payment, "succeeded").await.0, 303);
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE)]);
    marketplace.let_the_deadline_pass();
    marketplace.order_becomes(order, "cancelled").await;
    marketplace.payment_becomes(&payment, "voided").await;
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Released, PRICE)]);
}
