//! Slow clients: slow heads, slow bodies, unread responses. Each connection ends in bounded time.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use service::connection_timeouts::ConnectionTimeouts;
use service::http::TIMEOUTS;
use service::server::LoopDriver;
use service::{Running, ServerOptions, serve};
use testing::Platforms;
use testing::test_app::server_options;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;
use web::body::BODY_ARRIVAL_MAX;

use crate::kiosk;
use crate::kiosk::Gate;
use crate::raw::{Connection, FACT_WAIT_MAX, GET, JSON};

/// An exchange timeout as long as a test can wait.
const SHORT: ConnectionTimeouts =
    ConnectionTimeouts { exchange: Duration::from_secs(1), ..TIMEOUTS };

/// An idle timeout as long as a test can wait.
const SHORT_IDLE: ConnectionTimeouts =
    ConnectionTimeouts { idle: Duration::from_secs(1), ..TIMEOUTS };

async fn running(platforms: &Platforms, timeouts: ConnectionTimeouts) -> Running {
    let service = kiosk::open(platforms, &Gate::closed()).await;
    let options = server_options(platforms, platforms.sessions());
    let options = ServerOptions { loops: LoopDriver::Manual, timeouts, ..options };
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
async fn a_late_body_receives_408_and_the_connection_is_closed() {
    let platforms = Platforms::in_memory();
    let running = running(&platforms, SHORT_IDLE).await;
    for framing in ["Content-Length: 50\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"] {
        let mut client = Connection::open(running.address).await;
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
async fn a_body_in_many_pieces_is_accepted_in_time() {
    let platforms = Platforms::in_memory();
    let running = running(&platforms, TIMEOUTS).await;
    let mut client = Connection::open(running.address).await;
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
async fn an_endless_later_head_closes_the_connection() {
    let running = running(&Platforms::in_memory(), SHORT).await;
    let mut client = Connection::open(running.address).await;
    for _ in 0..3 {
        client.send(GET).await;
        let answer = client.read_answer().await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    client.send("GET /health/live HTTP/1.1\r\nHost: x\r\nSlow: ").await;
    assert_eq!(client.read_to_end().await, "");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let running = running(&Platforms::in_memory(), SHORT_IDLE).await;
    let mut client = Connection::open(running.address).await;
    client.send(GET).await;
    let answer = client.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_that_reads_no_responses_is_cut_off() {
    let running = running(&Platforms::in_memory(), SHORT).await;
    let mut client = Connection::open(running.address).await;
    let request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let sending = async { while client.0.write_all(request).await.is_ok() {} };
    timeout(FACT_WAIT_MAX, sending).await.expect("it is cut off");
}

#[tokio::test]
async fn a_hanging_handler_affects_its_own_connection_only() {
    let running = running(&Platforms::in_memory(), SHORT).await;
    let mut hanging = Connection::open(running.address).await;
    hanging.send("PUT /api/notes/1 HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(hanging.read_to_end().await, "");
    let mut other = Connection::open(running.address).await;
    other.send(GET).await;
    assert!(other.read_answer().await.starts_with("HTTP/1.1 200 OK\r\n"));
}
