//! The faults of the memory bus: planned ones, and random ones by their seed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bus::memory::DELAY;
use bus::{Bus, BusFault, Handled, Listener, Received, Undeliverable};
use contract::catalogue::services::Subscription;
use contract::user::{CREATED, UserState};
use sources::{Clock, ManualClock};
use testing::bus_suite::{SUBJECT, bodies, consumer, done, drain, fetch, message, publish};
use testing::platforms::START;

fn bus() -> (Bus, Clock, ManualClock) {
    let (clock, hand) = Clock::manual(START);
    (Bus::memory(clock.clone()), clock, hand)
}

#[tokio::test]
async fn a_failed_publish_has_no_effect_and_one_with_a_lost_acknowledgement_has() {
    let (bus, ..) = bus();
    let (one, faults) = (consumer(&bus, "one", &[SUBJECT]).await, bus.faults().unwrap());
    faults.plan(BusFault::FailPublish);
    assert!(bus.publish(vec![message("a", SUBJECT)]).await.is_err());
    assert!(fetch(&one).await.is_empty());
    faults.plan(BusFault::LosePublishAck);
    assert!(bus.publish(vec![message("b", SUBJECT)]).await.is_err());
    assert_eq!(drain(&one).await, ["b"]);
}

#[tokio::test]
async fn deliveries_fail_arrive_late_out_of_order_and_twice() {
    let (bus, _, hand) = bus();
    let (one, faults) = (consumer(&bus, "one", &[SUBJECT]).await, bus.faults().unwrap());
    publish(&bus, &["a", "b", "c"], SUBJECT).await;
    faults.plan(BusFault::FailFetch);
    assert!(one.fetch(10).await.is_err());
    faults.plan(BusFault::DelayDelivery);
    faults.plan(BusFault::ReorderDeliveries);
    faults.plan(BusFault::DuplicateDeliveries);
    let fetched = fetch(&one).await;
    assert_eq!(bodies(&fetched), ["c", "b", "c", "b"]);
    done(&one, &fetched).await;
    assert!(fetch(&one).await.is_empty());
    hand.advance(DELAY);
    one.ready().await;
    assert_eq!(bodies(&fetch(&one).await), ["a"]);
}

#[tokio::test]
async fn a_lost_settlement_is_a_redelivery() {
    let (bus, _, hand) = bus();
    let (one, faults) = (consumer(&bus, "one", &[SUBJECT]).await, bus.faults().unwrap());
    publish(&bus, &["a"], SUBJECT).await;
    faults.plan(BusFault::LoseSettlement);
    done(&one, &fetch(&one).await).await;
    hand.advance(bus::log::ACK_WAIT);
    let again = fetch(&one).await;
    assert_eq!(bodies(&again), ["a"]);
    done(&one, &again).await;
    hand.advance(bus::log::ACK_WAIT);
    assert!(fetch(&one).await.is_empty());
}

#[tokio::test]
async fn a_message_is_not_settled_before_its_dead_letter_is_stored() {
    let (bus, clock, hand) = bus();
    let refuse = |_: Received<UserState>| async {
        Err::<Handled, _>(Undeliverable::Refused("a planned refusal".to_owned()))
    };
    let name = ("suite", Subscription::durable("on_user_created", "user.created"));
    let listener = Listener::new(&bus, &clock, name, &[CREATED], refuse).await.unwrap();
    publish(&bus, &["junk"], SUBJECT).await;
    bus.faults().unwrap().plan(BusFault::FailDeadLetter);
    assert!(listener.run_once().await.is_err());
    assert!(bus.dead_letters(None).await.unwrap().is_empty());
    hand.advance(bus::listener::RETRY.pause(1));
    assert_eq!(listener.run_once().await.unwrap(), 1);
    assert_eq!(bus.dead_letters(None).await.unwrap().len(), 1);
    // The dead letter was stored, but its delivery is redelivered: it is the same dead letter.
    hand.advance(bus::log::ACK_WAIT);
    publish(&bus, &["more junk"], SUBJECT).await;
    let faults = bus.faults().unwrap();
    faults.plan(BusFault::LoseSettlement);
    assert_eq!(listener.run_once().await.unwrap(), 1);
    hand.advance(bus::log::ACK_WAIT);
    assert_eq!(listener.run_once().await.unwrap(), 1);
    assert_eq!(bus.dead_letters(None).await.unwrap().len(), 2);
}

/// The events on a bus with random faults: each result of a publish, each delivery.
async fn events(seed: u64) -> Vec<String> {
    let (bus, _, hand) = bus();
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    bus.faults().unwrap().by_chance(seed, 200);
    let mut story = Vec::new();
    for number in 0..100 {
        let published = bus.publish(vec![message(&number.to_string(), SUBJECT)]).await;
        story.push(published.is_ok().to_string());
        if let Ok(fetched) = one.fetch(3).await {
            story.extend(bodies(&fetched));
            done(&one, &fetched).await;
        }
        hand.advance(DELAY);
    }
    bus.faults().unwrap().stop();
    // Nothing is lost: every published message is delivered.
    hand.advance(bus::log::ACK_WAIT);
    story.extend(drain(&one).await);
    story
}

#[tokio::test]
async fn random_faults_repeat_with_the_seed() {
    let first = events(1).await;
    assert_eq!(first, events(1).await);
    assert_ne!(first, events(2).await);
    assert!(first.iter().any(|word| word == "false"));
}
