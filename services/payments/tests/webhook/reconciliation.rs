//! The daily reconciliation: changes without an event are booked, and the rest is reported as a difference.

use std::time::Duration;

use payments::documents::Reconciliation;
use provider_simulator::Outcome;
use serde_json::json;

use crate::sale::seller;
use crate::shop::Shop;

#[tokio::test]
async fn what_no_event_told_of_is_booked_soon_after_a_start_and_then_daily() {
    let shop = Shop::open().await;
    let refunded = shop.sell(&[(1, 4_100)], "pm_card_visa").await;
    let disputed = shop.sell(&[(2, 2_000)], "pm_card_visa").await;
    shop.operate(|provider, now| {
        provider.refund_in_dashboard(&refunded.reference, Some(1_000), now).unwrap();
        provider.open_dispute(&disputed.reference, None, now).unwrap();
    });
    shop.stage.clock().advance(Duration::from_mins(2));
    refunded.shows("refunded", json!(10)).await;
    disputed.shows("disputed", json!(20)).await;
    assert_eq!((shop.balance(seller(1)).await, shop.balance(seller(2)).await), (3_100, 0));
    shop.agrees().await;
    shop.stage.eventually("how far it came is kept", || shop.has_compared()).await;
    let id = shop.operate(|provider, _| provider.disputes()[0].id().to_owned());
    shop.operate(|provider, now| provider.close_dispute(&id, Outcome::Succeeded, now)).unwrap();
    shop.stage.clock().advance(Duration::from_hours(24));
    // The session of the buyer has ended meanwhile.
    let won = || async { disputed.kept().await.refunds().unwrap().disputed.won == 2_000 };
    shop.stage.eventually("the dispute is won", won).await;
    shop.agrees().await;
}

#[tokio::test]
async fn money_of_an_unknown_payment_is_a_difference_until_it_is_refunded_there() {
    let shop = Shop::open().await;
    shop.sell(&[(1, 4_100)], "pm_card_visa").await;
    let reference = shop.operate(|provider, now| {
        let create = provider_simulator::Request::create_intent(900, "usd")
            .confirmed_with("pm_card_visa")
            .with_metadata("payment_id", "0123456789abcdef01234567");
        let held = provider.handle(&create, now).response().unwrap().json();
        let id = held["id"].as_str().unwrap().to_owned();
        provider.capture_in_dashboard(&id, None, now).unwrap();
        id
    });
    shop.stage.clock().advance(Duration::from_mins(2));
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(!shop.has_compared().await);
    shop.operate(|provider, now| provider.refund_in_dashboard(&reference, None, now)).unwrap();
    // Long before the first comparison does not go back that far any more.
    let until = shop.now().plus(Duration::from_hours(72));
    let later = || async {
        if shop.now() < until {
            shop.stage.clock().advance(Duration::from_hours(1));
        }
        shop.has_compared().await
    };
    shop.stage.eventually("no difference is left", later).await;
}

#[tokio::test]
async fn a_payment_that_cannot_be_compared_does_not_keep_others_from_it() {
    let shop = Shop::open().await;
    let before = shop.sell(&[(1, 4_100)], "pm_card_visa").await;
    let broken = shop.sell(&[(2, 4_100)], "pm_card_visa").await;
    let after = shop.sell(&[(1, 4_100)], "pm_card_visa").await;
    shop.operate(|provider, now| {
        for sale in [&before, &after] {
            provider.refund_in_dashboard(&sale.reference, Some(1_000), now).unwrap();
        }
        // More than are listed of a payment. The newest movements come first.
        for _ in 0..1_001 {
            provider.refund_in_dashboard(&broken.reference, Some(1), now).unwrap();
        }
    });
    shop.stage.clock().advance(Duration::from_mins(2));
    before.shows("refunded", json!(10)).await;
    after.shows("refunded", json!(10)).await;
    assert!(!shop.has_compared().await, "the next comparison begins where this one did");
}

impl Shop {
    /// Whether a comparison has ended without a difference.
    async fn has_compared(&self) -> bool {
        let store = self.stage.store(payments::NAME);
        store.find::<Reconciliation>("provider").await.unwrap().is_some()
    }
}
