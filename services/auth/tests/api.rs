//! The routes of auth, black box through HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use auth::Settings;
use auth::hashing::Cost;
use contract::{session, user};
use reqwest::Method;
use serde_json::{Value, json};
use testing::{Platforms, Reply, TestApp, User};
use web::RateLimits;
use web::session::CookieKind;

/// The minimum cost of argon2.
const CHEAP: Cost = Cost { memory_kib: 8, passes: 1 };

async fn open_with(platforms: &Platforms, cookie: CookieKind) -> TestApp {
    let sessions = web::Sessions { cookie, ..platforms.sessions() };
    let platform = platforms.platform_with(auth::NAME, sessions.clone());
    let settings = Settings { hashing: CHEAP, ..Settings::default() };
    let service = auth::service(platform, &platforms.key, settings).await.unwrap();
    let limits = RateLimits { trusted_proxies: 1, ..RateLimits::default() };
    TestApp::start_within(platforms, sessions, vec![service], limits)
}

async fn open() -> TestApp {
    open_with(&Platforms::in_memory(), CookieKind::Plain).await
}

fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// The user of the reply's cookie.
fn signed_in(reply: &Reply) -> User {
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    User { id: reply.text("id").parse().unwrap(), cookie }
}

async fn sign_up(app: &TestApp, email: &str) -> User {
    let body = credentials(email, "a fine password");
    signed_in(&app.post(None, "/api/users/signup", &body).await.expect(201))
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Reply {
    app.post(None, "/api/users/signin", &credentials(email, password)).await
}

async fn current(app: &TestApp, user: &User) -> Value {
    app.get(Some(user), "/api/users/currentuser").await.expect(200).at("currentUser")
}

async fn revoked(app: &TestApp) -> usize {
    app.settle().await;
    app.published(session::REVOKED).await.len()
}

#[tokio::test]
async fn signing_up_makes_an_account_and_signs_in() {
    let app = open().await;
    let body = credentials(" Ann@Example.com ", "a fine password");
    let reply = app.post(None, "/api/users/signup", &body).await.expect(201);
    assert_eq!(reply.text("email"), "ann@example.com");
    assert_eq!(reply.json().as_object().unwrap().len(), 2, "id and email, nothing more");
    let cookie = reply.header("set-cookie");
    assert!(
        cookie.starts_with("session=") && cookie.contains("; HttpOnly; SameSite=Lax; Max-Age=900")
    );
    assert!(cookie.contains("Path=/;") && !cookie.contains("Secure"));
    let ann = signed_in(&reply);
    assert_eq!(current(&app, &ann).await, json!({"id": ann.id, "email": "ann@example.com"}));
    assert_eq!(
        app.get(None, "/api/users/currentuser").await.expect(200).json(),
        json!({"currentUser": null})
    );
    let again = app.post(None, "/api/users/signup", &body).await;
    again.expect_problem(409, "email_taken");
    app.settle().await;
    let created = app.published(user::CREATED).await;
    assert_eq!(created.first().map(|created| created.id), Some(ann.id));
    assert!(!serde_json::to_string(&created).unwrap().contains("ann"), "no address leaves auth");
}

#[tokio::test]
async fn over_https_the_cookie_is_a_host_cookie() {
    let app = open_with(&Platforms::in_memory(), CookieKind::Secure).await;
    let body = credentials("ann@example.com", "a fine password");
    let reply = app.post(None, "/api/users/signup", &body).await.expect(201);
    let host_cookies = |reply: &Reply, names: &[&str]| {
        let cookies = reply.headers.get_all("set-cookie").iter();
        let cookies: Vec<&str> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
        assert_eq!(cookies.len(), names.len());
        for (cookie, name) in cookies.iter().zip(names) {
            assert!(cookie.starts_with(*name) && cookie.ends_with("; Secure"), "{cookie}");
            assert!(cookie.contains("; Path=/; ") && !cookie.contains("Domain"), "{cookie}");
        }
    };
    host_cookies(&reply, &["__Host-session=", "__Host-renewal=", "__Host-device="]);
    let ann = signed_in(&reply);
    assert!(current(&app, &ann).await.is_object());
    let other = User { id: ann.id, cookie: reply.cookies().replace("__Host-", "__Secure-") };
    let renewed = app.post(Some(&other), "/api/users/renew", &json!({})).await;
    renewed.expect_problem(401, "not_signed_in");
    let out = app.post(Some(&ann), "/api/users/signout", &json!({})).await.expect(200);
    host_cookies(&out, &["__Host-session=", "__Host-renewal="]);
    for cookie in out.headers.get_all("set-cookie") {
        assert!(cookie.to_str().unwrap().contains("=; Path=/; "), "cleared where it was set");
    }
}

#[tokio::test]
async fn bad_credentials_are_refused_field_by_field() {
    let app = open().await;
    for (body, fields) in [
        (json!({}), vec!["email", "password"]),
        (credentials("ann", "short"), vec!["email", "password"]),
        (json!({"email": 7, "password": true, "admin": true}), vec!["admin", "email", "password"]),
        (credentials("a@b", "a fine password"), vec!["email"]),
        (credentials("a b@example.com", "a fine password"), vec!["email"]),
        (credentials("a@@example.com", "a fine password"), vec!["email"]),
        (credentials("@example.com", "a fine password"), vec!["email"]),
        (credentials("a@-example.com", "a fine password"), vec!["email"]),
        (credentials(&format!("{}@example.com", "a".repeat(65)), "a fine password"), vec!["email"]),
        (credentials("ann@example.com", "1234567"), vec!["password"]),
        (credentials("ann@example.com", &"x".repeat(129)), vec!["password"]),
        (credentials("ann@example.com", "Password123"), vec!["password"]),
        (credentials("ann@example.com", "iloveyou"), vec!["password"]),
    ] {
        app.post(None, "/api/users/signup", &body).await.expect_fields(&fields);
    }
    let eight_and_most = ["xkcd 936".to_owned(), "🔑".repeat(128)];
    for (at, password) in eight_and_most.iter().enumerate() {
        let body = credentials(&format!("{at}@example.com"), password);
        app.post(None, "/api/users/signup", &body).await.expect(201).text("id");
    }
    app.post(None, "/api/users/signin", &json!({"email": "x"}))
        .await
        .expect_fields(&["email", "password"]);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_the_same() {
    let app = open().await;
    let ann = sign_up(&app, "ann@example.com").await;
    let right = sign_in(&app, "ANN@example.com", "a fine password").await.expect(200);
    assert_eq!(signed_in(&right).id, ann.id);
    let body = |reply: Reply| {
        let mut body = reply.expect_problem(401, "bad_credentials").json();
        body["requestId"] = Value::Null;
        body
    };
    let wrong = body(sign_in(&app, "ann@example.com", "another password").await);
    assert_eq!(wrong, body(sign_in(&app, "bob@example.com", "another password").await));
}

#[tokio::test]
async fn many_sign_ups_with_one_address_make_one_account() {
    let app = open().await;
    let body = credentials("ann@example.com", "a fine password");
    let all = (0..8).map(|_| app.post(None, "/api/users/signup", &body));
    let replies = futures::future::join_all(all).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.text("code") == "email_taken").count(), 7);
}

#[tokio::test]
async fn a_repeated_sign_up_with_the_same_key_is_one_account() {
    let app = open().await;
    let send = |email: &str, password: &str| {
        let request = app.request(Method::POST, "/api/users/signup", None);
        app.send(request.header("Idempotency-Key", "k").json(&credentials(email, password)))
    };
    let first = send("ann@example.com", "a fine password").await.expect(201);
    let again = send("ann@example.com", "a fine password").await.expect(201);
    assert_eq!(first.body, again.body);
    assert!(current(&app, &signed_in(&again)).await.is_object(), "signed in anew");
    let wrong = send("ann@example.com", "another password").await;
    wrong.expect_problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn sign_up_keys_of_different_addresses_are_independent() {
    let app = open().await;
    let send = |email: &str, password: &str| {
        let request = app.request(Method::POST, "/api/users/signup", None);
        app.send(request.header("Idempotency-Key", "1").json(&credentials(email, password)))
    };
    let ann = send("ann@example.com", "a fine password").await.expect(201).text("id");
    let bob = send("bob@example.com", "a fine password").await.expect(201).text("id");
    assert_ne!(ann, bob);
    sign_up(&app, "cat@example.com").await;
    send("cat@example.com", "a fine password").await.expect_problem(409, "email_taken");
    assert_eq!(send(" ANN@example.com ", "a fine password").await.expect(201).text("id"), ann);
    assert_eq!(send("bob@example.com", "a fine password").await.expect(201).text("id"), bob);
}

#[tokio::test]
async fn a_wrong_password_by_a_known_sign_up_key_is_a_guess_like_any_other() {
    let app = open().await;
    let send = |password: &str, address: &str| {
        let request = app.request(Method::POST, "/api/users/signup", None);
        let request = request.header("Idempotency-Key", "1").header("X-Forwarded-For", address);
        app.send(request.json(&credentials("ann@example.com", password)))
    };
    send("a fine password", "203.0.113.1").await.expect(201);
    for _ in 0..=auth::domain::guesses::FREE {
        let wrong = send("another password", "198.51.100.7").await;
        wrong.expect_problem(422, "idempotency_key_reused");
    }
    let tried = send("a fine password", "198.51.100.7").await;
    tried.expect_problem(429, "too_many_requests");
    let signing_in = app.request(Method::POST, "/api/users/signin", None);
    let signing_in = signing_in.header("X-Forwarded-For", "198.51.100.7");
    let body = credentials("ann@example.com", "a fine password");
    let elsewhere = app.send(signing_in.json(&body)).await;
    elsewhere.expect_problem(429, "too_many_requests");
    app.clock().advance(auth::domain::guesses::WAIT_MAX);
    send("a fine password", "198.51.100.7").await.expect(201);
}

#[tokio::test]
async fn signing_out_ends_this_session_at_once_and_only_this_one() {
    let app = open().await;
    let one = sign_up(&app, "ann@example.com").await;
    let two = signed_in(&sign_in(&app, "ann@example.com", "a fine password").await.expect(200));
    for _ in 0..2 {
        let out = app.post(Some(&one), "/api/users/signout", &json!({})).await.expect(200);
        assert_eq!(out.json(), json!({}));
        assert!(
            out.header("set-cookie").contains("session=; ")
                && out.header("set-cookie").contains("Max-Age=0")
        );
        assert_eq!(current(&app, &one).await, Value::Null);
    }
    assert!(current(&app, &two).await.is_object());
    assert_eq!(revoked(&app).await, 1, "twice is once");
    app.post(None, "/api/users/signout", &json!({})).await.expect(200).text("");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let app = open().await;
    let one = sign_up(&app, "ann@example.com").await;
    let two = signed_in(&sign_in(&app, "ann@example.com", "a fine password").await.expect(200));
    let path = "/api/users/signout-everywhere";
    app.post(None, path, &json!({})).await.expect_problem(401, "not_signed_in");
    assert_eq!(app.post(Some(&one), path, &json!({})).await.status, 204);
    assert_eq!(current(&app, &one).await, Value::Null);
    assert_eq!(current(&app, &two).await, Value::Null);
    let new = signed_in(&sign_in(&app, "ann@example.com", "a fine password").await.expect(200));
    assert!(current(&app, &new).await.is_object());
    assert_eq!(revoked(&app).await, 1);
}

#[tokio::test]
async fn a_new_password_ends_every_session_but_gives_this_browser_another() {
    let app = open().await;
    let one = sign_up(&app, "ann@example.com").await;
    let two = signed_in(&sign_in(&app, "ann@example.com", "a fine password").await.expect(200));
    let path = "/api/users/password";
    let body = |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new});
    let good = body("a fine password", "a finer password");
    app.post(None, path, &good).await.expect_problem(401, "not_signed_in");
    let wrong = app.post(Some(&one), path, &body("not mine", "a finer password")).await;
    wrong.expect_problem(401, "bad_credentials");
    app.post(Some(&one), path, &body("a fine password", "short"))
        .await
        .expect_fields(&["newPassword"]);
    let changed = app.post(Some(&one), path, &good).await.expect(204);
    let cookie = changed.header("set-cookie").split(';').next().unwrap().to_owned();
    for old in [&one, &two] {
        assert_eq!(current(&app, old).await, Value::Null);
    }
    assert!(current(&app, &User { id: one.id, cookie }).await.is_object());
    sign_in(&app, "ann@example.com", "a fine password")
        .await
        .expect_problem(401, "bad_credentials");
    sign_in(&app, "ann@example.com", "a finer password").await.expect(200).text("id");
}

#[tokio::test]
async fn a_ban_ends_every_session_and_rejects_sign_ins() {
    let app = open().await;
    let ann = sign_up(&app, "ann@example.com").await;
    let path = format!("/api/users/{}/ban", ann.id);
    app.post(None, &path, &json!({})).await.expect_problem(401, "not_signed_in");
    app.post(Some(&ann), &path, &json!({})).await.expect_problem(403, "forbidden");
    let admin = app.admin();
    app.post(Some(&admin), "/api/users/x/ban", &json!({})).await.expect_problem(400, "invalid_id");
    let unknown = "/api/users/000000000000000000000000/ban";
    app.post(Some(&admin), unknown, &json!({})).await.expect_problem(404, "not_found");
    for _ in 0..2 {
        assert_eq!(app.post(Some(&admin), &path, &json!({})).await.status, 204);
    }
    assert_eq!(current(&app, &ann).await, Value::Null);
    sign_in(&app, "ann@example.com", "a fine password").await.expect_problem(403, "account_banned");
    sign_in(&app, "ann@example.com", "not her password")
        .await
        .expect_problem(401, "bad_credentials");
    assert_eq!(revoked(&app).await, 1);
    assert_eq!(app.published(user::BANNED).await.len(), 1);
}

#[tokio::test]
async fn a_session_ends_with_its_lifetime_and_a_revocation_outlives_a_restart() {
    let platforms = Platforms::in_memory();
    let app = open_with(&platforms, CookieKind::Plain).await;
    let (ann, bob) =
        (sign_up(&app, "ann@example.com").await, sign_up(&app, "bob@example.com").await);
    app.post(Some(&ann), "/api/users/signout", &json!({})).await.expect(200).text("");
    app.settle().await;
    app.stop().await;
    let app = open_with(&platforms, CookieKind::Plain).await;
    assert_eq!(current(&app, &ann).await, Value::Null, "still revoked");
    assert!(current(&app, &bob).await.is_object());
    app.clock().advance(Duration::from_hours(24));
    assert_eq!(current(&app, &bob).await, Value::Null, "over");
}

#[tokio::test]
async fn forged_and_foreign_tokens_are_rejected() {
    let app = open().await;
    let ann = sign_up(&app, "ann@example.com").await;
    let token = ann.cookie.trim_start_matches("session=");
    let (head, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let other_key = service::SessionKey::from_secret(&[9; 32]);
    let now = app.clock().now();
    let claims = testing::user::claims(
        ann.id,
        contract::Id::from_bytes([1; 12]).into(),
        testing::user::Rank::Admin,
        now,
    );
    let foreign = testing::user::sign(&claims, &other_key);
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{payload}.");
    for token in [
        String::new(),
        "x".to_owned(),
        "..".to_owned(),
        format!("{head}.{payload}."),
        format!("{head}.{payload}x.{signature}"),
        unsigned,
        foreign,
        "é".repeat(3_000),
    ] {
        let user = User { id: ann.id, cookie: format!("session={}", token.replace('é', "e")) };
        assert_eq!(current(&app, &user).await, Value::Null, "{token}");
    }
}

#[tokio::test]
async fn an_ended_session_stays_ended_after_a_crash_before_publication() {
    let platforms = Platforms::in_memory();
    let app = open_with(&platforms, CookieKind::Plain).await;
    let (ann, bob) =
        (sign_up(&app, "ann@example.com").await, sign_up(&app, "bob@example.com").await);
    app.post(Some(&ann), "/api/users/signout", &json!({})).await.expect(200);
    app.post(Some(&bob), "/api/users/signout-everywhere", &json!({})).await.expect(204);
    app.kill().await;
    let app = open_with(&platforms, CookieKind::Plain).await;
    assert_eq!(current(&app, &ann).await, Value::Null);
    assert_eq!(current(&app, &bob).await, Value::Null);
    assert_eq!(revoked(&app).await, 2, "the messages leave all the same");
}
