//! The daily reconciliation: changes without an event are booked, and the rest is reported as a
//! difference.

use std::time::Duration;

use payments::documents::Reconciliation;
use provider_simulator::http::Simulator;
use provider_simulator::{Action, Outcome};
use serde_json::json;

use crate::fixture::{With, simulated};

#[tokio::test]
async fn changes_without_events_are_booked_after_a_start_and_daily() {
    let fixture = simulated().await;
    let refunded = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let disputed = fixture.sell(&[(2, 2_000)], "pm_card_visa").await;
    fixture.refund_in_dashboard(&refunded, Some(1_000));
    let id = fixture.dispute(&disputed, None);
    fixture.clock().advance(Duration::from_mins(2));
    fixture.shows(&refunded, "refunded", json!(10)).await;
    fixture.shows(&disputed, "disputed", json!(20)).await;
    assert_eq!(fixture.balances().await, (3_100, 0));
    fixture.agrees().await;
    fixture.eventually("the progress is stored", || fixture.has_compared()).await;
    fixture.close(&id, Outcome::Succeeded);
    fixture.clock().advance(Duration::from_hours(24));
    // The buyer's session has ended meanwhile.
    let won = || async { fixture.stored(&disputed).await.refunds().unwrap().disputed.won == 2_000 };
    fixture.eventually("the dispute is won", won).await;
    fixture.agrees().await;
}

#[tokio::test]
async fn money_of_an_unknown_payment_is_a_difference_until_its_refund() {
    let fixture = simulated().await;
    fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let reference = fixture.act(|provider, now| {
        let create = provider_simulator::Request::create_intent(900, "usd")
            .confirmed_with("pm_card_visa")
            .with_metadata("payment_id", "0123456789abcdef01234567");
        let held = provider.handle(&create, now).response().unwrap().json();
        let id = held["id"].as_str().unwrap().to_owned();
        provider.act(Action::Capture(None), &id, now).unwrap();
        id
    });
    fixture.clock().advance(Duration::from_mins(2));
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(!fixture.has_compared().await);
    fixture.act(|provider, now| provider.act(Action::Refund(None), &reference, now)).unwrap();
    // After this time a comparison does not include the payment any more.
    let until = fixture.now().plus(Duration::from_hours(72));
    let later = || async {
        if fixture.now() < until {
            fixture.clock().advance(Duration::from_hours(1));
        }
        fixture.has_compared().await
    };
    fixture.eventually("no difference is left", later).await;
}

#[tokio::test]
async fn a_payment_that_cannot_be_compared_does_not_block_others() {
    let fixture = simulated().await;
    let before = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let broken = fixture.sell(&[(2, 4_100)], "pm_card_visa").await;
    let after = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    for sale in [&before, &after] {
        fixture.refund_in_dashboard(sale, Some(1_000));
    }
    // More refunds than are listed per payment. The newest movements come first.
    for _ in 0..1_001 {
        fixture.refund_in_dashboard(&broken, Some(1));
    }
    fixture.clock().advance(Duration::from_mins(2));
    fixture.shows(&before, "refunded", json!(10)).await;
    fixture.shows(&after, "refunded", json!(10)).await;
    assert!(!fixture.has_compared().await, "the next comparison begins where this one did");
}

impl With<Simulator> {
    /// Whether a comparison has ended without a difference.
    async fn has_compared(&self) -> bool {
        let store = self.app.store(payments::NAME);
        store.find::<Reconciliation>("provider").await.unwrap().is_some()
    }
}
