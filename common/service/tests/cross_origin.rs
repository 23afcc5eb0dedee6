//! CORS: off by default; pages of the configured origins may use the API, and no others.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use reqwest::Method;
use testing::{Platforms, Reply, TestApp};
use web::CorsOrigins;

use crate::kiosk;

const SHOP: &str = "https://shop.example";

async fn open(origins: &str) -> TestApp {
    let platforms = Platforms::in_memory();
    let cors_origins = CorsOrigins::parse(origins).unwrap();
    let sessions = web::Sessions { cors_origins, ..platforms.sessions() };
    kiosk::start(&platforms, sessions).await
}

async fn send(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = app.request(method, path, None);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request).await
}

async fn preflight(app: &TestApp, origin: &str) -> Reply {
    let headers = [("Origin", origin), ("Access-Control-Request-Method", "PUT")];
    send(app, Method::OPTIONS, "/api/notes/x", &headers).await
}

#[tokio::test]
async fn without_the_setting_no_other_origin_reads_or_writes() {
    let app = open("").await;
    preflight(&app, SHOP).await.expect_problem(405, "method_not_allowed");
    let read = send(&app, Method::GET, "/health/live", &[("Origin", SHOP)]).await.expect(200);
    assert_eq!((read.header("access-control-allow-origin"), read.header("vary")), ("", ""));
    let post = send(&app, Method::POST, "/api/ring", &[("Origin", SHOP)]).await;
    post.expect_problem(403, "cross_site");
}

#[tokio::test]
async fn a_listed_origin_reads_and_writes_and_preflight_requests_confirm_it() {
    let app = open("https://shop.example,http://localhost:5173").await;
    for origin in [SHOP, "http://localhost:5173"] {
        let allowed = preflight(&app, origin).await.expect(204);
        assert_eq!(allowed.header("access-control-allow-origin"), origin);
        assert_eq!(allowed.header("access-control-allow-credentials"), "true");
        assert_eq!(allowed.header("access-control-allow-methods"), "GET, HEAD, POST, PUT, DELETE");
        assert_eq!(allowed.header("access-control-max-age"), "600");
        let headers = allowed.header("access-control-allow-headers");
        assert!(headers.contains("Idempotency-Key") && headers.contains("If-Match"), "{headers}");
        assert_eq!(allowed.header("x-request-id").len(), 24, "as every response");
        for site in ["cross-site", "same-site"] {
            let headers = [("Origin", origin), ("Sec-Fetch-Site", site)];
            let rung = send(&app, Method::POST, "/api/ring", &headers).await.expect(204);
            assert_eq!(rung.header("access-control-allow-origin"), origin);
            assert_eq!(rung.header("vary"), "Origin");
        }
        // A refusal is readable too.
        let missing = send(&app, Method::GET, "/api/nothing", &[("Origin", origin)]).await;
        let missing = missing.expect_problem(404, "not_found");
        assert!(missing.header("access-control-expose-headers").contains("ETag"));
    }
}

#[tokio::test]
async fn every_other_origin_is_rejected() {
    let app = open(SHOP).await;
    for origin in [
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil.example",
        "https://evil.example",
        "https://SHOP.example",
        "null",
        "",
    ] {
        preflight(&app, origin).await.expect_problem(405, "method_not_allowed");
        let headers = [("Origin", origin), ("Sec-Fetch-Site", "cross-site")];
        let post = send(&app, Method::POST, "/api/ring", &headers).await;
        let post = post.expect_problem(403, "cross_site");
        assert_eq!(post.header("access-control-allow-origin"), "", "{origin}");
        assert_eq!(post.header("vary"), "Origin", "{origin}");
    }
    let unnamed = send(&app, Method::POST, "/api/ring", &[("Sec-Fetch-Site", "cross-site")]).await;
    unnamed.expect_problem(403, "cross_site");
    let two = [("Origin", SHOP), ("Origin", "https://evil.example")];
    send(&app, Method::POST, "/api/ring", &two).await.expect_problem(403, "cross_site");
    // An OPTIONS request without the preflight header is not a preflight request.
    let plain = send(&app, Method::OPTIONS, "/api/ring", &[("Origin", SHOP)]).await;
    plain.expect_problem(405, "method_not_allowed");
    // Forms are rejected from a listed origin, too: a script can send JSON.
    let form = [("Origin", SHOP), ("Content-Type", "text/plain")];
    send(&app, Method::POST, "/api/ring", &form)
        .await
        .expect_problem(415, "unsupported_media_type");
}
