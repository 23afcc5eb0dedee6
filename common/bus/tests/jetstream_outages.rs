//! The JetStream engine while its servers are killed, paused and away: acknowledged messages are
//! kept, everything is delivered, and every wait is bounded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, BusMessage, Consumer, JetStreamSettings};
use sources::Clock;
use store::Unavailable;
use testing::bus_suite::{
    SUBJECT, bodies, consumer, done, drain, drain_all, fetch, lag_is, message, publish,
};
use testing::engines::nats::{Cluster, Nats, settings};
use tokio::sync::watch;

/// Bound on a response: short, so that a test sees it pass.
const RESPONSE_MAX: Duration = Duration::from_secs(2);

/// Bound on operations during an outage: an election takes seconds, and unsettled deliveries are
/// redelivered after half a minute.
const TROUBLE_MAX: Duration = Duration::from_mins(2);

/// Pause before a retry, as a relay's loop makes.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// Messages published at once, as a relay does.
const STEP: usize = 16;

async fn open(settings: &JetStreamSettings) -> Bus {
    let settings = JetStreamSettings { response_max: RESPONSE_MAX, ..settings.clone() };
    Bus::jetstream(settings, Clock::System).await.unwrap()
}

/// The result of an operation once the outage is over.
async fn at_last<T>(operation: impl AsyncFn() -> Result<T, Unavailable>) -> T {
    let trying = async {
        loop {
            match operation().await {
                Ok(answer) => return answer,
                Err(_) => tokio::time::sleep(RETRY_PAUSE).await,
            }
        }
    };
    tokio::time::timeout(TROUBLE_MAX, trying).await.unwrap()
}

fn step(number: usize) -> Vec<BusMessage> {
    let ids = number * STEP..(number + 1) * STEP;
    ids.map(|id| message(&format!("{id:06}"), SUBJECT)).collect()
}

/// Publishes steps as a relay does: each until it is acknowledged. Reports their number.
async fn publish_steps(bus: &Bus, steps: usize, published: watch::Sender<usize>) {
    for number in 0..steps {
        at_last(async || bus.publish(step(number)).await).await;
        published.send_replace(number + 1);
    }
}

/// Fetches and settles deliveries as a listener does, until it has seen `count` different ones.
async fn consume(consumer: &Consumer, count: usize) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let consuming = async {
        while seen.len() < count {
            consumer.ready().await;
            let deliveries = at_last(async || consumer.fetch(STEP).await).await;
            seen.extend(bodies(&deliveries));
            done(consumer, &deliveries).await;
        }
    };
    tokio::time::timeout(TROUBLE_MAX * 2, consuming).await.unwrap();
    seen
}

/// Publishes and consumes while `trouble` runs, each time that a share of the steps is published;
/// then checks the content of the log: each message, and at most this number of steps twice.
async fn through_trouble(
    settings: &JetStreamSettings,
    (steps, repeated_max): (usize, usize),
    troubles: usize,
    trouble: impl Fn(usize) + Clone + Send + 'static,
) {
    let (publisher, listener) = (open(settings).await, open(settings).await);
    let one = consumer(&listener, "one", &[SUBJECT]).await;
    let (steps_done, mut progress) = watch::channel(0);
    let making_trouble = async {
        for number in 0..troubles {
            let share = (number + 1) * steps / (troubles + 1);
            progress.wait_for(|steps| *steps >= share).await.unwrap();
            let trouble = trouble.clone();
            tokio::task::spawn_blocking(move || trouble(number)).await.unwrap();
        }
    };
    let ((), seen, ()) = tokio::join!(
        publish_steps(&publisher, steps, steps_done),
        consume(&one, steps * STEP),
        making_trouble,
    );
    let all: Vec<String> = (0..steps * STEP).map(|id| format!("{id:06}")).collect();
    assert!(seen.iter().eq(&all), "something else was delivered");
    let auditor = consumer(&publisher, "auditor", &[SUBJECT]).await;
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    let reading = async {
        while held.len() < all.len() {
            auditor.ready().await;
            drain(&auditor).await.into_iter().for_each(|id| *held.entry(id).or_default() += 1);
        }
    };
    tokio::time::timeout(TROUBLE_MAX, reading).await.unwrap();
    assert!(held.keys().eq(&all), "something else is in the log");
    let repeated = held.values().sum::<usize>() - all.len();
    assert!(repeated <= repeated_max * STEP, "{repeated} are in the log again: {held:?}");
    let settled = async || {
        // A settlement that was lost with a server causes a redelivery.
        let again = one.fetch(STEP).await?;
        done(&one, &again).await;
        match publisher.lag().await? {
            lag if lag.iter().all(|one| one.unsettled == 0) => Ok(()),
            lag => Err(Unavailable::new(format!("{lag:?}"))),
        }
    };
    at_last(settled).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_messages_survive_repeated_kills_of_the_server() {
    let nats = Arc::new(Nats::start());
    let settings = settings(nats.url());
    through_trouble(&settings, (200, 0), 4, move |_| {
        nats.kill();
        nats.run();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_works_without_any_one_of_its_members() {
    let cluster = Arc::new(Cluster::start());
    let settings = JetStreamSettings { replicas: 3, ..settings(cluster.url()) };
    // A new leader may accept a step again while that of its predecessor is replicated, but not yet
    // applied. The versions of the messages make the second one a repeat.
    through_trouble(&settings, (60, 3), 3, move |number| {
        let member = cluster.members.get(number).unwrap();
        member.kill();
        member.run();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_server_is_unavailable_within_a_bound_and_stores_each_message_once() {
    let nats = Nats::start();
    let bus = open(&settings(nats.url())).await;
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    publish(&bus, &["a"], SUBJECT).await;
    nats.pause();
    let failing = async {
        assert!(bus.publish(step(0)).await.is_err());
        assert!(one.fetch(2).await.is_err());
    };
    tokio::time::timeout(RESPONSE_MAX * 6, failing).await.unwrap();
    nats.resume();
    at_last(async || bus.publish(step(0)).await).await;
    let seen = tokio::time::timeout(TROUBLE_MAX, drain_all(&one, STEP + 1)).await.unwrap();
    assert_eq!(seen.len(), STEP + 1);
    lag_is(&bus, "one", 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn during_an_outage_operations_fail_within_a_bound_and_recover() {
    let nats = Nats::start();
    let bus = open(&settings(nats.url())).await;
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    publish(&bus, &["a", "b"], SUBJECT).await;
    let fetched = one.fetch(1).await.unwrap();
    nats.kill();
    let failing = async {
        assert!(bus.publish(step(0)).await.is_err());
        assert!(one.fetch(1).await.is_err());
        assert!(bus.lag().await.is_err());
        assert!(bus.trim_once().await.is_err());
        assert!(bus.dead_letters(None).await.is_err());
        done(&one, &fetched).await;
    };
    tokio::time::timeout(RESPONSE_MAX * 12, failing).await.unwrap();
    let refused = bus.publish(step(0)).await.unwrap_err().chain();
    assert!(refused.contains("is away"), "{refused}");
    nats.run();
    at_last(async || bus.publish(step(0)).await).await;
    // The settlement may have been lost with the server: then `a` is redelivered.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while seen.iter().filter(|id| *id != "a").count() < STEP + 1 {
        one.ready().await;
        seen.extend(drain(&one).await);
    }
    assert!(fetch(&one).await.len() <= 1);
}

#[tokio::test]
async fn a_waiting_consumer_survives_the_death_of_its_server() {
    let nats = Nats::start();
    let bus = open(&settings(nats.url())).await;
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    let waiting = async {
        one.ready().await;
        drain(&one).await
    };
    let killing = async {
        tokio::task::yield_now().await;
        nats.kill();
        nats.run();
        at_last(async || bus.publish(vec![message("a", SUBJECT)]).await).await;
    };
    let both = Box::pin(async { tokio::join!(waiting, killing) });
    let (seen, ()) = tokio::time::timeout(TROUBLE_MAX, both).await.unwrap();
    assert_eq!(seen, ["a"]);
}
