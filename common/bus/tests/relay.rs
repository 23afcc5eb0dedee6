//! The relay: committed messages are published once, in order, whatever fails.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bus::relay::RELAY_ENTRIES_MAX;
use bus::{Bus, BusFault, ConsumerSpec, Relay};
use sources::{Clock, ManualClock};
use store::{Committer, Engine, Stop, Store};
use testing::platforms::START;
use testing::store_suite::{TooHeavy, beside, open};

async fn start() -> (Bus, Relay, Store, Committer, ManualClock) {
    let (clock, hand) = Clock::manual(START);
    let (store, committer) = open(&Engine::memory()).await;
    let bus = Bus::memory(clock.clone());
    let relay = Relay::new(store.outbox(), bus.clone(), clock);
    (bus, relay, store, committer, hand)
}

async fn publish(store: &Store, version: u64) {
    let published = store.transact(move |tx| {
        let state = contract::user::UserState {
            id: contract::Id::from_bytes([1; 12]).into(),
            version,
            status: contract::user::AccountStatus::Active,
            created_at: tx.now(),
        };
        tx.publish(contract::user::CREATED.of(state));
        Ok::<_, Stop<TooHeavy>>(())
    });
    published.await.unwrap();
}

#[tokio::test]
async fn a_lost_acknowledgement_republishes_an_id_that_the_bus_skips() {
    let (bus, relay, store, mut committer, _) = start().await;
    let faults = bus.faults().unwrap();
    for version in 1..=3 {
        beside(&mut committer, publish(&store, version)).await;
    }
    faults.plan(BusFault::FailPublish);
    assert!(relay.run_once().await.is_err());
    faults.plan(BusFault::LosePublishAck);
    assert!(relay.run_once().await.is_err());
    assert_eq!(
        store.outbox().read(10).await.unwrap().len(),
        3,
        "nothing is removed unacknowledged"
    );
    assert_eq!(beside(&mut committer, relay.run_once()).await.unwrap(), 3);
    assert_eq!(relay.run_once().await.unwrap(), 0);
    let subjects = vec!["market.user.created".to_owned()];
    let spec = ConsumerSpec { name: "test".to_owned(), subjects };
    let fetched = bus.consumer(spec).await.unwrap().fetch(10).await.unwrap();
    let bodies: Vec<_> = fetched.iter().map(|one| String::from_utf8_lossy(&one.body)).collect();
    assert_eq!(bodies.len(), 3);
    for (version, body) in (1..).zip(bodies) {
        assert!(body.contains(&format!("\"version\":{version}")), "in the order of commits");
    }
}

#[tokio::test]
async fn a_step_relays_a_bounded_number() {
    let (_, relay, store, mut committer, _) = start().await;
    let entries = u64::try_from(RELAY_ENTRIES_MAX).unwrap() + 1;
    for version in 1..=entries {
        beside(&mut committer, publish(&store, version)).await;
    }
    let mut steps = Vec::new();
    for _ in 0..3 {
        steps.push(beside(&mut committer, relay.run_once()).await.unwrap());
    }
    assert_eq!(steps, [RELAY_ENTRIES_MAX, 1, 0]);
}

#[tokio::test]
async fn a_commit_and_the_clock_wake_a_waiting_relay() {
    let (_, relay, store, mut committer, hand) = start().await;
    let ((), ()) = tokio::join!(relay.wait(), beside(&mut committer, publish(&store, 1)));
    let later = async { hand.advance(bus::relay::POLL_PERIOD) };
    let ((), ()) = tokio::join!(relay.wait(), later);
}
