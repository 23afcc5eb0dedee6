//! Rate limits of a process: for all clients, for one address; as settings.

use std::num::NonZeroU32;
use std::time::Duration;

use reqwest::Method;
use service::Mode;
use service::process_settings::{self, ProcessSettings};
use testing::{Platforms, Reply, TestApp};
use web::{Quota, RateLimits};

use crate::kiosk::{self, Gate};

async fn open(limits: RateLimits) -> TestApp {
    let platforms = Platforms::in_memory();
    let service = kiosk::open(&platforms, &Gate::closed()).await;
    TestApp::start_within(&platforms, platforms.sessions(), vec![service], limits)
}

fn per_second(count: u32) -> Option<Quota> {
    NonZeroU32::new(count).map(Quota::per_second)
}

/// Requests the signed-in user, with these addresses in `X-Forwarded-For`.
async fn ask(app: &TestApp, forwarded: &str) -> Reply {
    let request = app.request(Method::GET, "/openapi.json", None);
    app.send(request.header("X-Forwarded-For", forwarded)).await
}

#[tokio::test]
async fn a_process_limits_requests_but_not_health_and_metrics() {
    let app = open(RateLimits { requests: per_second(3), ..RateLimits::default() }).await;
    for _ in 0..10 {
        app.get(None, "/health/live").await.expect(200);
        app.get(None, "/metrics").await.expect(200);
    }
    for path in ["/openapi.json", "/nothing", "/openapi.json"] {
        assert_ne!(app.get(None, path).await.status, 429);
    }
    let refused = app.get(None, "/openapi.json").await.expect_problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("x-content-type-options"), "nosniff");
    app.get(None, "/nothing").await.expect_problem(429, "too_many_requests");
    app.get(None, "/health/live").await.expect(200);
    app.clock().advance(Duration::from_secs(1));
    for _ in 0..3 {
        app.get(None, "/openapi.json").await.expect(200);
    }
    app.get(None, "/openapi.json").await.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn an_address_claimed_by_the_client_is_ignored() {
    let app = open(RateLimits { address_requests: per_second(2), ..RateLimits::default() }).await;
    for spoofed in ["1.1.1.1", "2.2.2.2"] {
        ask(&app, spoofed).await.expect(200);
    }
    ask(&app, "3.3.3.3").await.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn behind_a_proxy_each_client_has_its_own_limit() {
    let limits = RateLimits { address_requests: per_second(2), trusted_proxies: 1, requests: None };
    let app = open(limits).await;
    for spoofed in ["6.6.6.1, 1.1.1.1", "6.6.6.2, 1.1.1.1"] {
        ask(&app, spoofed).await.expect(200);
    }
    ask(&app, "6.6.6.3, 1.1.1.1").await.expect_problem(429, "too_many_requests");
    ask(&app, "2.2.2.2").await.expect(200);
}

#[tokio::test]
async fn requests_over_an_address_limit_do_not_count_for_others() {
    let (requests, address_requests) = (per_second(3), per_second(2));
    let app = open(RateLimits { requests, address_requests, trusted_proxies: 1 }).await;
    for _ in 0..2 {
        ask(&app, "1.1.1.1").await.expect(200);
    }
    for _ in 0..10 {
        ask(&app, "1.1.1.1").await.expect(429);
    }
    ask(&app, "2.2.2.2").await.expect(200);
    ask(&app, "2.2.2.2").await.expect(429);
}

#[test]
fn limits_are_on_by_default_in_production_only() {
    let read = |arguments: &[&str]| {
        let table = process_settings::table(0, Mode::Production);
        let settings = testing::settings::given(&table, arguments, &[]);
        let process = settings.get::<ProcessSettings>();
        settings.finish(process).map(|process| process.limits.rates(process.mode))
    };
    let taken = read(&[]).unwrap();
    assert_eq!(taken.requests, per_second(20_000));
    assert_eq!((taken.address_requests, taken.trusted_proxies), (per_second(300), 0));
    let taken = read(&["--request-limit=0", "--address-limit=7", "--trusted-proxies=2"]).unwrap();
    assert_eq!((taken.requests, taken.address_requests), (None, per_second(7)));
    assert_eq!(taken.trusted_proxies, 2);
    let taken = read(&["--mode=development"]).unwrap();
    assert_eq!((taken.requests, taken.address_requests), (None, None));
    let taken = read(&["--mode=development", "--request-limit=9"]).unwrap();
    assert_eq!(taken.requests, per_second(9));
    let wrong = ["--request-limit=many", "--address-limit=-1", "--trusted-proxies=17"];
    assert_eq!(
        read(&wrong).unwrap_err().0,
        [
            "--request-limit: must be a whole number from 0 to 1000000, or auto, not \"many\"",
            "--address-limit: must be a whole number from 0 to 1000000, or auto, not \"-1\"",
            "--trusted-proxies: must be a whole number from 0 to 16, not \"17\"",
        ]
    );
}
