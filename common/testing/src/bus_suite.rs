//! What every engine of the bus must do: one law a function, each given a way to open the same bus again.
//!
//! [`bus_suite!`](crate::bus_suite!) makes a test of each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bus::listener::back_off;
use bus::{Bus, BusMessage, Consumer, ConsumerSpec, Handled, Listener, Received, Settlement};
use bus::{Delivery, Undeliverable};
use bytes::Bytes;
use contract::envelope::CloudEvent;
use contract::user::{BANNED, CREATED, Standing, UserState};
use contract::{MessageType, Timestamp, UserId};
use parking_lot::Mutex;
use sources::{Clock, Ids, ManualClock};
use store::Unavailable;

/// A bus under test, its clock, and how it is opened again.
pub struct Rig {
    /// The bus.
    pub bus: Bus,
    /// Its clock.
    pub clock: Clock,
    /// The clock's hand.
    pub hand: ManualClock,
    /// Opens it again, as after a restart.
    pub reopen: Box<dyn Fn(&Bus) -> Bus>,
}

const SUBJECT: &str = "market.user.created";
const OTHER: &str = "market.user.banned";

fn message(id: &str, subject: &str) -> BusMessage {
    BusMessage { id: id.to_owned(), subject: subject.to_owned(), body: Bytes::from(id.to_owned()) }
}

async fn publish(bus: &Bus, ids: &[&str], subject: &str) {
    bus.publish(ids.iter().map(|id| message(id, subject)).collect()).await.unwrap();
}

async fn consumer(bus: &Bus, name: &str, subjects: &[&str]) -> Consumer {
    let subjects = subjects.iter().map(|&subject| subject.to_owned()).collect();
    bus.consumer(ConsumerSpec { name: name.to_owned(), subjects }).await.unwrap()
}

async fn fetch(consumer: &Consumer) -> Vec<Delivery> {
    consumer.fetch(100).await.unwrap()
}

fn bodies(deliveries: &[Delivery]) -> Vec<String> {
    deliveries.iter().map(|one| String::from_utf8_lossy(&one.body).into_owned()).collect()
}

fn done(consumer: &Consumer, deliveries: &[Delivery]) {
    let settlements: Vec<Settlement> =
        deliveries.iter().map(|one| Settlement::Done { sequence: one.sequence }).collect();
    consumer.settle(&settlements);
}

/// What is published is delivered in order, on its own subject only, and once it is settled never again.
pub async fn messages_are_delivered_in_order_until_settled(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    publish(&rig.bus, &["x"], OTHER).await;
    publish(&rig.bus, &["c"], SUBJECT).await;
    let fetched = fetch(&one).await;
    assert_eq!(bodies(&fetched), ["a", "b", "c"]);
    assert!(fetched.iter().all(|delivery| delivery.attempt == 1));
    assert!(fetch(&one).await.is_empty(), "outstanding ones are not delivered twice");
    done(&one, &fetched);
    rig.hand.advance(Duration::from_hours(1));
    assert!(fetch(&one).await.is_empty());
}

/// Consumers do not disturb each other; a new one starts at the oldest message kept.
pub async fn consumers_are_independent(rig: Rig) {
    publish(&rig.bus, &["a"], SUBJECT).await;
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let both = consumer(&rig.bus, "both", &[SUBJECT, OTHER]).await;
    done(&one, &fetch(&one).await);
    publish(&rig.bus, &["x"], OTHER).await;
    assert!(fetch(&one).await.is_empty());
    assert_eq!(bodies(&fetch(&both).await), ["a", "x"]);
}

/// What is not settled in time, or is asked for again, is delivered again with a higher attempt.
pub async fn unsettled_messages_are_delivered_again(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    let fetched = fetch(&one).await;
    let sequence = fetched.first().unwrap().sequence;
    one.settle(&[Settlement::Again { sequence, after: Duration::from_secs(2) }]);
    assert!(fetch(&one).await.is_empty());
    rig.hand.advance(Duration::from_secs(2));
    one.ready().await;
    let again = fetch(&one).await;
    assert_eq!(bodies(&again), ["a"]);
    assert_eq!(again.first().unwrap().attempt, 2);
    rig.hand.advance(bus::log::ACK_WAIT);
    assert_eq!(bodies(&fetch(&one).await), ["a", "b"]);
}

/// The same id within the duplicate window is one message; after it, another.
pub async fn a_duplicate_is_left_out_within_the_window(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "a"], SUBJECT).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    assert_eq!(bodies(&fetch(&one).await), ["a", "b"]);
}

/// A restart loses nothing: what was settled stays so, what was not is delivered again, duplicates are still known.
pub async fn a_restart_loses_nothing(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b", "c"], SUBJECT).await;
    let fetched = fetch(&one).await;
    done(&one, fetched.get(..1).unwrap());
    // Another publish carries the consumer's floor to the disk.
    publish(&rig.bus, &["d"], SUBJECT).await;
    let again = (rig.reopen)(&rig.bus);
    let one = consumer(&again, "one", &[SUBJECT]).await;
    publish(&again, &["c", "e"], SUBJECT).await;
    one.ready().await;
    let mut all = bodies(&fetch(&one).await);
    all.extend(bodies(&fetch(&one).await));
    assert_eq!(all, ["b", "c", "d", "e"]);
}

/// What every consumer has settled goes once its duplicate window has passed; what one has not stays.
pub async fn settled_messages_go_and_others_stay(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let slow = consumer(&rig.bus, "slow", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    done(&one, &fetch(&one).await);
    rig.hand.advance(Duration::from_mins(10));
    rig.bus.trim_once().await.unwrap();
    let lag = |name: &str| rig.bus.lag().into_iter().find(|lag| lag.consumer == name).unwrap();
    assert_eq!((lag("one").unsettled, lag("slow").unsettled), (0, 2));
    let fetched = fetch(&slow).await;
    assert_eq!(bodies(&fetched), ["a", "b"]);
    done(&slow, &fetched);
    rig.bus.trim_once().await.unwrap();
    assert_eq!(lag("slow").unsettled, 0);
    let new = consumer(&rig.bus, "new", &[SUBJECT]).await;
    publish(&rig.bus, &["c"], SUBJECT).await;
    assert!(bodies(&fetch(&new).await).ends_with(&["c".to_owned()]));
}

// Listeners.

/// What a test's listener was given, and what it is to answer.
#[derive(Clone, Default)]
struct Script {
    seen: Arc<Mutex<Vec<UserId>>>,
    outages: Arc<AtomicU32>,
    panics: Arc<AtomicU32>,
    refused: Arc<Mutex<Option<UserId>>>,
}

const TYPES: &[MessageType<UserState>] = &[CREATED];

async fn listener(rig: &Rig, script: &Script) -> Listener {
    let script = script.clone();
    let handler = move |received: Received<UserState>| {
        let script = script.clone();
        async move { answer(&script, received.state.id) }
    };
    Listener::new(&rig.bus, &rig.clock, ("suite", "on_user_created"), TYPES, handler).await.unwrap()
}

fn take_one(counter: &AtomicU32) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

fn answer(script: &Script, user: UserId) -> Result<Handled, Undeliverable> {
    script.seen.lock().push(user);
    assert!(!take_one(&script.panics), "a planned panic");
    if take_one(&script.outages) {
        return Err(Undeliverable::Retry(Unavailable::new("a planned outage")));
    }
    if *script.refused.lock() == Some(user) {
        return Err(Undeliverable::Refused("a planned refusal".to_owned()));
    }
    Ok(Handled::Applied)
}

fn user(at: u64) -> UserState {
    let (standing, created_at) = (Standing::Good, Timestamp::from_unix_ms(0));
    let id = Ids::seeded(at).next(created_at).into();
    UserState { id, version: 1, standing, created_at }
}

async fn publish_users(rig: &Rig, id: &str, users: &[UserState], type_: MessageType<UserState>) {
    let seal = |user: &UserState| {
        CloudEvent::seal(&type_.of(user.clone()), "suite", rig.clock.now(), None)
    };
    let events: Vec<CloudEvent> = users.iter().map(|user| seal(user).unwrap()).collect();
    let body = Bytes::from(serde_json::to_vec(&events).unwrap());
    let message = BusMessage { id: id.to_owned(), subject: CREATED.subject(), body };
    rig.bus.publish(vec![message]).await.unwrap();
}

/// A listener handles every message of an envelope, and settles it.
pub async fn a_listener_handles_each_message_once(rig: Rig) {
    let script = Script::default();
    let listener = listener(&rig, &script).await;
    publish_users(&rig, "1", &[user(1), user(2)], CREATED).await;
    listener.wait().await;
    assert_eq!(listener.run_once().await.unwrap(), 1);
    assert_eq!(listener.run_once().await.unwrap(), 0);
    assert_eq!(*script.seen.lock(), [user(1).id, user(2).id]);
    assert_eq!(rig.bus.lag().first().unwrap().unsettled, 0);
}

/// An outage is retried for ever, with a growing pause, and is nobody's dead letter.
pub async fn an_outage_is_retried_with_a_growing_pause(rig: Rig) {
    let script = Script::default();
    let listener = listener(&rig, &script).await;
    script.outages.store(30, Ordering::SeqCst);
    publish_users(&rig, "1", &[user(1)], CREATED).await;
    for attempt in 1..=30 {
        assert_eq!(listener.run_once().await.unwrap(), 1);
        assert_eq!(listener.run_once().await.unwrap(), 0);
        rig.hand.advance(back_off(attempt));
    }
    assert_eq!(listener.run_once().await.unwrap(), 1);
    assert_eq!(script.seen.lock().len(), 31);
    assert!(rig.bus.dead_letters(None).await.unwrap().is_empty());
    assert_eq!(back_off(1), bus::listener::BACK_OFF_FIRST);
    assert_eq!(back_off(30), bus::listener::BACK_OFF_MAX);
}

/// What is refused or cannot be read becomes a dead letter, alone; the others of its envelope are handled.
pub async fn a_dead_letter_goes_alone_and_can_be_replayed(rig: Rig) {
    let script = Script::default();
    let listener = listener(&rig, &script).await;
    *script.refused.lock() = Some(user(2).id);
    publish_users(&rig, "1", &[user(1), user(2), user(3)], CREATED).await;
    let junk = Bytes::from_static(b"[{\"specversion\":\"1.0\"}, 7]");
    let no_array = Bytes::from_static(b"\xff not json");
    for (id, body) in [("2", junk), ("3", no_array)] {
        let message = BusMessage { id: id.to_owned(), subject: CREATED.subject(), body };
        rig.bus.publish(vec![message]).await.unwrap();
    }
    publish_users(&rig, "4", &[user(4)], BANNED).await;
    assert_eq!(listener.run_once().await.unwrap(), 4);
    assert_eq!(listener.run_once().await.unwrap(), 0);
    assert_eq!(script.seen.lock().len(), 3);
    let dead = rig.bus.dead_letters(Some("suite")).await.unwrap();
    assert_eq!(
        dead.len(),
        5,
        "the refused one, two of the second envelope, the third, a type not subscribed to"
    );
    let refused = dead.iter().find(|letter| letter.reason == "a planned refusal").unwrap();
    assert_eq!(refused.subject, "dead.suite.on_user_created.user.created");
    assert!(refused.body.contains(&user(2).id.to_string()));
    assert!(rig.bus.dead_letters(Some("other")).await.unwrap().is_empty());
    *script.refused.lock() = None;
    rig.bus.replay(refused.id).await.unwrap();
    assert_eq!(listener.run_once().await.unwrap(), 1);
    assert_eq!(script.seen.lock().len(), 4);
    assert_eq!(rig.bus.dead_letters(None).await.unwrap().len(), 4);
    assert!(rig.bus.replay(refused.id).await.is_err());
}

/// A handler that panics is tried again, and given up after a bounded number of attempts.
pub async fn a_panicking_handler_is_given_up_in_the_end(rig: Rig) {
    let script = Script::default();
    let listener = listener(&rig, &script).await;
    script.panics.store(1_000, Ordering::SeqCst);
    publish_users(&rig, "1", &[user(1)], CREATED).await;
    for attempt in 1..=bus::listener::PANICS_MAX {
        assert!(rig.bus.dead_letters(None).await.unwrap().is_empty());
        assert_eq!(listener.run_once().await.unwrap(), 1);
        rig.hand.advance(back_off(attempt));
    }
    assert_eq!(rig.bus.dead_letters(None).await.unwrap().len(), 1);
    assert_eq!(listener.run_once().await.unwrap(), 0);
}

/// The bound within which a test that hangs is failed.
pub const TEST_TIME_MAX: Duration = Duration::from_mins(1);

/// Makes a test of each law, on rigs that `$rig` makes.
#[macro_export]
macro_rules! bus_suite {
    ($rig:expr) => {
        $crate::bus_suite!(@laws $rig;
            messages_are_delivered_in_order_until_settled,
            consumers_are_independent,
            unsettled_messages_are_delivered_again,
            a_duplicate_is_left_out_within_the_window,
            a_restart_loses_nothing,
            settled_messages_go_and_others_stay,
            a_listener_handles_each_message_once,
            an_outage_is_retried_with_a_growing_pause,
            a_dead_letter_goes_alone_and_can_be_replayed,
            a_panicking_handler_is_given_up_in_the_end,
        );
    };
    (@laws $rig:expr; $($law:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $law() {
            let (rig, _kept) = $rig;
            let law = $crate::bus_suite::$law(rig);
            tokio::time::timeout($crate::bus_suite::TEST_TIME_MAX, law).await.unwrap();
        }
    )+};
}
