//! The operator's commands: dead letters, status, resync, doctor; on the embedded engines and on
//! the servers of production.

use std::process::Command;

use bus::{Bus, BusMessage, Durability, JetStreamSettings};
use bytes::Bytes;
use serde_json::{Value, json};
use sources::Clock;
use testing::engines::{mongo, nats};

use crate::running::{Marketplace, eventually, on_servers, program, run, servers};

async fn publish_poison(bus: &Bus) {
    let subject = "market.ticket.created".to_owned();
    let body = Bytes::from_static(b"[{\"neither\": \"a CloudEvent\"}]");
    let message = BusMessage { id: "poison".to_owned(), subject, body };
    bus.publish(vec![message]).await.unwrap();
}

/// Runs a command that must succeed; returns its output.
fn output_of(command: &mut Command) -> String {
    let (code, output, errors) = run(command);
    assert_eq!((code, errors.as_str()), (0, ""), "{output}");
    output
}

/// The dead letters of orders, as the command prints them.
fn given_up(command: &mut Command) -> Vec<Value> {
    let letters: Vec<Value> = serde_json::from_str(&output_of(command)).unwrap();
    letters.into_iter().filter(|letter| letter["service"] == "orders").collect()
}

/// Waits until orders has stored a number of dead letters, of which some may have been replayed.
async fn until_given_up(marketplace: &Marketplace, count: u32) {
    let name = "bus_messages_total{listener=\"orders.on_ticket_changed\",outcome=\"given_up\"}";
    let are_stored = async || marketplace.metric(name).await == Some(count);
    eventually(&format!("orders stores {count} dead letters"), are_stored).await;
}

#[tokio::test]
async fn an_operator_repairs_a_stopped_marketplace() {
    let dir = tempfile::tempdir().unwrap();
    let data = |flags: &[&str]| program(dir.path(), flags);
    let marketplace = Marketplace::start(dir.path(), &[]);
    let seller = marketplace.sign_up("seller").await;
    let ticket = json!({"title": "Concert", "price": 5});
    marketplace.create(&seller, "/api/tickets", ticket).await;
    let (code, _, errors) = run(&mut data(&["status"]));
    assert!(code == 1 && errors.contains("used by another running process"), "{errors}");
    marketplace.stop().await;

    let bus = Bus::embedded(&dir.path().join("bus.db"), Clock::System).unwrap();
    publish_poison(&bus).await;
    drop(bus);
    let marketplace = Marketplace::start(dir.path(), &[]);
    until_given_up(&marketplace, 1).await;
    marketplace.stop().await;

    let list = || data(&["dead-letters", "list", "--service", "orders", "--json"]);
    let letters = given_up(&mut list());
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["origin"], "market.ticket.created");
    assert_eq!(letters[0]["message"], json!({"neither": "a CloudEvent"}));
    let id = letters[0]["id"].to_string();
    let shown = output_of(&mut data(&["dead-letters", "show", &id]));
    assert!(shown.contains("not a CloudEvent") && shown.contains("neither"), "{shown}");
    let (code, output, _) = run(&mut data(&["doctor"]));
    assert!(code == 1 && output.contains("FAIL  dead letters of orders"), "{output}");
    output_of(&mut data(&["dead-letters", "replay", &id]));
    assert!(given_up(&mut list()).is_empty());
    let (code, _, errors) = run(&mut data(&["dead-letters", "show", &id]));
    assert!(code == 1 && errors.contains("no such dead letter"), "{errors}");
    let status = output_of(&mut data(&["status"]));
    assert!(status.contains("orders.on_ticket_changed"), "{status}");

    // A replay of an unreadable message fails again.
    let marketplace = Marketplace::start(dir.path(), &[]);
    until_given_up(&marketplace, 1).await;
    marketplace.stop().await;
    assert_eq!(given_up(&mut list()).len(), 1);
    let replay = ["dead-letters", "replay", "--all", "--service", "orders"];
    assert!(output_of(&mut data(&replay)).starts_with("1 message"));
    assert!(output_of(&mut data(&["resync", "tickets"])).starts_with("tickets: 1 message"));
    assert!(output_of(&mut data(&["resync", "auth"])).starts_with("auth: 2 messages"));
    let (code, _, errors) = run(&mut data(&["remove-consumer", "nobody"]));
    assert!(code == 1 && errors.contains("orders.on_ticket_changed"), "{errors}");
    output_of(&mut data(&["remove-consumer", "tickets.on_inventory_changed"]));
    let (_, output, _) = run(&mut data(&["doctor"]));
    assert!(output.contains("missing: tickets.on_inventory_changed"), "{output}");
}

#[tokio::test]
async fn operator_commands_work_on_the_servers_of_a_running_marketplace() {
    let (database, broker) = servers().await;
    let dir = tempfile::tempdir().unwrap();
    let url = database.url();
    let command = |arguments: &[&str]| {
        let mut command = on_servers(dir.path(), &url, &broker);
        command.args(arguments);
        command
    };
    let marketplace = Marketplace::start_by(&mut command(&["--port", "0"]));
    assert!(marketplace.banner.contains("store: mongodb 127.0.0.1:"), "{}", marketplace.banner);
    assert!(marketplace.banner.contains("NATS JetStream"), "{}", marketplace.banner);
    let (buyer, ticket) = marketplace.sold(1, "tok_visa").await;

    let output = output_of(&mut command(&["doctor"]));
    assert!(output.contains("ok    fsync before acknowledge"), "{output}");
    let status: Value =
        serde_json::from_str(&output_of(&mut command(&["status", "--json"]))).unwrap();
    let consumers = status["consumers"].as_array().unwrap().iter();
    let consumers: Vec<_> =
        consumers.map(|consumer| consumer["consumer"].as_str().unwrap()).collect();
    let known: Vec<_> =
        contract::catalogue::consumers().into_iter().map(|(name, _)| name).collect();
    assert_eq!(consumers, known, "the catalogue names every consumer");
    output_of(&mut command(&["grant-admin", "ann@example.com"]));
    marketplace.becomes(Some(&buyer), "/api/users/currentuser", "currentUser", Value::Null).await;
    marketplace.becomes(Some(&buyer), "/api/orders", "code", json!("not_signed_in")).await;

    let settings = JetStreamSettings::new(broker.url(), Durability::Unchecked);
    let bus = Bus::jetstream(settings, Clock::System).await.unwrap();
    publish_poison(&bus).await;
    until_given_up(&marketplace, 1).await;
    let list = || command(&["dead-letters", "list", "--service", "orders", "--json"]);
    let letters = given_up(&mut list());
    assert_eq!(letters.len(), 1);
    output_of(&mut command(&["dead-letters", "replay", &letters[0]["id"].to_string()]));
    until_given_up(&marketplace, 2).await;
    for (service, messages) in [("tickets", 1), ("orders", 2), ("payments", 1), ("expiration", 0)] {
        let output = output_of(&mut command(&["resync", service]));
        assert_eq!(output, format!("{service}: {messages} messages published\n"));
    }
    assert_eq!(marketplace.available(ticket.parse().unwrap()).await, 0);
    marketplace.stop().await;
}

#[tokio::test]
async fn the_doctor_explains_how_to_enable_transactions_in_mongodb() {
    let (database, broker) =
        tokio::task::spawn_blocking(|| (mongo::Mongo::start_standalone(), nats::Nats::start()))
            .await
            .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (code, output, _) = run(on_servers(dir.path(), &database.url(), &broker).arg("doctor"));
    let line = output.lines().find(|line| line.starts_with("FAIL  MongoDB")).unwrap_or_default();
    for words in ["is not a replica set", "mongod --replSet rs0", "rs.initiate()"] {
        assert!(line.contains(words), "{words} is not in {output}");
    }
    assert!(code == 1 && output.contains("ok    NATS JetStream"), "the other checks run: {output}");
}
