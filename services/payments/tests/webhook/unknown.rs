//! Events about nothing that is known here, and how long events are kept.

use std::time::Duration;

use payments::domain::{EventEnd, EventState, Payment, Purpose, State, VoidReason};
use store::{Never, Stop};

use crate::shop::{Shop, event};

#[tokio::test]
async fn a_payment_that_becomes_known_in_time_is_asked_about() {
    let shop = Shop::open().await;
    let payment = shop.challenged().await;
    let id = contract::PaymentId::new(contract::Id::from_bytes([9; 12]));
    let event_type = "payment_intent.amount_capturable_updated";
    let told = event("evt_early", event_type, &payment.reference, &id.to_string());
    shop.tell(&told).await.expect(200).text("received");
    let is_looked_at = || async {
        let state = shop.kept("evt_early").await.unwrap().state;
        matches!(state, EventState::Waiting { attempts, .. } if attempts > 0)
    };
    shop.stage.eventually("it was looked at", is_looked_at).await;
    let store = shop.stage.store(payments::NAME);
    let known = store.find::<Payment>(&payment.id.to_string()).await.unwrap().unwrap();
    let late = Payment { id, ..known };
    let arriving = store.transact(move |tx| {
        tx.insert(late.clone());
        Ok::<_, Stop<Never>>(())
    });
    arriving.await.unwrap();
    let coming = shop.comes_to("evt_early", EventEnd::Asked);
    shop.stage.while_time_passes(coming).await;
}

#[tokio::test]
async fn what_stays_unknown_is_kept_as_that_after_ten_minutes() {
    let shop = Shop::open().await;
    let other = contract::PaymentId::new(contract::Id::from_bytes([9; 12]));
    for (id, payment) in [("evt_1", other.to_string()), ("evt_2", String::new())] {
        let told = event(id, "payment_intent.succeeded", "pi_of_another_shop", &payment);
        shop.tell(&told).await.expect(200).text("received");
    }
    for _ in 0..19 {
        shop.stage.clock().advance(Duration::from_secs(30));
        for id in ["evt_1", "evt_2"] {
            let is_put_off = || async {
                shop.kept(id).await.unwrap().due_at().is_some_and(|at| at > shop.now())
            };
            shop.stage.eventually("it is looked at and put off", is_put_off).await;
        }
    }
    shop.stage.clock().advance(Duration::from_secs(30));
    shop.comes_to("evt_1", EventEnd::Unknown).await;
    shop.comes_to("evt_2", EventEnd::Unknown).await;
}

#[tokio::test]
async fn a_payment_that_nobody_asked_the_provider_about_is_no_news() {
    let shop = Shop::open().await;
    let id = contract::PaymentId::new(contract::Id::from_bytes([9; 12]));
    let payment = Payment {
        id,
        version: 1,
        purpose: Purpose::TopUp,
        buyer: shop.stage.user().id,
        amount: contract::Money::new(500, contract::Currency::USD),
        started_at: shop.now(),
        has_news: false,
        ask_at: None,
        counted: None,
        state: State::Voided { reason: VoidReason::Abandoned },
    };
    let store = shop.stage.store(payments::NAME);
    let arriving = store.transact(move |tx| {
        tx.insert(payment.clone());
        Ok::<_, Stop<Never>>(())
    });
    arriving.await.unwrap();
    let told = event("evt_1", "payment_intent.canceled", "pi_1", &id.to_string());
    shop.tell(&told).await.expect(200).text("received");
    shop.comes_to("evt_1", EventEnd::NoNews).await;
}

#[tokio::test]
async fn events_are_kept_for_thirty_days() {
    let shop = Shop::open().await;
    let told = event("evt_1", "payment_intent.succeeded", "pi_1", "");
    shop.tell(&told).await.expect(200).text("received");
    shop.stage.clock().advance(Duration::from_hours(24));
    shop.comes_to("evt_1", EventEnd::Unknown).await;
    shop.stage.clock().advance(Duration::from_hours(29 * 24) - Duration::from_millis(1));
    shop.tell(&event("evt_2", "payment_intent.succeeded", "pi_1", "")).await.expect(200).text("");
    assert!(shop.kept("evt_1").await.is_some());
    shop.stage.clock().advance(Duration::from_mins(1));
    let is_gone = || async { shop.kept("evt_1").await.is_none() };
    shop.stage.eventually("it is forgotten", is_gone).await;
    assert!(shop.kept("evt_2").await.is_some());
}
