//! Admission: an account that may not sign in receives no session from any route, even of a replica
//! without the ban's revocation.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use auth::Settings;
use auth::hashing::Cost;
use reqwest::Method;
use serde_json::{Value, json};
use service::Platform;
use store::Engine;
use testing::{Platforms, Reply, TestApp};

const PASSWORD: &str = "a fine password";

/// Another replica of the service, with revocations of its own.
async fn open(platforms: &Platforms, engine: &Engine) -> TestApp {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(auth::NAME, sessions.clone());
    let platform = Platform { engine: engine.clone(), ..platform };
    let settings = Settings { hashing: Cost { memory_kib: 8, passes: 1 }, ..Settings::default() };
    let service = auth::service(platform, &platforms.key, settings).await.unwrap();
    TestApp::start(platforms, sessions, vec![service])
}

/// Sends a request with all cookies of an account.
async fn send(app: &TestApp, path: &str, cookies: &str, body: &Value) -> Reply {
    let request = app.request(Method::POST, path, None).header("Cookie", cookies);
    app.send(request.header("Idempotency-Key", "first").json(body)).await
}

#[tokio::test]
async fn a_replica_without_the_revocation_rejects_a_banned_account() {
    let (platforms, engine) = (Platforms::in_memory(), Engine::shared_memory());
    let (one, two) = (open(&platforms, &engine).await, open(&platforms, &engine).await);
    let credentials = json!({"email": "ann@example.com", "password": PASSWORD});
    let signed_up = send(&one, "/api/users/signup", "", &credentials).await.expect(201);
    let (id, cookies) = (signed_up.text("id"), signed_up.cookies());
    platforms.hand().advance(Duration::from_mins(8));
    let ban = format!("/api/users/{id}/ban");
    one.post(Some(&one.admin()), &ban, &json!({})).await.expect(204);
    let change = json!({"currentPassword": PASSWORD, "newPassword": "a finer password"});
    for (app, on_change) in [(&two, 403), (&one, 401)] {
        let password = send(app, "/api/users/password", &cookies, &change).await;
        let replies = [
            send(app, "/api/users/signin", "", &credentials).await.expect(403),
            send(app, "/api/users/signup", "", &credentials).await.expect(403),
            password.expect(on_change),
            send(app, "/api/users/renew", &cookies, &json!({})).await.expect(401),
        ];
        let asking = app.request(Method::GET, "/api/users/currentuser", None);
        let shown = app.send(asking.header("Cookie", &cookies)).await.expect(200);
        for reply in replies.iter().chain([&shown]) {
            assert_eq!(reply.header("set-cookie"), "", "answered {}", reply.body);
        }
    }
    assert_eq!(
        send(&two, "/api/users/signup", "", &credentials).await.text("code"),
        "account_banned"
    );
    platforms.hand().advance(auth::domain::guesses::WAIT_MAX);
    let wrong = json!({"email": "ann@example.com", "password": "another password"});
    let guess = send(&two, "/api/users/signup", "", &wrong).await;
    guess.expect_problem(422, "idempotency_key_reused");
}
