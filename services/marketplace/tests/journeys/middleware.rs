//! Behaviour of every route: request ids, security headers, cross-site refusals, unknown routes and
//! methods.

use reqwest::Method;
use serde_json::json;
use sources::Trace;
use testing::marketplace::Engines as _;

use crate::test_marketplace::open;

#[tokio::test]
async fn unknown_routes_are_problems() {
    let marketplace = open().await;
    let app = &marketplace.app;
    for path in [
        "/nothing",
        "/api",
        "/api/nothing",
        "/api/nothing/",
        "/API/TICKETS",
        "/api/orders/x/y",
        "/%2e%2e/etc/passwd",
    ] {
        app.get(None, path).await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_trailing_slash_is_redirected_with_query_and_method() {
    let marketplace = open().await;
    let app = &marketplace.app;
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let client = client.build().unwrap();
    for (method, path, place) in [
        (Method::GET, "/api/tickets/", "/api/tickets"),
        (Method::HEAD, "/api/tickets//", "/api/tickets"),
        (Method::GET, "/api/tickets/?limit=5&q=a%20b", "/api/tickets?limit=5&q=a%20b"),
        (Method::POST, "/api/orders/", "/api/orders"),
        (Method::PUT, "/api/tickets/a%0Db/", "/api/tickets/a%0Db"),
        (Method::GET, "/health/live/", "/health/live"),
    ] {
        let reply = client.request(method, format!("{}{path}", app.base())).send().await.unwrap();
        assert_eq!(reply.status(), 308, "{path}");
        assert_eq!(reply.headers()["location"], place, "{path}");
    }
    for path in ["//evil.example/", "/nothing/", "/api/", "/api/tickets/x/y/"] {
        let reply = client.get(format!("{}{path}", app.base())).send().await.unwrap();
        assert_eq!(reply.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn every_response_has_an_id_and_security_headers() {
    let marketplace = open().await;
    let app = &marketplace.app;
    let one = app.get(None, "/api/tickets").await.expect(200);
    let two = app.get(None, "/api/nothing").await;
    for reply in [&one, &two] {
        assert_eq!(reply.header("x-request-id").len(), 24);
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(reply.header("content-security-policy").contains("default-src 'none'"));
    }
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
}

#[tokio::test]
async fn a_cross_site_request_of_a_browser_is_rejected() {
    let marketplace = open().await;
    let seller = marketplace.sign_up("seller").await;
    let app = &marketplace.app;
    let own = app.base().to_owned();
    let send = |name: &'static str, value: String| {
        let request = app.request(Method::POST, "/api/tickets", Some(&seller));
        app.send(request.header(name, value).json(&json!({"title": "x", "price": 1})))
    };
    for site in ["cross-site", "same-site", "nonsense"] {
        send("Sec-Fetch-Site", site.to_owned()).await.expect_problem(403, "cross_site");
    }
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "file://"] {
        send("Origin", origin.to_owned()).await.expect_problem(403, "cross_site");
    }
    for site in ["same-origin", "none"] {
        send("Sec-Fetch-Site", site.to_owned()).await.expect(201);
    }
    send("Origin", own).await.expect(201);
    let read =
        app.request(Method::GET, "/api/tickets", None).header("Sec-Fetch-Site", "cross-site");
    app.send(read).await.expect(200);
}

#[tokio::test]
async fn a_message_carries_the_trace_of_its_request_and_not_of_the_client() {
    let marketplace = open().await;
    let seller = marketplace.sign_up("seller").await;
    let given = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = marketplace.app.request(Method::POST, "/api/tickets", Some(&seller));
    let request = request.header("traceparent", format!("00-{given}-00f067aa0ba902b7-01"));
    marketplace.app.send(request.json(&json!({"title": "x", "price": 1}))).await.expect(201);
    marketplace.quiet().await;
    // The listener of the first message works in the same trace, and so do the messages that it
    // publishes.
    let mut traces = Vec::new();
    for name in ["ticket.created", "inventory.changed"] {
        traces.extend(marketplace.traces_of(name).await);
    }
    assert_eq!(traces.len(), 2, "{traces:?}");
    assert!(traces[0] == traces[1] && traces[0] != given, "{traces:?}");
}

#[tokio::test]
async fn every_step_of_an_order_is_in_the_trace_of_the_order() {
    let marketplace = open().await;
    let (seller, buyer) = marketplace.seller_and_buyer().await;
    let ticket = marketplace.offer(&seller, 3).await;
    let paid = marketplace.order_one(&buyer, ticket).await;
    // The trace that a client names has no effect.
    let request = marketplace.app.request(Method::POST, "/api/payments", Some(&buyer));
    let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = request.header("traceparent", given);
    let request = request.json(&json!({"orderId": paid, "token": "tok_visa"}));
    marketplace.app.while_time_passes(marketplace.app.send(request)).await.expect(201);
    let forgotten = marketplace.order_one(&buyer, ticket).await;
    marketplace.quiet().await;
    marketplace.let_the_deadline_pass().await;
    marketplace.order_becomes(&buyer, forgotten, "cancelled").await;
    marketplace.quiet().await;
    let expected = [
        ("order.created", 2),
        // The capture may reach orders before the start of the payment: each has a consumer of its
        // own.
        ("order.updated", 0),
        ("order.completed", 1),
        ("order.cancelled", 1),
        ("payment.started", 1),
        ("payment.authorized", 1),
        ("payment.captured", 1),
        // The sweep may run before the hint arrives.
        ("expiration.complete", 0),
    ];
    for (name, count) in expected {
        let traces = marketplace.traces_of(name).await;
        let of_orders = [paid, forgotten].map(|order| Trace::of(order).trace_id());
        assert!(traces.len() >= count, "{name}");
        assert!(traces.iter().all(|trace| of_orders.contains(trace)), "{name}: {traces:?}");
    }
}

#[tokio::test]
async fn the_process_reports_its_health() {
    let marketplace = open().await;
    let app = &marketplace.app;
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(app.get(None, path).await.expect(200).json(), json!({"status": "ok"}));
    }
    assert_eq!(app.get(None, "/metrics").await.status, 200);
    let document = app.get(None, "/openapi.json").await.expect(200);
    assert_eq!(document.text("openapi"), "3.1.0");
}
