//! What an event leads to, where it is about a payment that is known.

use std::time::Duration;

use payments::domain::EventEnd;
use provider_simulator::EntryKind::{Authorized, Captured};
use provider_simulator::{
    EventType, Fault, FaultKind, Operation, Outcome, WebhookFault, WebhookFaultKind, WebhookOrder,
};

use crate::shop::{Shop, event};

#[tokio::test]
async fn a_proven_payer_has_paid_as_soon_as_the_provider_tells_of_it() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    payment.finish(Outcome::Succeeded);
    assert!(shop.deliver().await >= 3);
    payment.becomes("authorized").await;
    payment.accept().await;
    payment.becomes("captured").await;
    assert_eq!(shop.ledger(&payment.reference), [Authorized, Captured]);
    assert!(shop.deliver().await >= 1, "it tells of the capture too");
    assert_eq!(shop.simulator.with(|provider, _| provider.outstanding_deliveries()), 0);
}

#[tokio::test]
async fn a_payer_who_fails_is_declined_and_another_card_may_be_tried() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    payment.finish(Outcome::Failed);
    shop.deliver().await;
    payment.becomes("declined").await;
    let again = shop.pay(&payment.buyer, &payment.order, "pm_card_chargeDeclined").await;
    again.expect_problem(402, "payment_declined").text("detail");
}

#[tokio::test]
async fn events_twice_and_in_any_order_lead_to_the_same_end() {
    for order in [WebhookOrder::Reversed, WebhookOrder::Shuffled] {
        let shop = Shop::open().await;
        shop.simulator.with(|provider, _| {
            provider.set_webhook_order(order);
            let kind = WebhookFaultKind::Duplicate { copies: 2 };
            provider.plan_webhook(WebhookFault { kind, event_type: None, times: 100 });
        });
        let payment = shop.challenged().await;
        payment.finish(Outcome::Succeeded);
        shop.deliver().await;
        payment.becomes("authorized").await;
        payment.accept().await;
        payment.becomes("captured").await;
        assert!(shop.deliver().await >= 3);
        payment.becomes("captured").await;
        assert_eq!(shop.ledger(&payment.reference), [Authorized, Captured]);
        let events = shop.simulator.with(|provider, _| provider.events());
        for told in events {
            let is_intents = told.event_type.name().starts_with("payment_intent.");
            let held = told.event_type == EventType::IntentAmountCapturableUpdated;
            let end = match (is_intents, held) {
                (_, true) => EventEnd::Asked,
                (true, false) => EventEnd::NoNews,
                (false, false) => EventEnd::Ignored,
            };
            shop.comes_to(&told.id, end).await;
        }
    }
}

#[tokio::test]
async fn an_event_is_not_believed_but_asked_about() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    // It says that the money was taken; the provider, asked, says that it was not.
    let told =
        event("evt_x", "payment_intent.succeeded", &payment.reference, &payment.id.to_string());
    shop.tell(&told).await.expect(200).text("received");
    shop.comes_to("evt_x", EventEnd::Asked).await;
    payment.becomes("requires_action").await;
    assert_eq!(shop.ledger(&payment.reference), []);
}

#[tokio::test]
async fn an_event_without_our_name_for_a_payment_is_told_by_the_providers() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    payment.finish(Outcome::Succeeded);
    let event_type = "payment_intent.amount_capturable_updated";
    shop.tell(&event("evt_x", event_type, &payment.reference, "")).await.expect(200).text("id");
    shop.comes_to("evt_x", EventEnd::Asked).await;
    payment.becomes("authorized").await;
}

#[tokio::test]
async fn news_that_come_while_the_provider_is_asked_are_not_lost() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    // An answer that is on its way for long, and was true when it was given.
    shop.simulator.with(|provider, _| {
        let slow = FaultKind::DelayResponse { ms: 5_000 };
        provider.plan(Fault::once(slow).on(Operation::RetrieveIntent));
    });
    let (reference, id) = (payment.reference.as_str(), payment.id.to_string());
    let told = event("evt_early", "payment_intent.payment_failed", reference, &id);
    shop.tell(&told).await.expect(200).text("received");
    shop.comes_to("evt_early", EventEnd::Asked).await;
    let is_asked = || async { shop.simulator.with(|provider, _| provider.planned().is_empty()) };
    shop.stage.eventually("the provider is asked", is_asked).await;
    payment.finish(Outcome::Succeeded);
    shop.deliver().await;
    // Nothing but a few seconds pass: far less than the reconciliation waits.
    let becoming = payment.becomes("authorized");
    shop.stage.while_time_passes(becoming).await;
    assert!(shop.now().since(payment.order.created_at) < Duration::from_secs(59));
}

#[tokio::test]
async fn an_event_that_was_kept_is_followed_up_after_a_crash() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    let (buyer, order, id, reference) =
        (payment.buyer.clone(), payment.order.clone(), payment.id, payment.reference.clone());
    // The provider does not answer, so the payment stays as it is until after the crash.
    shop.simulator.with(|provider, _| {
        let refuse = Fault::once(FaultKind::Refuse { status: 503 }).times(1_000);
        provider.plan(refuse.on(Operation::RetrieveIntent));
    });
    payment.finish(Outcome::Succeeded);
    shop.deliver().await;
    let shop = shop.crash_and_restart().await;
    shop.simulator.with(|provider, _| provider.clear_faults());
    let payment = crate::shop::Challenged { shop: &shop, buyer, order, id, reference };
    let becoming = payment.becomes("authorized");
    shop.stage.while_time_passes(becoming).await;
    assert!(shop.now().since(payment.order.created_at) < Duration::from_secs(59));
}
