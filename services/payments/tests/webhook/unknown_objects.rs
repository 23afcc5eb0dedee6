//! Events about unknown objects, and the retention of events.

use std::time::Duration;

use payments::domain::{EventResult, EventState, Payment, Purpose, State, VoidReason};
use store::{Never, Stop};

use crate::fixture::{PaymentsFixture, event};

#[tokio::test]
async fn a_payment_stored_after_its_event_is_inquired() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    let id = contract::PaymentId::new(contract::Id::from_bytes([9; 12]));
    let event_type = "payment_intent.amount_capturable_updated";
    let sent = event("evt_early", event_type, &payment.reference, &id.to_string());
    fixture.post_event(&sent).await.expect(200).text("received");
    let is_looked_at = || async {
        let state = fixture.stored("evt_early").await.unwrap().state;
        matches!(state, EventState::Waiting { attempts, .. } if attempts > 0)
    };
    fixture.app.eventually("it was processed", is_looked_at).await;
    let store = fixture.app.store(payments::NAME);
    let known = store.find::<Payment>(&payment.id.to_string()).await.unwrap().unwrap();
    let late = Payment { id, ..known };
    let arriving = store.transact(move |tx| {
        tx.insert(late.clone());
        Ok::<_, Stop<Never>>(())
    });
    arriving.await.unwrap();
    let coming = fixture.ends_as("evt_early", EventResult::InquiryRequested);
    fixture.app.while_time_passes(coming).await;
}

#[tokio::test]
async fn an_event_of_an_unknown_payment_ends_after_ten_minutes() {
    let fixture = PaymentsFixture::open().await;
    let other = contract::PaymentId::new(contract::Id::from_bytes([9; 12]));
    for (id, payment) in [("evt_1", other.to_string()), ("evt_2", String::new())] {
        let sent = event(id, "payment_intent.succeeded", "pi_of_another_shop", &payment);
        fixture.post_event(&sent).await.expect(200).text("received");
    }
    for _ in 0..19 {
        fixture.app.clock().advance(Duration::from_secs(30));
        for id in ["evt_1", "evt_2"] {
            let is_put_off = || async {
                fixture.stored(id).await.unwrap().due_at().is_some_and(|at| at > fixture.now())
            };
            fixture.app.eventually("it is retried later", is_put_off).await;
        }
    }
    fixture.app.clock().advance(Duration::from_secs(30));
    fixture.ends_as("evt_1", EventResult::Unknown).await;
    fixture.ends_as("evt_2", EventResult::Unknown).await;
}

#[tokio::test]
async fn an_event_before_the_first_call_needs_no_inquiry() {
    let fixture = PaymentsFixture::open().await;
    let id = contract::PaymentId::new(contract::Id::from_bytes([9; 12]));
    let payment = Payment {
        id,
        version: 1,
        purpose: Purpose::TopUp,
        buyer: fixture.app.user().id,
        amount: contract::Money::new(500, contract::Currency::USD),
        started_at: fixture.now(),
        has_news: false,
        ask_at: None,
        counted: None,
        state: State::Voided { reason: VoidReason::Abandoned },
    };
    let store = fixture.app.store(payments::NAME);
    let arriving = store.transact(move |tx| {
        tx.insert(payment.clone());
        Ok::<_, Stop<Never>>(())
    });
    arriving.await.unwrap();
    let sent = event("evt_1", "payment_intent.canceled", "pi_1", &id.to_string());
    fixture.post_event(&sent).await.expect(200).text("received");
    fixture.ends_as("evt_1", EventResult::NoNews).await;
}

#[tokio::test]
async fn events_are_stored_for_thirty_days() {
    let fixture = PaymentsFixture::open().await;
    let sent = event("evt_1", "payment_intent.succeeded", "pi_1", "");
    fixture.post_event(&sent).await.expect(200).text("received");
    fixture.app.clock().advance(Duration::from_hours(24));
    fixture.ends_as("evt_1", EventResult::Unknown).await;
    fixture.app.clock().advance(Duration::from_hours(29 * 24) - Duration::from_millis(1));
    fixture
        .post_event(&event("evt_2", "payment_intent.succeeded", "pi_1", ""))
        .await
        .expect(200)
        .text("");
    assert!(fixture.stored("evt_1").await.is_some());
    fixture.app.clock().advance(Duration::from_mins(1));
    let is_gone = || async { fixture.stored("evt_1").await.is_none() };
    fixture.app.eventually("it is deleted", is_gone).await;
    assert!(fixture.stored("evt_2").await.is_some());
}
