//! Requests at the edge: malformed, oversized, cross-site, not JSON; the headers of all responses.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;

use testing::{Platforms, TestApp};
use web::edge::{HEADERS_BYTES_MAX, URI_BYTES_MAX};
use web::session::CookieKind;

use crate::kiosk;
use crate::raw::{Connection, GET, JSON};

async fn app(cookie: CookieKind) -> (TestApp, SocketAddr) {
    let platforms = Platforms::in_memory();
    let sessions = web::Sessions { cookie, ..platforms.sessions() };
    let app = kiosk::start(&platforms, sessions).await;
    let address = app.base().strip_prefix("http://").unwrap().parse().unwrap();
    (app, address)
}

/// The status and the rest of the response to these bytes, on a connection of their own.
async fn answer(address: SocketAddr, request: impl AsRef<[u8]>) -> (u16, String) {
    let mut client = Connection::open(address).await;
    client.send(request).await;
    let answer = client.read_answer().await;
    let (_, status) = answer.split_once(' ').unwrap();
    let (status, rest) = status.split_once(' ').unwrap();
    (status.parse().unwrap(), rest.to_owned())
}

/// A malformed request receives a response without a body and the connection is closed, so that no
/// two parsers can disagree about the start of the next request (request smuggling).
#[tokio::test]
async fn a_malformed_request_ends_the_connection() {
    const NO_REQUEST: &[(&str, &[u8])] = &[
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("HTTP/0.9", b"GET /\r\n\r\n"),
        ("no version that there is", b"GET / HTTP/3.0\r\nHost: x\r\n\r\n"),
        ("a bad method", b"G(T / HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("no path", b"GET  HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a path without a slash", b"GET api/x HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a path that is not UTF-8", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("a NUL in the path", b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("no host", b"GET / HTTP/1.1\r\n\r\n"),
        ("two hosts", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        ("a NUL in a header", b"GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n"),
        ("a folded header", b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n"),
        ("a space before a colon", b"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n"),
        ("two lengths", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        ("the same length twice", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        ("a list of lengths", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}"),
        ("a negative length", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}"),
        ("a length with a sign", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}"),
        ("a length in hex", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n{}"),
        ("a length past 64 bits", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}"),
        ("a length and chunks", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("chunks and a length", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        ("two encodings", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        ("a list of encodings", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ("an unknown encoding", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("a hidden encoding", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        ("chunks of HTTP/1.0", b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ];
    let (_app, address) = app(CookieKind::Plain).await;
    for (what, bytes) in NO_REQUEST {
        let mut client = Connection::open(address).await;
        client.send([bytes, GET.as_bytes()].concat()).await;
        let answer = client.read_to_end().await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{what}: {answer}");
        assert_eq!(answer.matches("HTTP/1.").count(), 1, "{what}: {answer}");
    }
}

#[tokio::test]
async fn odd_paths_are_unknown_routes() {
    let (_app, address) = app(CookieKind::Plain).await;
    let paths = [
        "//health/live",
        "/health//live",
        "/health/../health/live",
        "/health/%2e%2e/health/live",
        "/health/live%00",
        "/%ff%fe",
        "/%",
        "/%zz",
        "/health;live",
        "*",
        "http://evil.example/",
    ];
    for path in paths {
        let (status, rest) =
            answer(address, format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        assert_eq!(status, 404, "{path}");
        assert!(rest.contains("\"code\":\"not_found\""), "{path}: {rest}");
        assert!(!rest.contains("evil"), "{path} is not repeated");
    }
}

#[tokio::test]
async fn oversized_requests_are_rejected_with_a_specific_code() {
    let (_app, address) = app(CookieKind::Plain).await;
    let uri = |bytes: usize| {
        let query = "q".repeat(bytes - "/health/live?".len());
        format!("GET /health/live?{query} HTTP/1.1\r\nHost: x\r\n\r\n")
    };
    let headers = |bytes: usize| {
        let value = "v".repeat(bytes - "hostx".len() - "a".len());
        format!("GET /health/live HTTP/1.1\r\nHost: x\r\nA: {value}\r\n\r\n")
    };
    let cases = [
        (uri(URI_BYTES_MAX), 200, "ok"),
        (uri(URI_BYTES_MAX + 1), 414, "uri_too_long"),
        (headers(HEADERS_BYTES_MAX), 200, "ok"),
        (headers(HEADERS_BYTES_MAX + 1), 431, "headers_too_large"),
    ];
    for (request, status, word) in cases {
        let (answered, rest) = answer(address, request).await;
        assert_eq!(answered, status, "{word}: {rest}");
        assert!(rest.contains(&format!("\"{word}\"")), "{rest}");
    }
    let many: Vec<String> = (0..96).map(|at| format!("A{at}: b\r\n")).collect();
    let many = many.concat();
    let request = format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{many}\r\n");
    assert_eq!(answer(address, request).await.0, 431, "more than 96 headers");
}

/// The parser accepts a line that ends in LF alone (RFC 9112, 2.2) and a target with a host
/// (3.2.2), as nginx and Envoy do. Neither makes two requests of one, or one of two.
#[tokio::test]
async fn bare_line_feeds_and_targets_with_a_host_are_one_request() {
    let (_app, address) = app(CookieKind::Plain).await;
    for request in [
        "GET /health/live HTTP/1.1\nHost: x\n\n",
        "GET http://x/health/live HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET HTTP://X/health/live HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let mut client = Connection::open(address).await;
        client.send(request).await;
        let first = client.read_answer().await;
        assert!(first.starts_with("HTTP/1.1 200 OK"), "{request:?}: {first}");
        client.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let second = client.read_answer().await;
        assert!(second.starts_with("HTTP/1.1 404"), "{request:?}: {second}");
    }
    // The host of the target prevails over the header.
    for host in ["x", "shop.example"] {
        let origin = format!("Origin: http://{host}");
        let post = format!("POST http://{host}/api/ring HTTP/1.1\r\nHost: x\r\n{origin}\r\n\r\n");
        assert_eq!(answer(address, post).await.0, 204, "{host}");
        let post = format!("POST http://other/api/ring HTTP/1.1\r\nHost: x\r\n{origin}\r\n\r\n");
        assert_eq!(answer(address, post).await.0, 403, "{host}");
    }
}

/// Headers of a POST from a browser; whether it is accepted with cookies for http, and for https.
const SITES: &[(&str, bool, bool)] = &[
    ("", true, true),
    ("Sec-Fetch-Site: same-origin", true, true),
    ("Sec-Fetch-Site: none", true, true),
    ("Sec-Fetch-Site: same-site", false, false),
    ("Sec-Fetch-Site: cross-site", false, false),
    ("Sec-Fetch-Site: Same-Origin", false, false),
    ("Sec-Fetch-Site:", false, false),
    ("Sec-Fetch-Site: cross-site\r\nOrigin: https://shop.example:8443", false, false),
    ("Origin: https://shop.example:8443", true, true),
    ("Origin: https://SHOP.example:8443", true, true),
    ("Origin: http://shop.example:8443", true, false),
    ("Origin: https://shop.example", false, false),
    ("Origin: https://shop.example:8444", false, false),
    ("Origin: https://shop.example:8443.evil.example", false, false),
    ("Origin: https://evil.example/shop.example:8443", false, false),
    ("Origin: https://me@shop.example:8443", false, false),
    ("Origin: ftp://shop.example:8443", false, false),
    ("Origin: shop.example:8443", false, false),
    ("Origin: null", false, false),
    ("Origin:", false, false),
];

#[tokio::test]
async fn only_requests_of_this_site_may_change_state() {
    let (_plain_app, plain) = app(CookieKind::Plain).await;
    let (_secure_app, secure) = app(CookieKind::Secure).await;
    for (headers, by_http, by_https) in SITES {
        let line = if headers.is_empty() { String::new() } else { format!("{headers}\r\n") };
        let post = format!("POST /api/ring HTTP/1.1\r\nHost: shop.example:8443\r\n{line}\r\n");
        for (address, is_heard) in [(plain, by_http), (secure, by_https)] {
            let (status, rest) = answer(address, &post).await;
            assert_eq!(status, if *is_heard { 204 } else { 403 }, "{headers}");
            assert_eq!(rest.contains("\"cross_site\""), !is_heard, "{headers}: {rest}");
        }
        let get = format!("GET /health/live HTTP/1.1\r\nHost: shop.example:8443\r\n{line}\r\n");
        assert_eq!(answer(secure, &get).await.0, 200, "{headers}: nothing changes by it");
    }
}

#[tokio::test]
async fn only_json_bodies_in_utf_8_are_accepted() {
    const TYPE: &[&str] = &["accept: application/json"];
    const CHARSET: &[&str] = &["accept: application/json", "The charset of the body must be UTF-8"];
    const CODING: &[&str] = &["accept-encoding: identity", "must not be compressed"];
    let (_app, address) = app(CookieKind::Plain).await;
    let cases: [(&str, &[&str]); 28] = [
        ("Content-Type: application/json", &[]),
        ("Content-Type: application/json; charset=utf-8", &[]),
        ("Content-Type: Application/JSON;charset=\"UTF-8\"", &[]),
        ("Content-Type: application/json\r\nContent-Encoding: identity", &[]),
        ("Content-Type: application/json;", &[]),
        ("Content-Type: application/json ; ;charset=UTF8;", &[]),
        ("Content-Type: application/json; charset=utf-8; version=1", &[]),
        ("Content-Type: application/json; odata=verbose", &[]),
        ("Content-Type: application/json; a=\"b;\\\"c\"; charset=utf-8", &[]),
        ("Content-Type: application/json; boundary=x", &[]),
        ("Content-Type: application/json; charset=utf-8; charset=utf-16", CHARSET),
        ("Content-Type: application/json; charset=", TYPE),
        ("Content-Type: application/json; a=\"b", TYPE),
        ("Content-Type: application/json; a=b c", TYPE),
        ("Content-Type: application/json; a=b, text/plain", TYPE),
        ("Content-Type: application/json application/json", TYPE),
        ("Content-Type: application/json; charset=utf-16", CHARSET),
        ("Content-Type: application/json; charset=latin1", CHARSET),
        ("Content-Type: application/json, text/plain", TYPE),
        ("Content-Type: application/json\r\nContent-Type: text/plain", TYPE),
        ("Content-Type: application/json\r\nContent-Encoding: gzip", CODING),
        ("Content-Type: application/merge-patch+json", TYPE),
        ("Content-Type: text/plain", TYPE),
        ("Content-Type: text/plain; application/json", TYPE),
        ("Content-Type: application/x-www-form-urlencoded", TYPE),
        ("Content-Type: multipart/form-data; boundary=x", TYPE),
        ("Content-Type:", TYPE),
        ("X: y", TYPE),
    ];
    for (headers, named) in cases {
        let is_taken = named.is_empty();
        for (path, body, status) in [("say", "{\"text\": \"hi\"}", 200), ("ring", "{}", 204)] {
            let length = body.len();
            let post = format!(
                "POST /api/{path} HTTP/1.1\r\nHost: x\r\n{headers}\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            let (answered, rest) = answer(address, post).await;
            assert_eq!(answered, if is_taken { status } else { 415 }, "{path}, {headers}");
            assert_eq!(rest.contains("\"unsupported_media_type\""), !is_taken, "{headers}: {rest}");
            assert!(named.iter().all(|named| rest.contains(named)), "{headers}: {rest}");
        }
    }
    let ring = "POST /api/ring HTTP/1.1\r\nHost: x\r\n";
    for (rest, status) in [
        ("\r\n", 204),
        ("Content-Length: 0\r\n\r\n", 204),
        // A form without fields.
        ("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n", 415),
        ("Content-Length: 2\r\n\r\n{}", 415),
        ("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 415),
    ] {
        assert_eq!(answer(address, format!("{ring}{rest}")).await.0, status, "{rest:?}");
    }
}

#[tokio::test]
async fn every_response_forbids_browsers_to_store_or_run_it() {
    let headers = [
        "cache-control: no-store",
        "content-security-policy: default-src 'none'; frame-ancestors 'none'",
        "cross-origin-resource-policy: same-origin",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "x-frame-options: DENY",
        "x-request-id: ",
    ];
    let hsts = "strict-transport-security: max-age=31536000; includeSubDomains\r\n";
    for cookie in [CookieKind::Plain, CookieKind::Secure] {
        let (_app, address) = app(cookie).await;
        for (request, status) in [
            ("GET /health/live", 200),
            ("GET /openapi.json", 200),
            ("GET /metrics", 200),
            ("POST /api/ring", 204),
            ("GET /api/who", 401),
            ("GET /nothing", 404),
            ("TRACE /health/live", 405),
            ("OPTIONS /api/say", 405),
            ("CONNECT x:1", 404),
            ("POST /api/say", 415),
            ("GET /api/fail", 503),
        ] {
            let (answered, rest) =
                answer(address, format!("{request} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
            assert_eq!(answered, status, "{request}");
            for header in headers {
                assert_eq!(
                    rest.matches(&format!("\r\n{header}")).count(),
                    1,
                    "{request}: {header}"
                );
            }
            assert_eq!(rest.contains(hsts), cookie == CookieKind::Secure, "{request}");
            for revealing in ["\r\nserver:", "\r\nx-powered-by:", "\r\naccess-control-"] {
                assert!(!rest.contains(revealing), "{request}: {revealing}");
            }
        }
        let too_large =
            format!("POST /api/say HTTP/1.1\r\nHost: x\r\n{JSON}Content-Length: 99999\r\n\r\n");
        let (status, rest) = answer(address, too_large).await;
        assert_eq!((status, rest.contains(hsts)), (413, cookie == CookieKind::Secure));
    }
}

#[tokio::test]
async fn a_head_response_of_any_route_has_no_body() {
    let (_app, address) = app(CookieKind::Plain).await;
    for path in ["/health/live", "/metrics", "/openapi.json", "/nothing"] {
        let mut client = Connection::open(address).await;
        // A body would be read as the start of the next response.
        client.send(format!("HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        client.send("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        let both = client.read_to_end().await;
        let (head, rest) = both.split_once("\r\n\r\n").unwrap();
        let status = if path == "/nothing" { "404" } else { "200" };
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {head}");
        assert!(rest.starts_with("HTTP/1.1 200"), "{path}: {rest}");
    }
    let mut client = Connection::open(address).await;
    client.send("HEAD /api/ring HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    let refused = client.read_to_end().await;
    assert!(refused.starts_with("HTTP/1.1 405") && refused.contains("allow: POST"), "{refused}");
}
