//! The broker goes away while the marketplace is open, and comes back.

#[expect(dead_code, reason = "other tests use the rest")]
mod running;
#[path = "running/on_servers.rs"]
mod servers;

use running::{FACT_WAIT_MAX, Marketplace};
use serde_json::{Value, json};
use servers::on_servers;
use testing::engines::mongo::Mongo;
use testing::engines::nats::Nats;
use testing::processes::holds_within;

/// Orders taken while the broker is away.
const ORDERS: u32 = 3;

/// Outbox entries that the orders service shows to have.
async fn outbox_of_orders(marketplace: &Marketplace) -> Option<u32> {
    let metrics = marketplace.text("/metrics").await;
    let name = "store_outbox_entries{store=\"orders\"}";
    metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_broker_is_away_orders_are_taken_and_all_is_delivered_when_it_is_back() {
    let (database, broker) =
        tokio::task::spawn_blocking(|| (Mongo::start(), Nats::start())).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut command = on_servers(dir.path(), &database.url(), &broker);
    let marketplace = Marketplace::start_by(command.args(["--port", "0"]));
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("ann").await);
    let offer = json!({"title": "Concert", "price": 5, "quantity": ORDERS});
    let ticket = marketplace.create(&seller, "/api/tickets", offer).await;
    let shown = format!("/api/tickets/{ticket}");
    marketplace.becomes("", &shown, "available", json!(ORDERS)).await;
    marketplace.becomes("", "/health/ready", "status", json!("ok")).await;
    let is_empty = || async { outbox_of_orders(&marketplace).await == Some(0) };
    assert!(holds_within(FACT_WAIT_MAX, is_empty).await, "the outbox does not become empty");

    tokio::task::block_in_place(|| broker.kill());
    marketplace.becomes("", "/health/ready", "degraded", json!(["bus"])).await;
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        orders.push(marketplace.create(&buyer, "/api/orders", json!({"ticketId": ticket})).await);
        let (status, _, health) = marketplace.call("", "/health/ready", None).await;
        assert_eq!((status, health), (200, json!({"status": "ok", "degraded": ["bus"]})));
    }
    let keeps_all = || async { outbox_of_orders(&marketplace).await >= Some(ORDERS) };
    assert!(holds_within(FACT_WAIT_MAX, keeps_all).await, "the outbox does not grow");
    let (_, _, unheard_of) = marketplace.call("", &shown, None).await;
    assert_eq!(unheard_of["available"], ORDERS, "tickets has not heard of it");

    tokio::task::block_in_place(|| broker.run());
    marketplace.becomes("", "/health/ready", "degraded", Value::Null).await;
    marketplace.becomes("", &shown, "available", json!(0)).await;
    for order in orders {
        let payment = json!({"orderId": order, "token": "tok_visa"});
        marketplace.create(&buyer, "/api/payments", payment).await;
        let order = format!("/api/orders/{order}");
        marketplace.becomes(&buyer, &order, "status", json!("complete")).await;
    }
    assert!(holds_within(FACT_WAIT_MAX, is_empty).await, "the outbox does not become empty");
    marketplace.stop().await;
}
