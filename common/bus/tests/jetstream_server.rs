//! The JetStream engine and its server: rejected settings, a delivery limit set by hand, a deleted
//! consumer, two processes on one bus.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use async_nats::jetstream::consumer::{Config, PullConsumer};
use bus::{Bus, BusMessage, Durability, JetStreamSettings, Settlement};
use bytes::Bytes;
use futures::FutureExt as _;
use sources::Clock;
use testing::bus_suite::{
    OTHER, SUBJECT, bodies, consumer, done, drain, drain_all, fetch, message, new_letter, publish,
};
use testing::engines::nats::{Nats, settings, shared_url};
use testing::platforms::START;

/// Bound on delayed actions of the server.
const WHILE_MAX: Duration = Duration::from_secs(30);

async fn open(settings: &JetStreamSettings) -> Bus {
    Bus::jetstream(settings.clone(), Clock::manual(START).0).await.unwrap()
}

async fn refusal(settings: JetStreamSettings) -> String {
    match Bus::jetstream(settings, Clock::System).await {
        Ok(bus) => panic!("{} is open", bus.describe()),
        Err(unavailable) => unavailable.chain(),
    }
}

#[tokio::test]
async fn a_server_that_acknowledges_before_it_writes_is_rejected() {
    let required = |urls: &[String]| Durability::Required(urls.to_vec());
    let (safe, unsafe_) = (Nats::start(), Nats::start_with_periodic_sync());
    let with = |nats: &Nats, durability| JetStreamSettings { durability, ..settings(nats.url()) };
    open(&with(&safe, required(&[safe.monitor_url()]))).await;
    open(&with(&unsafe_, Durability::Unchecked)).await;
    let message = refusal(with(&unsafe_, required(&[unsafe_.monitor_url()]))).await;
    assert!(
        message.contains(&unsafe_.name) && message.contains("sync_interval: always"),
        "{message}"
    );
    let both = required(&[safe.monitor_url(), unsafe_.monitor_url()]);
    let message = refusal(with(&safe, both)).await;
    assert!(message.contains(&unsafe_.name), "{message}");
    let message = refusal(with(&safe, required(&[]))).await;
    assert!(message.contains("NATS_MONITOR_URL"), "{message}");
}

#[tokio::test]
async fn a_process_starts_while_one_of_three_servers_is_away_but_not_two() {
    let (one, other) = (Nats::start(), Nats::start());
    let away = |port: u16| format!("http://127.0.0.1:{port}");
    let with = |urls: &[String]| JetStreamSettings {
        durability: Durability::Required(urls.to_vec()),
        connect_max: Duration::from_millis(300),
        ..settings(one.url())
    };
    open(&with(&[one.monitor_url(), away(9), other.monitor_url()])).await;
    let message = refusal(with(&[one.monitor_url(), away(9), away(10)])).await;
    assert!(message.contains("cannot check") && message.contains("127.0.0.1:10"), "{message}");
    let message = refusal(with(&[away(9)])).await;
    assert!(message.contains("cannot check") && message.contains("127.0.0.1:9"), "{message}");
}

#[tokio::test]
async fn a_wrong_password_is_rejected_at_once_and_shown_nowhere() {
    let nats = Nats::start_for("shop", "p@ss");
    let url = |password: &str| nats.url().replace("//", &format!("//shop:{password}@"));
    open(&settings(url("p%40ss"))).await;
    let refused = tokio::time::timeout(WHILE_MAX / 3, refusal(settings(url("wr0ng")))).await;
    let message = refused.unwrap();
    assert!(message.contains("user and password") && !message.contains("wr0ng"), "{message}");
}

#[tokio::test]
async fn an_unreachable_server_is_named() {
    let nats = Nats::start();
    nats.kill();
    let connect_max = Duration::from_millis(300);
    let message = refusal(JetStreamSettings { connect_max, ..settings(nats.url()) }).await;
    let host = nats.url().replace("nats://", "");
    assert!(message.contains(&host) && message.contains("NATS_URL"), "{message}");
}

#[tokio::test]
async fn opening_the_bus_waits_for_a_starting_server() {
    let nats = Nats::start();
    nats.kill();
    let settings = settings(nats.url());
    let starting = tokio::task::spawn_blocking(move || {
        nats.run();
        nats
    });
    let (bus, nats) = tokio::join!(open(&settings), starting);
    assert!(bus.describe().contains(&nats.unwrap().url().replace("nats://", "")));
}

#[tokio::test]
async fn messages_at_a_delivery_limit_set_by_hand_become_dead_letters() {
    let settings = settings(shared_url());
    let bus = open(&settings).await;
    let one = consumer(&bus, "orders.on_x", &[SUBJECT]).await;
    let body = Bytes::from_static(b"[{\"a\": 1}, {\"b\": 2}]");
    let message = BusMessage { id: "x".to_owned(), subject: SUBJECT.to_owned(), body };
    limit_deliveries(&settings, "orders-on_x").await;
    bus.publish(vec![message]).await.unwrap();
    assert_eq!(fetch(&one).await.len(), 1);
    drop((one, bus));
    let bus = open(&settings).await;
    let capturing = async {
        loop {
            bus.trim_once().await.unwrap();
            let dead = bus.dead_letters(Some("orders")).await.unwrap();
            if !dead.is_empty() {
                return dead;
            }
        }
    };
    let dead = tokio::time::timeout(WHILE_MAX, capturing).await.unwrap();
    let bodies: Vec<&str> = dead.iter().map(|letter| letter.body.as_str()).collect();
    assert_eq!(bodies, ["{\"a\": 1}", "{\"b\": 2}"]);
    assert!(dead.iter().all(|letter| letter.origin == SUBJECT));
    assert!(dead.iter().all(|letter| letter.reason.contains("1 deliveries")), "{dead:?}");
    bus.trim_once().await.unwrap();
    assert_eq!(bus.dead_letters(None).await.unwrap().len(), 2);
}

/// Sets a limit as an operator would, with the server's own tools.
async fn limit_deliveries(settings: &JetStreamSettings, name: &str) {
    let client = async_nats::connect(&settings.url).await.unwrap();
    let stream = format!("{}_MARKET", settings.prefix.as_ref().unwrap());
    let jetstream = async_nats::jetstream::new(client);
    let stream = jetstream.get_stream(stream).await.unwrap();
    let consumer: PullConsumer = stream.get_consumer(name).await.unwrap();
    let config = consumer.cached_info().config.clone();
    stream.create_consumer(Config { max_deliver: 1, ..config }).await.unwrap();
}

#[tokio::test]
async fn a_consumer_deleted_by_hand_is_recreated() {
    let settings = settings(shared_url());
    let bus = open(&settings).await;
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    // Another process of the same bus removes it.
    open(&settings).await.remove_consumer("one").await.unwrap();
    publish(&bus, &["a"], SUBJECT).await;
    let consuming = async {
        loop {
            one.ready().await;
            if let Ok(fetched) = one.fetch(1).await {
                return fetched;
            }
        }
    };
    let fetched = tokio::time::timeout(WHILE_MAX, consuming).await.unwrap();
    assert_eq!(bodies(&fetched), ["a"]);
}

#[tokio::test]
async fn processes_share_a_consumer_and_inherit_unsettled_deliveries() {
    let settings = settings(shared_url());
    let (here, there) = (open(&settings).await, open(&settings).await);
    let one = consumer(&here, "one", &[SUBJECT]).await;
    let other = consumer(&there, "one", &[SUBJECT]).await;
    publish(&here, &["a", "b", "c", "d"], SUBJECT).await;
    let left = other.fetch(2).await.unwrap();
    assert_eq!(bodies(&left), ["a", "b"]);
    assert_eq!(
        drain(&one).await,
        ["c", "d"],
        "unsettled deliveries of one are not delivered to the other"
    );
    drop((other, there));
    let inherited = tokio::time::timeout(WHILE_MAX, drain_all(&one, 2)).await.unwrap();
    assert_eq!(inherited, ["a", "b"]);
}

#[tokio::test]
async fn unsettled_deliveries_of_a_running_process_are_not_redelivered() {
    let settings = settings(shared_url());
    let (here, there) = (open(&settings).await, open(&settings).await);
    let one = consumer(&here, "one", &[SUBJECT]).await;
    let other = consumer(&there, "one", &[SUBJECT]).await;
    publish(&here, &["a"], SUBJECT).await;
    let held = fetch(&one).await;
    assert_eq!(held.len(), 1);
    // The server's wait for a silent process, and half as long again.
    let waited = tokio::time::timeout(settings.ack_wait * 3 / 2, other.ready()).await;
    assert!(waited.is_err(), "it was redelivered");
    let sequence = held.first().unwrap().sequence;
    one.settle(&[Settlement::Ack { sequence }]).await;
    assert!(fetch(&other).await.is_empty());
}

#[tokio::test]
async fn a_cancelled_fetch_loses_nothing() {
    let bus = open(&settings(shared_url())).await;
    let one = consumer(&bus, "one", &[SUBJECT]).await;
    let ids: Vec<String> = (0..200).map(|id| format!("{id:03}")).collect();
    let mut seen = Vec::new();
    for id in &ids {
        one.ready().now_or_never();
        let stopped = one.fetch(2).now_or_never();
        bus.publish(vec![message(id, SUBJECT)]).await.unwrap();
        for fetched in [stopped, one.fetch(2).now_or_never()].into_iter().flatten() {
            let fetched = fetched.unwrap();
            done(&one, &fetched).await;
            seen.extend(bodies(&fetched));
        }
    }
    seen.extend(drain(&one).await);
    assert_eq!(seen, ids, "nothing waits for the acknowledgement timeout");
}

#[tokio::test]
async fn a_dead_letter_is_stored_once_for_each_key_until_it_is_replayed() {
    let bus = open(&settings(shared_url())).await;
    let letter = |key: &str| new_letter("orders", key, "{}".to_owned());
    bus.add_dead_letters(vec![letter("a"), letter("b"), letter("a")]).await.unwrap();
    bus.add_dead_letters(vec![letter("b")]).await.unwrap();
    let dead = bus.dead_letters(Some("orders")).await.unwrap();
    assert_eq!(dead.len(), 2);
    bus.replay(dead.first().unwrap().id).await.unwrap();
    bus.add_dead_letters(vec![letter("a")]).await.unwrap();
    assert_eq!(bus.dead_letters(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_dead_letter_too_large_for_the_server_is_stored_without_its_body() {
    let bus = open(&settings(shared_url())).await;
    bus.add_dead_letters(vec![new_letter("orders", "a", format!("\"{}\"", "x".repeat(2_000_000)))])
        .await
        .unwrap();
    let dead = bus.dead_letters(None).await.unwrap();
    let letter = dead.first().unwrap();
    assert_eq!(letter.body, "null");
    assert!(letter.reason.contains("2000002 bytes"), "{}", letter.reason);
}

#[tokio::test]
async fn a_batch_skips_only_the_id_that_was_published_before() {
    let bus = open(&settings(shared_url())).await;
    publish(&bus, &["a", "b"], SUBJECT).await;
    let again = ["c", "a", "d"].map(|id| message(id, OTHER)).to_vec();
    bus.publish(again).await.unwrap();
    let all = consumer(&bus, "all", &[SUBJECT, OTHER]).await;
    assert_eq!(drain(&all).await, ["a", "b", "c", "d"]);
}
