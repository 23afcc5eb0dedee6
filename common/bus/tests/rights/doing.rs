//! Each service performs its part of the catalogue on new servers, in any order of start.

use std::collections::HashMap;

use bus::jetstream::User;
use bus::{Bus, ConsumerSpec, JetStreamSettings};
use contract::catalogue::{SERVICES, consumers, consumers_of, published_by, services, types_of};
use contract::message::subject;
use sources::{Clock, ManualClock};
use testing::bus_suite::{drain, message, new_letter};
use testing::engines::nats::{DUPLICATE_WINDOW, Nats};
use testing::platforms::START;

/// A bus with a user of production.
async fn bus_of(nats: &Nats, user: User) -> (Bus, ManualClock) {
    let settings = JetStreamSettings {
        user,
        duplicate_window: DUPLICATE_WINDOW,
        ..testing::engines::nats::settings(nats.url_of(user.name()))
    };
    let (clock, hand) = Clock::manual(START);
    let bus = Bus::jetstream(JetStreamSettings { prefix: None, ..settings }, clock).await.unwrap();
    (bus, hand)
}

/// The subjects of a consumer.
fn subjects(reads: &str) -> Vec<String> {
    match reads.strip_suffix(".*") {
        Some(aggregate) => types_of(aggregate).map(subject).collect(),
        None => vec![subject(reads)],
    }
}

#[tokio::test]
async fn each_service_does_its_part_on_new_servers_in_any_order() {
    for first in 0..SERVICES.len() {
        let nats = Nats::start_inside();
        let mut services: Vec<_> = services::names().collect();
        services.rotate_left(first);
        do_all(&nats, &services).await;
    }
}

async fn do_all(nats: &Nats, services: &[&'static str]) {
    let mut open = HashMap::new();
    let mut opened = Vec::new();
    for service in services {
        let (bus, hand) = bus_of(nats, User::Service(service)).await;
        for (name, reads) in consumers_of(service) {
            let spec = ConsumerSpec { name: name.clone(), subjects: subjects(reads) };
            opened.push((name, reads, bus.consumer(spec).await.unwrap()));
        }
        open.insert(*service, (bus, hand));
    }
    for service in services {
        let (bus, _) = &open[service];
        let messages: Vec<_> =
            published_by(service).map(|name| message(name, &subject(name))).collect();
        // A single message is published in another way than several.
        bus.publish(messages.iter().take(1).cloned().collect()).await.unwrap();
        bus.publish(messages).await.unwrap();
        bus.add_dead_letters(vec![new_letter(service, "on_x/1/0", "{}".to_owned())]).await.unwrap();
        assert_eq!(bus.count_dead_letters(service).await.unwrap(), 1);
        assert_eq!(bus.lag().await.unwrap().len(), consumers().len());
    }
    for (name, reads, consumer) in &opened {
        let expected = subjects(reads).len();
        assert_eq!(drain(consumer).await.len(), expected, "{name}");
    }
    let keeper = SERVICES.iter().find(|service| service.keeps_log).unwrap();
    let (keeper, hand) = &open[keeper.name];
    assert_eq!(keeper.trim_once().await.unwrap(), 0);
    hand.advance(DUPLICATE_WINDOW * 2);
    assert!(keeper.trim_once().await.unwrap() > 0, "settled messages are not removed");
}

#[tokio::test]
async fn an_operator_lists_replays_removes_and_reconfigures() {
    let nats = Nats::start_inside();
    let (orders, _) = bus_of(&nats, User::Service("orders")).await;
    let spec = ConsumerSpec {
        name: "orders.on_ticket_changed".to_owned(),
        subjects: subjects("ticket.*"),
    };
    drop(orders.consumer(spec).await.unwrap());
    orders.add_dead_letters(vec![new_letter("orders", "on_x/1/0", "{}".to_owned())]).await.unwrap();
    let (operator, _) = bus_of(&nats, User::Operator).await;
    let letters = operator.dead_letters(None).await.unwrap();
    assert_eq!(letters.len(), 1);
    operator.replay(letters.first().unwrap().id).await.unwrap();
    assert_eq!(operator.count_dead_letters("orders").await.unwrap(), 0);
    operator.remove_consumer("orders.on_ticket_changed").await.unwrap();
    assert!(operator.lag().await.unwrap().is_empty());
}

/// A service with another size setting leaves the stream unchanged; an operator adapts it.
#[tokio::test]
async fn only_an_operator_reconfigures_a_stream() {
    let nats = Nats::start_inside();
    let larger = |user: User| {
        let url = nats.url_of(user.name());
        let settings = testing::engines::nats::settings(url);
        JetStreamSettings { user, prefix: None, log_bytes_max: 1 << 25, ..settings }
    };
    let size = async || crate::Raw::connect(&nats, "operator").await.stream_bytes_max().await;
    let (_before, _) = bus_of(&nats, User::Service("orders")).await;
    let before = size().await;
    Bus::jetstream(larger(User::Service("orders")), Clock::System).await.unwrap();
    assert_eq!(size().await, before);
    Bus::jetstream(larger(User::Operator), Clock::System).await.unwrap();
    assert_eq!(size().await, 1 << 25);
}
