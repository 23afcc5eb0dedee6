//! Properties of order, settlement, redelivery, duplicates and restarts.

use std::time::Duration;

use bus::Settlement;
use bus::log::{ACK_WAIT, OUTSTANDING_MAX};

use super::{
    OTHER, Rig, SUBJECT, bodies, consumer, done, drain, drain_all, fetch, message, publish,
};

/// Messages are delivered in order, on their own subject only, and never again after the
/// settlement.
pub async fn messages_are_delivered_in_order_until_settled(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    publish(&rig.bus, &["x"], OTHER).await;
    publish(&rig.bus, &["c"], SUBJECT).await;
    let fetched = fetch(&one).await;
    assert_eq!(bodies(&fetched), ["a", "b", "c"]);
    assert!(fetched.iter().all(|one| one.attempt == 1 && one.subject == SUBJECT));
    assert!(fetch(&one).await.is_empty(), "outstanding ones are not delivered twice");
    done(&one, &fetched).await;
    rig.hand.advance(Duration::from_hours(1));
    assert!(fetch(&one).await.is_empty());
}

/// A message that is settled before older ones stays settled.
pub async fn a_message_settled_in_any_order_is_delivered_once(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b", "c"], SUBJECT).await;
    let fetched = fetch(&one).await;
    done(&one, fetched.get(1..).unwrap()).await;
    rig.hand.advance(ACK_WAIT);
    assert_eq!(bodies(&fetch(&one).await), ["a"]);
}

/// A fetch returns at most the requested number; the next fetch returns the rest.
pub async fn a_fetch_returns_at_most_the_requested_number(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    publish(&rig.bus, &["x"], OTHER).await;
    publish(&rig.bus, &["c"], SUBJECT).await;
    assert!(one.fetch(0).await.unwrap().is_empty());
    assert_eq!(bodies(&one.fetch(2).await.unwrap()), ["a", "b"]);
    assert_eq!(bodies(&one.fetch(2).await.unwrap()), ["c"]);
    rig.hand.advance(ACK_WAIT);
    assert_eq!(bodies(&one.fetch(2).await.unwrap()), ["a", "b"]);
}

/// Consumers are independent; a new one starts at the oldest message kept.
pub async fn consumers_are_independent(rig: Rig) {
    publish(&rig.bus, &["a"], SUBJECT).await;
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let both = consumer(&rig.bus, "both", &[SUBJECT, OTHER]).await;
    done(&one, &fetch(&one).await).await;
    publish(&rig.bus, &["x"], OTHER).await;
    assert!(fetch(&one).await.is_empty());
    assert_eq!(bodies(&fetch(&both).await), ["a", "x"]);
}

/// An idle consumer waits until a message for it arrives.
pub async fn a_waiting_consumer_is_woken_by_a_message_of_its_subject(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    assert!(fetch(&one).await.is_empty());
    let publishing = async {
        tokio::task::yield_now().await;
        publish(&rig.bus, &["x"], OTHER).await;
        publish(&rig.bus, &["a"], SUBJECT).await;
    };
    let waiting = async {
        one.ready().await;
        fetch(&one).await
    };
    let ((), fetched) = tokio::join!(publishing, waiting);
    assert_eq!(bodies(&fetched), ["a"]);
}

/// A message that is not settled in time, or is nacked, is delivered again with a higher attempt.
pub async fn unsettled_messages_are_redelivered(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    let fetched = fetch(&one).await;
    let sequence = fetched.first().unwrap().sequence;
    one.settle(&[Settlement::Nak { sequence, after: Duration::from_secs(2) }]).await;
    assert!(fetch(&one).await.is_empty());
    rig.hand.advance(Duration::from_millis(1_999));
    assert!(fetch(&one).await.is_empty());
    rig.hand.advance(Duration::from_millis(1));
    one.ready().await;
    let again = fetch(&one).await;
    assert_eq!(bodies(&again), ["a"]);
    assert_eq!(again.first().unwrap().attempt, 2);
    rig.hand.advance(ACK_WAIT);
    let again = fetch(&one).await;
    assert_eq!(bodies(&again), ["a", "b"]);
    assert_eq!(again.iter().map(|one| one.attempt).collect::<Vec<_>>(), [3, 2]);
}

/// A consumer that is opened again after a crash receives its unsettled deliveries without a wait,
/// and none of the settled ones.
pub async fn a_reopened_consumer_receives_its_unsettled_messages(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b", "c"], SUBJECT).await;
    let fetched = fetch(&one).await;
    done(&one, fetched.get(1..2).unwrap()).await;
    drop(one);
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    one.ready().await;
    let again = fetch(&one).await;
    assert_eq!(bodies(&again), ["a", "c"]);
    assert!(again.iter().all(|one| one.attempt == 2));
    publish(&rig.bus, &["d"], SUBJECT).await;
    assert_eq!(bodies(&fetch(&one).await), ["d"]);
}

/// A consumer without settlements receives no more than its bound; after a settlement it continues.
pub async fn a_consumer_has_a_bounded_number_of_unsettled_messages(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    let ids = (0..OUTSTANDING_MAX + 10).map(|at| at.to_string());
    rig.bus.publish(ids.map(|id| message(&id, SUBJECT)).collect()).await.unwrap();
    let mut taken = Vec::new();
    loop {
        let fetched = fetch(&one).await;
        if fetched.is_empty() {
            break;
        }
        taken.extend(fetched);
    }
    assert_eq!(taken.len(), OUTSTANDING_MAX);
    done(&one, &taken).await;
    assert_eq!(drain(&one).await.len(), 10);
}

/// Messages with the same id within the duplicate window are one message; a later one is another.
pub async fn a_duplicate_within_the_window_is_dropped(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "a"], SUBJECT).await;
    publish(&rig.bus, &["a", "b"], SUBJECT).await;
    rig.window.stay_within().await;
    publish(&rig.bus, &["a", "c"], SUBJECT).await;
    assert_eq!(drain(&one).await, ["a", "b", "c"]);
    rig.window.pass().await;
    publish(&rig.bus, &["a", "c"], SUBJECT).await;
    publish(&rig.bus, &["a"], SUBJECT).await;
    assert_eq!(drain(&one).await, ["a"], "c was published within the window");
}

/// A publication that repeats messages of an interrupted attempt or of another relay appends the
/// others in order.
pub async fn a_repeated_publication_keeps_its_order(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT, OTHER]).await;
    let publish = async |ids: &[&str]| {
        let subject = |at: usize| if at.is_multiple_of(2) { SUBJECT } else { OTHER };
        let messages = ids.iter().enumerate().map(|(at, id)| message(id, subject(at)));
        rig.bus.publish(messages.collect()).await.unwrap();
    };
    publish(&["a", "b"]).await;
    publish(&["a", "b", "c", "d"]).await;
    publish(&["f"]).await;
    publish(&["c", "d", "e", "f", "g", "h", "f", "i"]).await;
    assert_eq!(drain(&one).await, ["a", "b", "c", "d", "f", "e", "g", "h", "i"]);
}

/// A restart loses nothing: messages settled in order stay settled, the others are delivered again,
/// possibly later.
pub async fn a_restart_loses_nothing(rig: Rig) {
    let one = consumer(&rig.bus, "one", &[SUBJECT]).await;
    publish(&rig.bus, &["a", "b", "c"], SUBJECT).await;
    let fetched = fetch(&one).await;
    done(&one, fetched.get(..1).unwrap()).await;
    publish(&rig.bus, &["d"], SUBJECT).await;
    drop(one);
    let again = (rig.reopen)(rig.bus).await;
    let one = consumer(&again, "one", &[SUBJECT]).await;
    let new = consumer(&again, "new", &[SUBJECT]).await;
    publish(&again, &["e"], SUBJECT).await;
    assert_eq!(drain_all(&one, 4).await, ["b", "c", "d", "e"]);
    assert_eq!(drain(&new).await, ["a", "b", "c", "d", "e"]);
}

/// A relay that crashed before the confirmation publishes the same ids again after the restart.
pub async fn duplicates_are_known_after_a_restart(rig: Rig) {
    publish(&rig.bus, &["a"], SUBJECT).await;
    rig.window.stay_within().await;
    publish(&rig.bus, &["b"], SUBJECT).await;
    let again = (rig.reopen)(rig.bus).await;
    let one = consumer(&again, "one", &[SUBJECT]).await;
    publish(&again, &["a", "b"], SUBJECT).await;
    assert_eq!(drain(&one).await, ["a", "b"]);
    rig.window.pass().await;
    let again = {
        drop(one);
        (rig.reopen)(again).await
    };
    let one = consumer(&again, "one", &[SUBJECT]).await;
    publish(&again, &["a", "b"], SUBJECT).await;
    assert_eq!(drain(&one).await, ["a"]);
}
