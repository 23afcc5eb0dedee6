//! Clients that hold on to what they have: slow heads, slow bodies, answers that are not read. None keeps a connection for ever.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::time::Duration;

use service::bounded::Patience;
use service::http::PATIENCE;
use service::server::{DRAIN_MAX, Driven};
use service::{Running, ServerOptions, serve};
use testing::Platforms;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;
use web::body::BODY_ARRIVAL_MAX;

use crate::kiosk;
use crate::kiosk::Gate;
use crate::raw::{Connection, FACT_WAIT_MAX, GET, JSON};

/// An exchange as long as a test can wait for.
const SHORT: Patience = Patience { exchange: Duration::from_secs(1), ..PATIENCE };

/// A pause as long as a test can wait for.
const SHORT_PAUSE: Patience = Patience { pause: Duration::from_secs(1), ..PATIENCE };

async fn running(platforms: &Platforms, patience: Patience) -> Running {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(kiosk::NAME, sessions.clone());
    let service = kiosk::service(&platform, Gate::closed()).await.unwrap();
    let options = ServerOptions {
        listener: TcpListener::bind(("127.0.0.1", 0)).unwrap(),
        workers: 1,
        sessions,
        clock: platforms.clock.clone(),
        ids: platforms.ids.clone(),
        metrics: None,
        loops: Driven::ByHand,
        drain: DRAIN_MAX,
        patience,
        limits: web::Limits::default(),
    };
    serve(vec![service], options).unwrap()
}

/// Returns once the fact holds.
async fn when(fact: impl Fn() -> bool) {
    let waiting = async {
        while !fact() {
            tokio::task::yield_now().await;
        }
    };
    timeout(FACT_WAIT_MAX, waiting).await.expect("it becomes so");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_answered_and_the_connection_closed() {
    let platforms = Platforms::in_memory();
    let running = running(&platforms, SHORT_PAUSE).await;
    for framing in ["Content-Length: 50\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"] {
        let mut client = Connection::open(running.address()).await;
        client.send(format!("POST /api/say HTTP/1.1\r\nHost: x\r\n{JSON}{framing}")).await;
        let late = platforms.hand().now().plus(BODY_ARRIVAL_MAX);
        when(|| platforms.hand().is_awaited(late)).await;
        platforms.hand().advance(Duration::from_millis(9_999));
        when(|| platforms.hand().is_awaited(late)).await;
        platforms.hand().advance(Duration::from_millis(1));
        let answer = client.read_to_end().await;
        assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        assert!(answer.contains("\"code\":\"request_timeout\""), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_arrives_in_time_counts_however_many_pieces_it_comes_in() {
    let platforms = Platforms::in_memory();
    let running = running(&platforms, PATIENCE).await;
    let mut client = Connection::open(running.address()).await;
    client
        .send(format!("POST /api/say HTTP/1.1\r\nHost: x\r\n{JSON}Content-Length: 13\r\n\r\n"))
        .await;
    let late = platforms.hand().now().plus(BODY_ARRIVAL_MAX);
    when(|| platforms.hand().is_awaited(late)).await;
    for piece in ["{\"text\"", ":\"hi\"", "}"] {
        platforms.hand().advance(Duration::from_secs(3));
        client.send(piece).await;
    }
    let answer = client.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\"hi\""), "{answer}");
}

#[tokio::test]
async fn a_later_head_that_does_not_end_costs_the_connection() {
    let running = running(&Platforms::in_memory(), SHORT).await;
    let mut client = Connection::open(running.address()).await;
    for _ in 0..3 {
        client.send(GET).await;
        let answer = client.read_answer().await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    client.send("GET /health/live HTTP/1.1\r\nHost: x\r\nSlow: ").await;
    assert_eq!(client.read_to_end().await, "");
}

#[tokio::test]
async fn a_connection_that_is_not_used_is_closed() {
    let running = running(&Platforms::in_memory(), SHORT_PAUSE).await;
    let mut client = Connection::open(running.address()).await;
    client.send(GET).await;
    let answer = client.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_no_answers_is_cut_off() {
    let running = running(&Platforms::in_memory(), SHORT).await;
    let mut client = Connection::open(running.address()).await;
    let request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let sending = async { while client.0.write_all(request).await.is_ok() {} };
    timeout(FACT_WAIT_MAX, sending).await.expect("it is cut off");
}

#[tokio::test]
async fn a_handler_that_hangs_costs_its_own_connection_only() {
    let running = running(&Platforms::in_memory(), SHORT).await;
    let mut hanging = Connection::open(running.address()).await;
    hanging.send("PUT /api/notes/1 HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(hanging.read_to_end().await, "");
    let mut other = Connection::open(running.address()).await;
    other.send(GET).await;
    assert!(other.read_answer().await.starts_with("HTTP/1.1 200 OK\r\n"));
}
