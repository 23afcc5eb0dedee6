//! HTTP details: keys, headers and closed connections.

use crate::prelude::*;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::server::TestServer;

#[tokio::test]
async fn only_keys_of_test_accounts_are_accepted() {
    let server = TestServer::start();
    for header in [
        None,
        Some("sk_test_1"),
        Some("Bearer sk_live_secret"),
        Some("Bearer sk_test_"),
        Some("Basic sk_test_1"),
    ] {
        let mut asking = server.http.get(format!("{}v1/payment_intents", server.simulator.url()));
        if let Some(header) = header {
            asking = asking.header("Authorization", header);
        }
        let response = asking.send().await.unwrap();
        assert_eq!(response.status(), 401, "{header:?}");
        let error: Value = response.json().await.unwrap();
        assert_eq!(error["error"]["type"], "invalid_request_error");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert_eq!(server.send(&list("payment_intents")).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_repeat_is_marked_in_its_headers() {
    let server = TestServer::start();
    let url = format!("{}v1/payment_intents", server.simulator.url());
    let send = || {
        let posting = server.http.post(&url).bearer_auth("sk_test_local");
        let posting = posting.body("amount=2050&currency=usd&metadata%5Border%5D=17");
        posting.header("Idempotency-Key", "k").send()
    };
    let (first, again) = (send().await.unwrap(), send().await.unwrap());
    assert!(first.headers().get("Idempotent-Replayed").is_none());
    assert_eq!(again.headers()["Idempotent-Replayed"], "true");
    assert_eq!(again.headers()["Original-Request"], first.headers()["Request-Id"]);
    assert_ne!(again.headers()["Request-Id"], first.headers()["Request-Id"]);
    assert_eq!(again.headers()["Idempotency-Key"], "k");
    let (first, again) = (first.text().await.unwrap(), again.text().await.unwrap());
    assert_eq!(first, again);
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap()["metadata"]["order"], "17");
}

#[tokio::test]
async fn a_key_is_ignored_for_reads() {
    let server = TestServer::start();
    for objects in ["payment_intents", "refunds"] {
        assert_eq!(server.send(&list(objects).keyed("k")).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_not_found() {
    let server = TestServer::start();
    for (method, path) in
        [("GET", "v1/customers"), ("DELETE", "v1/payment_intents/pi_1"), ("PATCH", "v1/refunds")]
    {
        let method = method.parse().unwrap();
        let asking = server.http.request(method, format!("{}{path}", server.simulator.url()));
        let response = asking.header("Authorization", "Bearer sk_test_1").send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        let error: Value = response.json().await.unwrap();
        assert_eq!(error["error"]["type"], "invalid_request_error");
    }
}

#[tokio::test]
async fn an_oversized_body_is_rejected() {
    let server = TestServer::start();
    let large = Request::create_intent(2050, "usd").with("description", &"x".repeat(64 * 1024));
    assert_eq!(server.send(&large).await.unwrap().status, 413);
}

#[tokio::test]
async fn a_lost_response_closes_the_connection_without_a_byte() {
    for kind in ["lose_response", "lose_request"] {
        let server = TestServer::start();
        server.control("faults", json!({ "kind": kind })).await;
        let address = server.simulator.url();
        let address = address.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let reading = tokio::task::spawn_blocking(move || {
            let mut connection = TcpStream::connect(&address).unwrap();
            let form = "amount=2050&currency=usd";
            let head = format!(
                "POST /v1/payment_intents HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer sk_test_1\r\n\
                 Content-Length: {}\r\n\r\n{form}",
                form.len()
            );
            connection.write_all(head.as_bytes()).unwrap();
            let mut response = Vec::new();
            // Closed or reset: in both cases without a byte of a response.
            let _ = connection.read_to_end(&mut response);
            response
        });
        assert_eq!(String::from_utf8(reading.await.unwrap()).unwrap(), "");
        let done = server.simulator.with(|provider, _| provider.intents.len());
        assert_eq!(done, usize::from(kind == "lose_response"));
    }
}
