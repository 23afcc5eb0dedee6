//! Pages while the other services are down.

use std::net::{SocketAddr, TcpListener};

use contract::{Outgoing, inventory, ticket};
use reqwest::Method;
use serde_json::{Value, json};
use storefront::{NAME, Settings};
use testing::{Platforms, TestApp};

const TICKET: &str = "692000f2a1b2c3d4e5f60701";

/// An address at which nothing listens.
fn closed() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}

async fn open() -> TestApp {
    let platforms = Platforms::in_memory();
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(NAME, sessions.clone());
    let settings = Settings { own_address: Some(closed()), ..Settings::default() };
    let service = storefront::service(platform, settings).await.unwrap();
    let app = TestApp::start(&platforms, sessions, vec![service]);
    app.settle().await;
    app
}

fn offered() -> Outgoing {
    let state: Value = json!({
        "id": TICKET,
        "version": 1,
        "seller": "692000f2a1b2c3d4e5f60702",
        "title": "Concert",
        "price": {"minorUnits": 2050, "currency": "usd"},
        "quantity": 9,
        "offer": "open",
        "createdAt": "2026-11-21T19:30:00.000Z",
    });
    ticket::CREATED.of(serde_json::from_value(state).unwrap())
}

fn stock(version: u64, sold: u32) -> Outgoing {
    let state = json!({
        "ticketId": TICKET,
        "version": version,
        "ticketVersion": 1,
        "capacity": 9,
        "held": 0,
        "sold": sold,
    });
    inventory::CHANGED.of(serde_json::from_value(state).unwrap())
}

#[tokio::test]
async fn pages_of_what_is_on_offer_need_no_other_service() {
    let app = open().await;
    app.deliver(&[offered(), stock(2, 1)]).await;
    let path = format!("/tickets/{TICKET}");
    for path in ["/", &path] {
        let page = app.get(None, path).await.expect(200);
        assert!(page.body.contains("Concert") && page.body.contains("8 left"), "{}", page.body);
    }
}

#[tokio::test]
async fn pages_and_commands_of_a_service_that_is_down_are_unavailable() {
    let app = open().await;
    app.deliver(&[offered(), stock(2, 1)]).await;
    let user = app.user();
    let order = app.request(Method::POST, &format!("/tickets/{TICKET}"), Some(&user));
    let order = order.header("Content-Type", "application/x-www-form-urlencoded");
    let ordered = app.send(order.body(format!("quantity.{TICKET}=1"))).await;
    for reply in [app.get(Some(&user), "/orders").await, ordered] {
        assert_eq!((reply.status, reply.header("retry-after")), (503, "1"), "{}", reply.body);
        assert!(reply.header("content-type").starts_with("text/html"), "{:?}", reply.headers);
    }
}

#[tokio::test]
async fn copies_apply_newer_versions_only_in_any_order() {
    let app = open().await;
    // The stock arrives before the ticket, an older stock after a newer one.
    app.deliver(&[stock(3, 4)]).await;
    app.deliver(&[offered(), stock(2, 1), stock(3, 4), offered()]).await;
    let page = app.get(None, &format!("/tickets/{TICKET}")).await.expect(200);
    assert!(page.body.contains("5 left"), "{}", page.body);
    assert!(app.dead_letters().await.is_empty());
}
