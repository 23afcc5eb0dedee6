//! The contract of every bus engine: one property per function, each with a bus and a way to open
//! it again.
//!
//! [`bus_suite!`](crate::bus_suite!) makes a test of each.

pub mod deliveries;
pub mod listeners;
pub mod retention;

use std::time::Duration;

use bus::log::DUPLICATE_WINDOW;
use bus::{
    Bus, BusMessage, Consumer, ConsumerSpec, Delivery, LogLimits, NewDeadLetter, Settlement,
};
use bytes::Bytes;
use futures::future::LocalBoxFuture;
use sources::{Clock, ManualClock};

use crate::platforms::START;

/// A bus under test, its clock, and the way to open it again.
pub struct Rig {
    /// The bus, within [`LIMITS`] or with a smaller tail.
    pub bus: Bus,
    /// Its clock.
    pub clock: Clock,
    /// The handle of the manual clock.
    pub hand: ManualClock,
    /// Opens the bus again, as after a restart; its consumers must have been dropped.
    pub reopen: Reopen,
    /// Waits for the end of the duplicate window.
    pub window: Window,
}

/// The function that opens a bus again.
pub type Reopen = Box<dyn Fn(Bus) -> LocalBoxFuture<'static, Bus>>;

/// The duplicate window of a bus.
pub struct Window {
    hand: ManualClock,
    of_broker: Option<Duration>,
}

impl Window {
    /// The window of a bus that reads this manual clock.
    pub fn by(hand: &ManualClock) -> Self {
        Self { hand: hand.clone(), of_broker: None }
    }

    /// The window of a broker that has its own clock.
    pub fn of_broker(hand: &ManualClock, window: Duration) -> Self {
        Self { of_broker: Some(window), ..Self::by(hand) }
    }

    /// Advances time by less than the window. With a broker's own clock, half of the window remains
    /// for the test's work.
    pub async fn stay_within(&self) {
        self.hand.advance(DUPLICATE_WINDOW.saturating_sub(Duration::from_millis(1)));
        if let Some(window) = self.of_broker {
            tokio::time::sleep(window / 2).await;
        }
    }

    /// Advances time until the window has passed for messages published before
    /// [`Window::stay_within`], and not for messages published after it.
    pub async fn pass(&self) {
        self.hand.advance(Duration::from_millis(1));
        if let Some(window) = self.of_broker {
            tokio::time::sleep(window * 5 / 8).await;
        }
    }
}

/// A dead letter of a service.
pub fn new_letter(service: &str, key: &str, body: String) -> NewDeadLetter {
    NewDeadLetter {
        key: key.to_owned(),
        service: service.to_owned(),
        subject: format!("dead.{service}.on_x.a type with > and * and spaces"),
        origin: SUBJECT.to_owned(),
        reason: "a reason".to_owned(),
        body,
        at: START,
    }
}

/// Small limits, so that a test can fill the log.
pub const LIMITS: LogLimits = LogLimits { log_bytes_max: 512 * 1024, tail_bytes_max: 256 * 1024 };

/// The bound within which the lag must be correct.
pub const LAG_TIME_MAX: Duration = Duration::from_secs(5);

/// A subject of the suite's messages.
pub const SUBJECT: &str = "market.user.created";
/// Another subject.
pub const OTHER: &str = "market.user.banned";

/// A message whose body is its id.
pub fn message(id: &str, subject: &str) -> BusMessage {
    BusMessage { id: id.to_owned(), subject: subject.to_owned(), body: Bytes::from(id.to_owned()) }
}

/// Publishes a message for each id.
pub async fn publish(bus: &Bus, ids: &[&str], subject: &str) {
    bus.publish(ids.iter().map(|id| message(id, subject)).collect()).await.unwrap();
}

/// Opens a consumer.
pub async fn consumer(bus: &Bus, name: &str, subjects: &[&str]) -> Consumer {
    let subjects = subjects.iter().map(|&subject| subject.to_owned()).collect();
    bus.consumer(ConsumerSpec { name: name.to_owned(), subjects }).await.unwrap()
}

/// The next deliveries of a consumer.
pub async fn fetch(consumer: &Consumer) -> Vec<Delivery> {
    consumer.fetch(100).await.unwrap()
}

/// All deliveries of a consumer until none remain, settled one fetch at a time.
pub async fn drain(consumer: &Consumer) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let fetched = fetch(consumer).await;
        if fetched.is_empty() {
            return all;
        }
        done(consumer, &fetched).await;
        all.extend(bodies(&fetched));
    }
}

/// Deliveries of a consumer until there are `count`, settled one fetch at a time; sorted, since a
/// broker that lost the connection to a consumer repeats its deliveries later.
pub async fn drain_all(consumer: &Consumer, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    while all.len() < count {
        consumer.ready().await;
        all.extend(drain(consumer).await);
    }
    all.sort();
    all
}

/// The bodies, as text.
pub fn bodies(deliveries: &[Delivery]) -> Vec<String> {
    deliveries.iter().map(|one| String::from_utf8_lossy(&one.body).into_owned()).collect()
}

/// Settles deliveries.
pub async fn done(consumer: &Consumer, deliveries: &[Delivery]) {
    let settlement = |one: &Delivery| Settlement::Ack { sequence: one.sequence };
    let settlements: Vec<Settlement> = deliveries.iter().map(settlement).collect();
    consumer.settle(&settlements).await;
}

/// Waits until a consumer has this number of unsettled messages: a broker may count shortly after
/// the publication.
pub async fn lag_is(bus: &Bus, name: &str, unsettled: u64) {
    let counting = async {
        while lag(bus, name).await != Some(unsettled) {
            tokio::task::yield_now().await;
        }
    };
    let counted = tokio::time::timeout(LAG_TIME_MAX, counting).await;
    assert!(counted.is_ok(), "{name} has {:?} unsettled", lag(bus, name).await);
}

/// The number of unsettled messages of a consumer, as far as known; `None` if the consumer does not
/// exist.
pub async fn lag(bus: &Bus, name: &str) -> Option<u64> {
    let lag = bus.lag().await.unwrap();
    lag.into_iter().find(|lag| lag.consumer == name).map(|lag| lag.unsettled)
}

/// Makes a test of each property, on rigs that `$rig` makes.
#[macro_export]
macro_rules! bus_suite {
    ($rig:expr) => {
        $crate::laws!(bus_suite, $rig; deliveries:
            messages_are_delivered_in_order_until_settled,
            a_message_settled_in_any_order_is_delivered_once,
            a_fetch_returns_at_most_the_requested_number,
            consumers_are_independent,
            a_waiting_consumer_is_woken_by_a_message_of_its_subject,
            unsettled_messages_are_redelivered,
            a_reopened_consumer_receives_its_unsettled_messages,
            a_consumer_has_a_bounded_number_of_unsettled_messages,
            a_duplicate_within_the_window_is_dropped,
            a_repeated_publication_keeps_its_order,
            a_restart_loses_nothing,
            duplicates_are_known_after_a_restart,
        );
        $crate::laws!(bus_suite, $rig; retention:
            settled_messages_are_removed_after_their_window,
            retention_runs_in_bounded_steps,
            an_idle_consumer_does_not_delay_retention,
            the_messages_of_a_stopped_consumer_remain_until_its_removal,
            a_full_log_rejects_messages_until_it_has_space,
            the_lag_is_the_number_of_unsettled_messages,
        );
        $crate::laws!(bus_suite, $rig; listeners:
            a_listener_handles_each_message_once,
            messages_are_handled_concurrently,
            a_handler_works_within_the_trace_of_its_message,
            an_outage_is_retried_with_backoff,
            a_dead_letter_affects_no_other_message_and_can_be_replayed,
            redeliveries_of_an_envelope_create_one_dead_letter,
            a_message_whose_handler_panics_becomes_a_dead_letter,
        );
    };
}
