//! Rate limits of password guesses and sign-ups, through HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::num::NonZeroU32;
use std::time::Duration;

use auth::Settings;
use auth::domain::Guesses;
use auth::hashing::Cost;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use service::Platform;
use store::{Engine, Query};
use testing::{Platforms, Reply, TestApp, User};
use web::{Quota, RateLimits};

const RIGHT: &str = "a fine password";

/// The minimum cost of argon2.
fn settings() -> Settings {
    Settings { hashing: Cost { memory_kib: 8, passes: 1 }, ..Settings::default() }
}

fn per_minute(count: u32) -> Option<Quota> {
    NonZeroU32::new(count).map(Quota::per_minute)
}

/// Auth on this engine, behind a proxy.
async fn open_on(engine: Engine, platforms: &Platforms, settings: Settings) -> TestApp {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(auth::NAME, sessions.clone());
    let platform = Platform { engine, ..platform };
    let service = auth::service(platform, &platforms.key, settings).await.unwrap();
    let limits = RateLimits { trusted_proxies: 1, ..RateLimits::default() };
    TestApp::start_within(platforms, sessions, vec![service], limits)
}

async fn open_with(settings: Settings) -> TestApp {
    open_on(Engine::memory(), &Platforms::in_memory(), settings).await
}

async fn open() -> TestApp {
    open_with(settings()).await
}

async fn post_from(address: &str, app: &TestApp, path: &str, body: &Value) -> Reply {
    let request = app.request(Method::POST, path, None).header("X-Forwarded-For", address);
    app.send(request.json(body)).await
}

async fn sign_in_from(address: &str, app: &TestApp, email: &str, password: &str) -> Reply {
    let body = json!({"email": email, "password": password});
    post_from(address, app, "/api/users/signin", &body).await
}

async fn sign_up_from(address: &str, app: &TestApp, email: &str) -> Reply {
    let body = json!({"email": email, "password": RIGHT});
    post_from(address, app, "/api/users/signup", &body).await
}

/// Ann's account, made at home.
async fn ann(app: &TestApp) -> User {
    let reply = sign_up_from(HOME, app, ANN).await.expect(201);
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    User { id: reply.text("id").parse().unwrap(), cookie }
}

const ANN: &str = "ann@example.com";
const NOBODY: &str = "nobody@example.com";
const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.7";

/// The contents of a response without the id of its request.
fn shown(reply: &Reply) -> (u16, String, Value) {
    let mut body = reply.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("requestId");
    }
    (reply.status, reply.header("retry-after").to_owned(), body)
}

/// Guesses wrong until a guess has to wait.
async fn guess_until_refused(app: &TestApp, address: &str) {
    for _ in 0..6 {
        sign_in_from(address, app, ANN, "wrong").await.expect_problem(401, "bad_credentials");
    }
    sign_in_from(address, app, ANN, "wrong").await.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn each_wrong_guess_makes_the_next_wait_longer_and_unknown_addresses_look_the_same() {
    let app = open().await;
    ann(&app).await;
    let mut waits = Vec::new();
    for _ in 0..40 {
        let known = sign_in_from(ELSEWHERE, &app, ANN, "wrong").await;
        let unknown = sign_in_from(ELSEWHERE, &app, NOBODY, "wrong").await;
        assert_eq!(shown(&known), shown(&unknown));
        if known.status == 401 {
            continue;
        }
        let refused = known.expect_problem(429, "too_many_requests");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        waits.push(wait);
        // Even the right password is not verified during the wait.
        app.clock().advance(Duration::from_millis(wait * 1_000 - 1));
        sign_in_from(ELSEWHERE, &app, ANN, RIGHT).await.expect_problem(429, "too_many_requests");
        app.clock().advance(Duration::from_millis(1));
    }
    assert_eq!(waits[..9], [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    app.clock().advance(Duration::from_mins(1));
    sign_in_from(ELSEWHERE, &app, ANN, RIGHT).await.expect(200);
    guess_until_refused(&app, ELSEWHERE).await;
}

#[tokio::test]
async fn of_many_guesses_at_once_no_more_get_through_than_of_one_after_the_other() {
    let app = open().await;
    ann(&app).await;
    let guesses = (0..30).map(|_| sign_in_from(ELSEWHERE, &app, ANN, "wrong"));
    let statuses: Vec<u16> = join_all(guesses).await.iter().map(|reply| reply.status).collect();
    let looked_at = statuses.iter().filter(|status| **status == 401).count();
    // A full gate rejects too, before a guess is counted.
    assert!(statuses.iter().all(|status| [401, 429, 503].contains(status)), "{statuses:?}");
    assert!((1..=6).contains(&looked_at), "{statuses:?}");
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn guesses_of_others_do_not_delay_an_owner_at_a_familiar_address() {
    let app = open().await;
    ann(&app).await;
    guess_until_refused(&app, ELSEWHERE).await;
    sign_in_from("203.0.113.9", &app, ANN, RIGHT).await.expect(429);
    for _ in 0..10 {
        sign_in_from(HOME, &app, ANN, RIGHT).await.expect(200);
    }
    sign_in_from(ELSEWHERE, &app, ANN, RIGHT).await.expect(429);
    guess_until_refused(&app, HOME).await;
    app.clock().advance(Duration::from_secs(1));
    sign_in_from(ELSEWHERE, &app, ANN, RIGHT).await.expect(200);
    guess_until_refused(&app, ELSEWHERE).await;
    sign_in_from("203.0.113.9", &app, ANN, RIGHT).await.expect(200);
}

#[tokio::test]
async fn replicas_count_guesses_together() {
    let (platforms, engine) = (Platforms::in_memory(), Engine::shared_memory());
    let first = open_on(engine.clone(), &platforms, settings()).await;
    let second = open_on(engine, &platforms, settings()).await;
    ann(&first).await;
    for _ in 0..3 {
        sign_in_from(ELSEWHERE, &first, ANN, "wrong").await.expect(401);
        sign_in_from(ELSEWHERE, &second, ANN, "wrong").await.expect(401);
    }
    for app in [&first, &second] {
        let refused = sign_in_from(ELSEWHERE, app, ANN, RIGHT).await;
        assert_eq!(refused.expect_problem(429, "too_many_requests").header("retry-after"), "1");
    }
    first.clock().advance(Duration::from_secs(1));
    sign_in_from(ELSEWHERE, &second, ANN, RIGHT).await.expect(200);
    sign_in_from(ELSEWHERE, &first, ANN, "wrong").await.expect(401);
}

#[tokio::test]
async fn guesses_within_a_session_have_the_same_limit() {
    let app = open().await;
    let ann = ann(&app).await;
    let change = async |password: &str| {
        let body = json!({"currentPassword": password, "newPassword": "another password"});
        let request = app.request(Method::POST, "/api/users/password", Some(&ann));
        app.send(request.header("X-Forwarded-For", ELSEWHERE).json(&body)).await
    };
    for _ in 0..6 {
        change("wrong").await.expect_problem(401, "bad_credentials");
    }
    change(RIGHT).await.expect_problem(429, "too_many_requests");
    sign_in_from(ELSEWHERE, &app, ANN, RIGHT).await.expect(429);
    app.clock().advance(Duration::from_secs(1));
    change(RIGHT).await.expect(204);
}

#[tokio::test]
async fn sign_ins_and_sign_ups_are_limited_per_address_for_all_accounts() {
    let app = open_with(Settings {
        sign_in_limit: per_minute(3),
        sign_up_limit: per_minute(2),
        ..settings()
    })
    .await;
    ann(&app).await;
    sign_up_from(HOME, &app, "bob@example.com").await.expect(201);
    let refused = sign_up_from(HOME, &app, "carl@example.com").await;
    assert_eq!(refused.expect_problem(429, "too_many_requests").header("retry-after"), "30");
    sign_up_from(ELSEWHERE, &app, "carl@example.com").await.expect(201);
    for email in [ANN, NOBODY, "bob@example.com"] {
        assert_ne!(sign_in_from(HOME, &app, email, RIGHT).await.status, 429);
    }
    let refused = sign_in_from(HOME, &app, ANN, RIGHT).await;
    assert_eq!(refused.expect_problem(429, "too_many_requests").header("retry-after"), "20");
    sign_in_from(ELSEWHERE, &app, ANN, RIGHT).await.expect(200);
    app.clock().advance(Duration::from_secs(20));
    sign_in_from(HOME, &app, ANN, RIGHT).await.expect(200);
    sign_in_from(HOME, &app, ANN, RIGHT).await.expect(429);
    app.clock().advance(Duration::from_secs(10));
    sign_up_from(HOME, &app, "dora@example.com").await.expect(201);
}

/// A hundred sign-ins at once, each to another account from another /64 of one /48.
async fn flood(app: &TestApp, round: u32) -> Vec<u16> {
    let one = |number| async move {
        let number = (round * 100 + number) * 131 % 65_536;
        let (address, email) =
            (format!("2001:db8:1:{number:x}::1"), format!("{number}@example.com"));
        sign_in_from(&address, app, &email, "wrong").await.status
    };
    join_all((0..100).map(one)).await
}

#[tokio::test]
async fn a_flood_from_one_ipv6_site_is_limited_and_other_sign_ins_pass() {
    let settings = Settings { sign_in_limit: per_minute(60), ..settings() };
    let app = open_with(settings).await;
    ann(&app).await;
    let mut passed = 0;
    for round in 0..5 {
        let honest = sign_in_from(HOME, &app, ANN, RIGHT);
        let stranger = format!("2001:db8:2:{round:x}::1");
        let newcomer = sign_in_from(&stranger, &app, "bob@example.com", "wrong");
        let (flooded, honest, newcomer) = tokio::join!(flood(&app, round), honest, newcomer);
        honest.expect(200);
        assert_eq!(newcomer.status, 401);
        assert!(flooded.iter().all(|status| [401, 429, 503].contains(status)), "{flooded:?}");
        passed += flooded.iter().filter(|status| **status != 429).count();
        app.clock().advance(Duration::from_secs(1));
    }
    // Four times the burst of one address, and of its rate per second.
    assert_eq!(passed, 4 * 60 + 4 * 4);
}

#[tokio::test]
async fn stored_guesses_contain_no_address_and_expire() {
    let app = open().await;
    ann(&app).await;
    sign_in_from(ELSEWHERE, &app, NOBODY, "wrong").await.expect(401);
    let kept = || app.store(auth::NAME).query::<Guesses>(Query::on("by_end").limit(10));
    let text = serde_json::to_string(&kept().await.unwrap()).unwrap();
    for personal in ["ann", "nobody", "example", HOME, ELSEWHERE] {
        assert!(!text.contains(personal), "{personal} is in {text}");
    }
    assert_eq!(kept().await.unwrap().len(), 2, "where Ann signed up, and Nobody's");
    app.clock().advance(Duration::from_hours(1));
    app.settle().await;
    assert_eq!(kept().await.unwrap().len(), 1);
    app.clock().advance(Duration::from_hours(30 * 24));
    app.settle().await;
    assert_eq!(kept().await.unwrap(), []);
}
