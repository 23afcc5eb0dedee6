//! Administrators and bans: roles are revoked, bans are lifted, the last administrator remains, and
//! a banned account receives no session from any route, even of a replica without the revocation.

use std::time::Duration;

use auth::User;
use auth::domain::{Administrators, KnownAddress, Refusal};
use contract::user;
use reqwest::Method;
use serde_json::{Value, json};
use store::{Failure, Stop};
use testing::{Platforms, Reply};

use crate::fixture::{ANN, AuthFixture, BOB, RIGHT, browser, credentials};

fn address(email: &str) -> KnownAddress {
    KnownAddress::try_from(email.to_owned()).unwrap()
}

async fn administrator(app: &AuthFixture, email: &str) -> testing::User {
    app.account(email).await;
    auth::grant_admin(app.store(auth::NAME), address(email)).await.unwrap();
    browser(&app.sign_in(email, RIGHT).await.expect(200))
}

#[tokio::test]
async fn a_lifted_ban_lets_the_account_sign_in_again_and_is_published_once() {
    let app = AuthFixture::open().await;
    let ann = administrator(&app, ANN).await;
    let bob = browser(&app.sign_up(BOB, RIGHT).await.expect(201));
    app.change(&ann, &bob, "unban").await.expect(204);
    app.change(&ann, &bob, "ban").await.expect(204);
    app.sign_in(BOB, RIGHT).await.expect_problem(403, "account_banned");
    for _ in 0..2 {
        app.change(&ann, &bob, "unban").await.expect(204);
    }
    app.get(Some(&bob), "/api/users/sessions").await.expect_problem(401, "not_signed_in");
    app.sign_in(BOB, RIGHT).await.expect(200);
    app.settle().await;
    let banned = app.published(user::BANNED).await;
    let unbanned = app.published(user::UNBANNED).await;
    assert_eq!((banned.len(), unbanned.len()), (1, 1), "a repeat publishes nothing");
    assert_eq!((banned[0].version, unbanned[0].version), (2, 3));
    assert_eq!(unbanned[0].status, user::AccountStatus::Active);
}

#[tokio::test]
async fn an_administrator_finds_an_account_by_its_address_and_by_its_id() {
    let app = AuthFixture::open().await;
    let ann = administrator(&app, ANN).await;
    let bob = browser(&app.sign_up(BOB, RIGHT).await.expect(201));
    let spelling = json!({"email": format!(" {} ", BOB.to_uppercase())});
    let found = app.post(Some(&ann), "/api/users/lookup", &spelling).await.expect(200);
    let path = format!("/api/users/{}/account", bob.id);
    assert_eq!(found.json(), app.get(Some(&ann), &path).await.expect(200).json());
    assert_eq!((found.text("id"), found.text("email")), (bob.id.to_string(), BOB.to_owned()));
    let roles = async |of: &testing::User| {
        let path = format!("/api/users/{}/account", of.id);
        let shown = app.get(Some(&ann), &path).await.expect(200);
        (shown.at("isAdmin"), shown.at("isBanned"))
    };
    assert_eq!(roles(&bob).await, (json!(false), json!(false)));
    assert_eq!(roles(&ann).await, (json!(true), json!(false)));
    app.change(&ann, &bob, "ban").await.expect(204);
    assert_eq!(roles(&bob).await, (json!(false), json!(true)));
}

#[tokio::test]
async fn the_last_administrator_cannot_be_removed() {
    let app = AuthFixture::open().await;
    let ann = administrator(&app, ANN).await;
    for what in ["ban", "revoke-admin"] {
        app.change(&ann, &ann, what).await.expect_problem(409, "last_administrator");
    }
    let store = app.store(auth::NAME);
    let revoked = auth::revoke_admin(store, address(ANN)).await;
    assert!(matches!(revoked, Err(Failure::Refused(Refusal::LastAdministrator))));
    let bob = administrator(&app, BOB).await;
    app.change(&ann, &bob, "ban").await.expect(204);
    // A banned administrator does not count.
    app.change(&ann, &ann, "ban").await.expect_problem(409, "last_administrator");
    app.change(&ann, &bob, "unban").await.expect(204);
    app.change(&ann, &ann, "revoke-admin").await.expect(204);
    let bob = browser(&app.sign_in(BOB, RIGHT).await.expect(200));
    app.change(&bob, &bob, "ban").await.expect_problem(409, "last_administrator");
    app.change(&bob, &ann, "ban").await.expect(204);
}

#[tokio::test]
async fn revoked_rights_end_with_the_sessions() {
    let app = AuthFixture::open().await;
    let (ann, bob) = (administrator(&app, ANN).await, administrator(&app, BOB).await);
    for _ in 0..2 {
        app.change(&ann, &bob, "revoke-admin").await.expect(204);
    }
    app.change(&bob, &ann, "ban").await.expect_problem(401, "not_signed_in");
    let bob = browser(&app.sign_in(BOB, RIGHT).await.expect(200));
    app.change(&bob, &ann, "ban").await.expect_problem(403, "forbidden");
    let unknown = auth::revoke_admin(app.store(auth::NAME), address("nobody@example.com")).await;
    assert!(matches!(unknown, Err(Failure::Refused(Refusal::UnknownUser))));
}

#[tokio::test]
async fn of_two_administrators_removing_each_other_one_remains() {
    for what in ["ban", "revoke-admin"] {
        let (one, two) = AuthFixture::replicas(&Platforms::in_memory()).await;
        let (ann, bob) = (administrator(&one, ANN).await, administrator(&one, BOB).await);
        let both = futures::join!(one.change(&ann, &bob, what), two.change(&bob, &ann, what));
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409], "{what}: {} {}", both.0.body, both.1.body);
    }
}

#[tokio::test]
async fn a_store_without_a_list_of_administrators_gets_one() {
    let app = AuthFixture::open().await;
    let (ann, bob) = (administrator(&app, ANN).await, administrator(&app, BOB).await);
    let store = app.store(auth::NAME);
    let forgetting = store.transact(|tx| {
        tx.get::<Administrators>(Administrators::ID)?;
        tx.delete::<Administrators>(Administrators::ID);
        Ok::<_, Stop<Refusal>>(())
    });
    forgetting.await.unwrap();
    app.change(&ann, &bob, "ban").await.expect(204);
    let banned = store.find::<User>(&bob.id.to_string()).await.unwrap().unwrap();
    assert!(banned.admin);
    app.change(&ann, &ann, "ban").await.expect_problem(409, "last_administrator");
}

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
