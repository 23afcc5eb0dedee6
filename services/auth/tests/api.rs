//! The routes of auth, black box through HTTP.

use std::time::Duration;

use contract::{session, user};
use reqwest::Method;
use serde_json::{Value, json};
use testing::{Platforms, Reply, User};
use web::session::CookieKind;

use crate::fixture::{ANN, AuthFixture, BOB, ELSEWHERE, RIGHT, credentials, settings, signed_in};

async fn revoked(app: &AuthFixture) -> usize {
    app.settle().await;
    app.published(session::REVOKED).await.len()
}

#[tokio::test]
async fn signing_up_makes_an_account_and_signs_in() {
    let app = AuthFixture::open().await;
    let reply = app.sign_up(" Ann@Example.com ", RIGHT).await.expect(201);
    assert_eq!(reply.text("email"), ANN);
    assert_eq!(reply.json().as_object().unwrap().len(), 3, "id, email and verification only");
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("session="));
    assert!(cookie.contains("; HttpOnly; SameSite=Lax; Max-Age=900"));
    assert!(cookie.contains("Path=/;") && !cookie.contains("Secure"));
    let ann = signed_in(&reply);
    assert_eq!(app.current(&ann).await, json!({"id": ann.id, "email": ANN, "isVerified": false}));
    let stranger = app.get(None, "/api/users/currentuser").await.expect(200);
    assert_eq!(stranger.json(), json!({"currentUser": null}));
    app.sign_up(" Ann@Example.com ", RIGHT).await.expect_problem(409, "email_taken");
    app.settle().await;
    let created = app.published(user::CREATED).await;
    assert_eq!(created.first().map(|created| created.id), Some(ann.id));
    assert!(!serde_json::to_string(&created).unwrap().contains("ann"), "no address leaves auth");
}

#[tokio::test]
async fn over_https_the_cookie_is_a_host_cookie() {
    let platforms = Platforms::in_memory();
    let sessions = web::Sessions { cookie: CookieKind::Secure, ..platforms.sessions() };
    let platform = platforms.platform_with(auth::NAME, sessions);
    let app = AuthFixture::start(&platforms, platform, &platforms.key, settings()).await;
    let reply = app.sign_up(ANN, RIGHT).await.expect(201);
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
    assert!(app.current(&ann).await.is_object());
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
async fn a_password_has_eight_to_128_characters() {
    let app = AuthFixture::open().await;
    let eight_and_most = ["xkcd 936".to_owned(), "🔑".repeat(128)];
    for (at, password) in eight_and_most.iter().enumerate() {
        app.sign_up(&format!("{at}@example.com"), password).await.expect(201);
    }
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_the_same() {
    let app = AuthFixture::open().await;
    let ann = app.account(ANN).await;
    let right = app.sign_in("ANN@example.com", RIGHT).await.expect(200);
    assert_eq!(signed_in(&right).id, ann.id);
    let body = |reply: Reply| {
        let mut body = reply.expect_problem(401, "bad_credentials").json();
        body["requestId"] = Value::Null;
        body
    };
    let wrong = body(app.sign_in(ANN, "another password").await);
    assert_eq!(wrong, body(app.sign_in(BOB, "another password").await));
}

#[tokio::test]
async fn many_sign_ups_with_one_address_make_one_account() {
    let app = AuthFixture::open().await;
    let replies = futures::future::join_all((0..8).map(|_| app.sign_up(ANN, RIGHT))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.text("code") == "email_taken").count(), 7);
}

#[tokio::test]
async fn a_repeated_sign_up_with_the_same_key_is_one_account() {
    let app = AuthFixture::open().await;
    let first = app.sign_up_keyed("k", ANN, RIGHT).await.expect(201);
    let again = app.sign_up_keyed("k", ANN, RIGHT).await.expect(201);
    assert_eq!(first.body, again.body);
    assert!(app.current(&signed_in(&again)).await.is_object(), "signed in anew");
    let wrong = app.sign_up_keyed("k", ANN, "another password").await;
    wrong.expect_problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn sign_up_keys_of_different_addresses_are_independent() {
    let app = AuthFixture::open().await;
    let send = async |email: &str| app.sign_up_keyed("1", email, RIGHT).await;
    let ann = send(ANN).await.expect(201).text("id");
    let bob = send(BOB).await.expect(201).text("id");
    assert_ne!(ann, bob);
    app.account("cat@example.com").await;
    send("cat@example.com").await.expect_problem(409, "email_taken");
    assert_eq!(send(" ANN@example.com ").await.expect(201).text("id"), ann);
    assert_eq!(send(BOB).await.expect(201).text("id"), bob);
}

#[tokio::test]
async fn a_wrong_password_by_a_known_sign_up_key_is_a_guess_like_any_other() {
    let app = AuthFixture::open().await;
    let send = async |password: &str, address: &str| {
        let request = app.request(Method::POST, "/api/users/signup", None);
        let request = request.header("Idempotency-Key", "1").header("X-Forwarded-For", address);
        app.send(request.json(&credentials(ANN, password))).await
    };
    send(RIGHT, "203.0.113.1").await.expect(201);
    for _ in 0..=auth::domain::guesses::FREE {
        send("another password", ELSEWHERE).await.expect_problem(422, "idempotency_key_reused");
    }
    send(RIGHT, ELSEWHERE).await.expect_problem(429, "too_many_requests");
    app.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect_problem(429, "too_many_requests");
    app.clock().advance(auth::domain::guesses::WAIT_MAX);
    send(RIGHT, ELSEWHERE).await.expect(201);
}

#[tokio::test]
async fn signing_out_ends_this_session_at_once_and_only_this_one() {
    let app = AuthFixture::open().await;
    let one = app.account(ANN).await;
    let two = signed_in(&app.sign_in(ANN, RIGHT).await.expect(200));
    for _ in 0..2 {
        let out = app.post(Some(&one), "/api/users/signout", &json!({})).await.expect(200);
        assert_eq!(out.json(), json!({}));
        let cleared = out.header("set-cookie");
        assert!(cleared.contains("session=; ") && cleared.contains("Max-Age=0"));
        assert_eq!(app.current(&one).await, Value::Null);
    }
    assert!(app.current(&two).await.is_object());
    assert_eq!(revoked(&app).await, 1, "twice is once");
    app.post(None, "/api/users/signout", &json!({})).await.expect(200).text("");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let app = AuthFixture::open().await;
    let one = app.account(ANN).await;
    let two = signed_in(&app.sign_in(ANN, RIGHT).await.expect(200));
    let path = "/api/users/signout-everywhere";
    assert_eq!(app.post(Some(&one), path, &json!({})).await.status, 204);
    assert_eq!(app.current(&one).await, Value::Null);
    assert_eq!(app.current(&two).await, Value::Null);
    let new = signed_in(&app.sign_in(ANN, RIGHT).await.expect(200));
    assert!(app.current(&new).await.is_object());
    assert_eq!(revoked(&app).await, 1);
}

#[tokio::test]
async fn a_new_password_ends_every_session_but_gives_this_browser_another() {
    let app = AuthFixture::open().await;
    let one = app.account(ANN).await;
    let two = signed_in(&app.sign_in(ANN, RIGHT).await.expect(200));
    let path = "/api/users/password";
    let good = json!({"currentPassword": RIGHT, "newPassword": "a finer password"});
    let changed = app.post(Some(&one), path, &good).await.expect(204);
    let cookie = changed.header("set-cookie").split(';').next().unwrap().to_owned();
    for old in [&one, &two] {
        assert_eq!(app.current(old).await, Value::Null);
    }
    assert!(app.current(&User { id: one.id, cookie }).await.is_object());
    app.sign_in(ANN, RIGHT).await.expect_problem(401, "bad_credentials");
    app.sign_in(ANN, "a finer password").await.expect(200).text("id");
}

#[tokio::test]
async fn a_ban_ends_every_session_and_rejects_sign_ins() {
    let app = AuthFixture::open().await;
    let ann = app.account(ANN).await;
    let path = format!("/api/users/{}/ban", ann.id);
    let admin = app.admin();
    for _ in 0..2 {
        assert_eq!(app.post(Some(&admin), &path, &json!({})).await.status, 204);
    }
    assert_eq!(app.current(&ann).await, Value::Null);
    app.sign_in(ANN, RIGHT).await.expect_problem(403, "account_banned");
    app.sign_in(ANN, "not her password").await.expect_problem(401, "bad_credentials");
    assert_eq!(revoked(&app).await, 1);
    assert_eq!(app.published(user::BANNED).await.len(), 1);
}

#[tokio::test]
async fn a_session_ends_with_its_lifetime_and_a_revocation_outlives_a_restart() {
    let (platforms, app) = AuthFixture::with_platforms().await;
    let (ann, bob) = (app.account(ANN).await, app.account(BOB).await);
    app.post(Some(&ann), "/api/users/signout", &json!({})).await.expect(200).text("");
    app.settle().await;
    app.0.stop().await;
    let app = AuthFixture::open_on(&platforms).await;
    assert_eq!(app.current(&ann).await, Value::Null, "still revoked");
    assert!(app.current(&bob).await.is_object());
    app.clock().advance(Duration::from_hours(24));
    assert_eq!(app.current(&bob).await, Value::Null, "over");
}

#[tokio::test]
async fn forged_and_foreign_tokens_are_rejected() {
    let app = AuthFixture::open().await;
    let ann = app.account(ANN).await;
    let token = ann.cookie.trim_start_matches("session=");
    let (head, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let other_key = service::SessionKey::from_secret(&[9; 32]);
    let now = app.clock().now();
    let rank = testing::user::Rank::Admin;
    let claims = testing::user::claims(ann.id, testing::samples::id(1), rank, now);
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
        assert_eq!(app.current(&user).await, Value::Null, "{token}");
    }
}

#[tokio::test]
async fn an_ended_session_stays_ended_after_a_crash_before_publication() {
    let (platforms, app) = AuthFixture::with_platforms().await;
    let (ann, bob) = (app.account(ANN).await, app.account(BOB).await);
    app.post(Some(&ann), "/api/users/signout", &json!({})).await.expect(200);
    app.post(Some(&bob), "/api/users/signout-everywhere", &json!({})).await.expect(204);
    app.0.kill().await;
    let app = AuthFixture::open_on(&platforms).await;
    assert_eq!(app.current(&ann).await, Value::Null);
    assert_eq!(app.current(&bob).await, Value::Null);
    assert_eq!(revoked(&app).await, 2, "the messages leave all the same");
}
