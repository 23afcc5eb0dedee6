//! Admission: an account that may not sign in receives no session from any route, even of a replica
//! without the ban's revocation.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testing::{Platforms, Reply};

use crate::fixture::{ANN, AuthFixture, RIGHT, credentials};

/// Sends a request with all cookies of an account.
async fn send(app: &AuthFixture, path: &str, cookies: &str, body: &Value) -> Reply {
    let request = app.with_cookies(Method::POST, path, cookies);
    app.send(request.header("Idempotency-Key", "first").json(body)).await
}

#[tokio::test]
async fn a_replica_without_the_revocation_rejects_a_banned_account() {
    let platforms = Platforms::in_memory();
    let (one, two) = AuthFixture::replicas(&platforms).await;
    let right = credentials(ANN, RIGHT);
    let signed_up = send(&one, "/api/users/signup", "", &right).await.expect(201);
    let (id, cookies) = (signed_up.text("id"), signed_up.cookies());
    platforms.hand().advance(Duration::from_mins(8));
    let ban = format!("/api/users/{id}/ban");
    one.post(Some(&one.admin()), &ban, &json!({})).await.expect(204);
    let change = json!({"currentPassword": RIGHT, "newPassword": "a finer password"});
    for (app, on_change) in [(&two, 403), (&one, 401)] {
        let password = send(app, "/api/users/password", &cookies, &change).await;
        let replies = [
            send(app, "/api/users/signin", "", &right).await.expect(403),
            send(app, "/api/users/signup", "", &right).await.expect(403),
            password.expect(on_change),
            send(app, "/api/users/renew", &cookies, &json!({})).await.expect(401),
        ];
        let asking = app.with_cookies(Method::GET, "/api/users/currentuser", &cookies);
        let shown = app.send(asking).await.expect(200);
        for reply in replies.iter().chain([&shown]) {
            assert_eq!(reply.header("set-cookie"), "", "answered {}", reply.body);
        }
    }
    let refused = send(&two, "/api/users/signup", "", &right).await;
    assert_eq!(refused.text("code"), "account_banned");
    platforms.hand().advance(auth::domain::guesses::WAIT_MAX);
    let guess = two.sign_up_keyed("first", ANN, "another password").await;
    guess.expect_problem(422, "idempotency_key_reused");
}
