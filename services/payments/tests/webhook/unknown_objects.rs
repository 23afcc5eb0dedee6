//! Events about unknown objects, and the retention of events.

use std::time::Duration;

use contract::PaymentId;
use payments::domain::{EventResult, EventState, Payment, Purpose, State, VoidReason};
use testing::samples::{id, usd};

use crate::fixture::{challenged, event, simulated};
use crate::samples::payment;

#[tokio::test]
async fn a_payment_stored_after_its_event_is_inquired() {
    let (fixture, payment) = challenged().await;
    let id: PaymentId = id(9);
    let event_type = "payment_intent.amount_capturable_updated";
    let sent = event("evt_early", event_type, &payment.reference, &id.to_string());
    fixture.post_event(&sent).await.expect(200);
    let is_looked_at = || async {
        let state = fixture.event("evt_early").await.unwrap().state;
        matches!(state, EventState::Waiting { attempts, .. } if attempts > 0)
    };
    fixture.eventually("it was processed", is_looked_at).await;
    fixture.insert(Payment { id, ..fixture.stored(&payment).await }).await;
    let coming = fixture.ends_as("evt_early", EventResult::InquiryRequested);
    fixture.while_time_passes(coming).await;
}

#[tokio::test]
async fn an_event_of_an_unknown_payment_ends_after_ten_minutes() {
    let fixture = simulated().await;
    let other: PaymentId = id(9);
    for (id, payment) in [("evt_1", other.to_string()), ("evt_2", String::new())] {
        let sent = event(id, "payment_intent.succeeded", "pi_of_another_shop", &payment);
        fixture.post_event(&sent).await.expect(200);
    }
    for _ in 0..19 {
        fixture.clock().advance(Duration::from_secs(30));
        for id in ["evt_1", "evt_2"] {
            let is_put_off = || async {
                fixture.event(id).await.unwrap().due_at().is_some_and(|at| at > fixture.now())
            };
            fixture.eventually("it is retried later", is_put_off).await;
        }
    }
    fixture.clock().advance(Duration::from_secs(30));
    fixture.ends_as("evt_1", EventResult::Unknown).await;
    fixture.ends_as("evt_2", EventResult::Unknown).await;
}

#[tokio::test]
async fn an_event_before_the_first_call_needs_no_inquiry() {
    let fixture = simulated().await;
    let (buyer, amount) = (fixture.user().id, usd(500));
    let payment = payment(State::Voided { reason: VoidReason::Abandoned });
    let payment = Payment { buyer, amount, purpose: Purpose::TopUp, ..payment };
    let payment = Payment { started_at: fixture.now(), ..payment };
    let id = payment.id.to_string();
    fixture.insert(payment).await;
    let sent = event("evt_1", "payment_intent.canceled", "pi_1", &id);
    fixture.post_event(&sent).await.expect(200);
    fixture.ends_as("evt_1", EventResult::NoNews).await;
}

#[tokio::test]
async fn events_are_stored_for_thirty_days() {
    let fixture = simulated().await;
    let sent = event("evt_1", "payment_intent.succeeded", "pi_1", "");
    fixture.post_event(&sent).await.expect(200);
    fixture.clock().advance(Duration::from_hours(24));
    fixture.ends_as("evt_1", EventResult::Unknown).await;
    fixture.clock().advance(Duration::from_hours(29 * 24) - Duration::from_millis(1));
    let later = event("evt_2", "payment_intent.succeeded", "pi_1", "");
    fixture.post_event(&later).await.expect(200);
    assert!(fixture.event("evt_1").await.is_some());
    fixture.clock().advance(Duration::from_mins(1));
    let is_gone = || async { fixture.event("evt_1").await.is_none() };
    fixture.eventually("it is deleted", is_gone).await;
    assert!(fixture.event("evt_2").await.is_some());
}
