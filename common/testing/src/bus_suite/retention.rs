//! Properties of kept, removed and rejected messages, and of lag.

use std::time::Duration;

use bus::log::{DUPLICATE_WINDOW, TRIM_MAX};
use bus::{Bus, BusMessage};
use bytes::Bytes;

use super::{
    LIMITS, OTHER, Rig, SUBJECT, consumer, done, drain, fetch, lag, lag_is, message, publish,
};

/// Removes all messages that may be removed; returns their number.
async fn trim(bus: &Bus) -> usize {
    let mut removed = 0;
    loop {
        match bus.trim_once().await.unwrap() {
            0 => return removed,
            some => removed += some,
        }
    }
}

/// A message that every consumer has settled is removed once its duplicate window has passed; a
/// message that one consumer has not settled is kept.
pub async fn settled_messages_are_removed_after_their_window(rig: Rig) {
    publish(&rig.bus, &["a"], SUBJECT).await;
    rig.hand.advance(DUPLICATE_WINDOW);
    assert_eq!(trim(&rig.bus).await, 0, "no consumer has settled a message");
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let slow = consumer(&rig.bus, "slow", &[SUBJECT]).await;
    publish(&rig.bus, &["b"], SUBJECT).await;
    assert_eq!(drain(&one).await, ["a", "b"]);
    assert_eq!(trim(&rig.bus).await, 0, "one consumer has settled nothing");
    let fetched = fetch(&slow).await;
    assert_eq!(trim(&rig.bus).await, 0, "a fetched message is not settled");
    done(&slow, &fetched).await;
    assert_eq!(trim(&rig.bus).await, 1, "the window of the other has not passed");
    rig.hand.advance(DUPLICATE_WINDOW);
    assert_eq!(trim(&rig.bus).await, 1);
    let new = consumer(&rig.bus, "new", &[SUBJECT]).await;
    lag_is(&rig.bus, "new", 0).await;
    publish(&rig.bus, &["c"], SUBJECT).await;
    assert_eq!(drain(&new).await, ["c"]);
    assert_eq!(drain(&one).await, ["c"]);
}

/// A step of retention removes a bounded number of messages.
pub async fn retention_runs_in_bounded_steps(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let ids = (0..=TRIM_MAX).map(|at| at.to_string());
    rig.bus.publish(ids.map(|id| message(&id, SUBJECT)).collect()).await.unwrap();
    assert_eq!(drain(&one).await.len(), TRIM_MAX + 1);
    rig.hand.advance(DUPLICATE_WINDOW);
    assert_eq!(rig.bus.trim_once().await.unwrap(), TRIM_MAX);
    assert_eq!(rig.bus.trim_once().await.unwrap(), 1);
    assert_eq!(rig.bus.trim_once().await.unwrap(), 0);
}

/// A consumer without messages on its subjects does not keep messages on other subjects: it has
/// passed them, without a fetch.
pub async fn an_idle_consumer_does_not_delay_retention(rig: Rig) {
    let busy = consumer(&rig.bus, "busy", &[SUBJECT]).await;
    let idle = consumer(&rig.bus, "idle", &[OTHER]).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    assert_eq!(drain(&busy).await, ["a", "b"]);
    rig.hand.advance(DUPLICATE_WINDOW);
    assert_eq!(trim(&rig.bus).await, 2);
    publish(&rig.bus, &["x"], OTHER).await;
    assert_eq!(drain(&idle).await, ["x"]);
}

/// Messages that a closed consumer has not settled are kept until the consumer is removed.
pub async fn the_messages_of_a_stopped_consumer_remain_until_its_removal(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let stopped = consumer(&rig.bus, "stopped", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    assert_eq!(drain(&one).await, ["a", "b"]);
    drop((one, stopped));
    let bus = (rig.reopen)(rig.bus).await;
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    assert!(drain(&one).await.is_empty());
    rig.hand.advance(Duration::from_hours(24));
    assert_eq!(trim(&bus).await, 0);
    // The lag shows which consumer keeps the log from being trimmed.
    lag_is(&bus, "stopped", 2).await;
    // A bus that was just opened may have to wait for the end of a window.
    rig.hand.advance(DUPLICATE_WINDOW);
    let back = consumer(&bus, "stopped", &[SUBJECT]).await;
    let fetched = fetch(&back).await;
    assert_eq!(fetched.len(), 2);
    done(&back, fetched.get(..1).unwrap()).await;
    assert_eq!(trim(&bus).await, 1);
    bus.remove_consumer("stopped").await.unwrap();
    assert_eq!(lag(&bus, "stopped").await, None);
    assert!(fetch(&back).await.is_empty());
    assert_eq!(trim(&bus).await, 1);
}

/// A full log rejects messages and loses none; once its consumers have settled, it accepts messages
/// again.
pub async fn a_full_log_rejects_messages_until_it_has_space(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let large = |id: String| {
        let body = Bytes::from(vec![b'x'; 16 * 1024]);
        vec![BusMessage { id, subject: SUBJECT.to_owned(), body }]
    };
    let mut taken = 0;
    let refused = loop {
        match rig.bus.publish(large(taken.to_string())).await {
            Ok(()) => taken += 1,
            Err(refused) => break refused,
        }
        assert!(taken * 16 * 1024 <= LIMITS.log_bytes_max, "the log has no bound");
    };
    assert!(refused.chain().contains("full"), "{}", refused.chain());
    assert!(taken > 4, "only {taken} taken");
    let mut drained = 0;
    while let Some(next) = one.fetch(4).await.unwrap().get(..) {
        if next.is_empty() {
            break;
        }
        drained += next.len();
        done(&one, next).await;
    }
    assert_eq!(u64::try_from(drained).unwrap(), taken);
    assert!(rig.bus.publish(large("x".to_owned())).await.is_err(), "nothing was removed yet");
    rig.hand.advance(DUPLICATE_WINDOW);
    assert_eq!(trim(&rig.bus).await, drained);
    publish(&rig.bus, &["y"], SUBJECT).await;
    assert_eq!(drain(&one).await, ["y"]);
}

/// Lag counts new and unsettled messages on the consumer's subjects.
pub async fn the_lag_is_the_number_of_unsettled_messages(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let two = consumer(&rig.bus, "two", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b", "c"], SUBJECT).await;
    lag_is(&rig.bus, "one", 3).await;
    let fetched = one.fetch(2).await.unwrap();
    lag_is(&rig.bus, "one", 3).await;
    done(&one, fetched.get(..1).unwrap()).await;
    lag_is(&rig.bus, "one", 2).await;
    assert_eq!(drain(&two).await.len(), 3);
    let lag = rig.bus.lag().await.unwrap();
    let names: Vec<(&str, u64)> =
        lag.iter().map(|lag| (lag.consumer.as_str(), lag.unsettled)).collect();
    assert_eq!(names, [("one", 2), ("two", 0)]);
}
