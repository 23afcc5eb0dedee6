//! The effect of events about known payments.

use std::time::Duration;

use payments::domain::EventResult;
use provider_simulator::EntryKind::{Authorized, Captured};
use provider_simulator::{
    EventType, FaultKind, Operation, Outcome, WebhookFault, WebhookFaultKind, WebhookOrder,
};

use crate::fixture::{challenged, confirmed, event, simulated};

#[tokio::test]
async fn an_event_completes_a_payment_after_its_challenge() {
    let (fixture, payment) = confirmed().await;
    assert!(fixture.deliver().await >= 3);
    fixture.becomes(&payment, "authorized").await;
    fixture.accept(&payment).await;
    fixture.becomes(&payment, "captured").await;
    assert_eq!(fixture.ledger(&payment), [Authorized, Captured]);
    assert!(fixture.deliver().await >= 1, "it tells of the capture too");
    assert_eq!(fixture.act(|provider, _| provider.webhooks.outstanding()), 0);
}

#[tokio::test]
async fn a_failed_challenge_declines_and_another_card_can_be_tried() {
    let (fixture, payment) = challenged().await;
    fixture.finish(&payment, Outcome::Failed);
    fixture.deliver().await;
    fixture.becomes(&payment, "declined").await;
    let again = fixture.pay(&payment.buyer, &payment.order, "pm_card_chargeDeclined").await;
    again.expect_problem(402, "payment_declined");
}

#[tokio::test]
async fn repeated_and_reordered_events_have_the_same_end() {
    for order in [WebhookOrder::Reversed, WebhookOrder::Shuffled] {
        let fixture = simulated().await;
        fixture.act(|provider, _| {
            provider.webhooks.order = order;
            let kind = WebhookFaultKind::Duplicate { copies: 2 };
            provider.webhooks.faults.push(WebhookFault { kind, event_type: None, times: 100 });
        });
        let payment = fixture.challenge().await;
        fixture.finish(&payment, Outcome::Succeeded);
        fixture.deliver().await;
        fixture.becomes(&payment, "authorized").await;
        fixture.accept(&payment).await;
        fixture.becomes(&payment, "captured").await;
        assert!(fixture.deliver().await >= 3);
        fixture.becomes(&payment, "captured").await;
        assert_eq!(fixture.ledger(&payment), [Authorized, Captured]);
        let events = fixture.act(|provider, _| provider.events.clone());
        for sent in events {
            let is_intents = sent.event_type.name().starts_with("payment_intent.");
            let held = sent.event_type == EventType::IntentAmountCapturableUpdated;
            let end = match (is_intents, held) {
                (_, true) => EventResult::InquiryRequested,
                (true, false) => EventResult::NoNews,
                (false, false) => EventResult::Ignored,
            };
            fixture.ends_as(&sent.id, end).await;
        }
    }
}

#[tokio::test]
async fn an_event_causes_an_inquiry_and_is_not_trusted() {
    let (fixture, payment) = challenged().await;
    // The event reports a capture; the provider's status contradicts it.
    let sent =
        event("evt_x", "payment_intent.succeeded", &payment.reference, &payment.id.to_string());
    fixture.post_event(&sent).await.expect(200);
    fixture.ends_as("evt_x", EventResult::InquiryRequested).await;
    fixture.becomes(&payment, "requires_action").await;
    assert_eq!(fixture.ledger(&payment), []);
}

#[tokio::test]
async fn an_event_without_a_payment_id_is_found_by_the_providers_id() {
    let (fixture, payment) = confirmed().await;
    let event_type = "payment_intent.amount_capturable_updated";
    let sent = event("evt_x", event_type, &payment.reference, "");
    fixture.post_event(&sent).await.expect(200);
    fixture.ends_as("evt_x", EventResult::InquiryRequested).await;
    fixture.becomes(&payment, "authorized").await;
}

#[tokio::test]
async fn an_event_during_a_call_is_not_lost() {
    let (fixture, payment) = challenged().await;
    // A response that is delayed, and was true when it was sent.
    fixture.plan(FaultKind::DelayResponse { ms: 5_000 }, Operation::RetrieveIntent, 1);
    let (reference, id) = (payment.reference.as_str(), payment.id.to_string());
    let sent = event("evt_early", "payment_intent.payment_failed", reference, &id);
    fixture.post_event(&sent).await.expect(200);
    fixture.ends_as("evt_early", EventResult::InquiryRequested).await;
    let is_asked = || async { fixture.act(|provider, _| provider.faults.is_empty()) };
    fixture.eventually("the provider is called", is_asked).await;
    fixture.finish(&payment, Outcome::Succeeded);
    fixture.deliver().await;
    // A few seconds pass, far less than the period of the reconciliation.
    fixture.while_time_passes(fixture.becomes(&payment, "authorized")).await;
    assert!(fixture.now().since(payment.order.created_at) < Duration::from_secs(59));
}

#[tokio::test]
async fn a_stored_event_is_processed_after_a_crash() {
    let (fixture, payment) = challenged().await;
    // The provider is unavailable, so that the payment does not change until after the crash.
    fixture.refuse(Operation::RetrieveIntent);
    fixture.finish(&payment, Outcome::Succeeded);
    fixture.deliver().await;
    let fixture = fixture.crash_and_restart().await;
    fixture.clear_faults();
    fixture.while_time_passes(fixture.becomes(&payment, "authorized")).await;
    assert!(fixture.now().since(payment.order.created_at) < Duration::from_secs(59));
}
