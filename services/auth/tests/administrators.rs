//! Administrators and bans: roles are revoked, bans are lifted, and the last administrator remains.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use auth::domain::{Administrators, KnownAddress, Refusal};
use auth::hashing::Cost;
use auth::{Settings, User};
use contract::user;
use serde_json::{Value, json};
use service::Platform;
use store::{Engine, Failure, Stop};
use testing::{Platforms, Reply, TestApp};

const PASSWORD: &str = "a fine password";

async fn open_on(platforms: &Platforms, engine: Option<&Engine>) -> TestApp {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(auth::NAME, sessions.clone());
    let engine = engine.cloned().unwrap_or_else(|| platform.engine.clone());
    let settings = Settings { hashing: Cost { memory_kib: 8, passes: 1 }, ..Settings::default() };
    let platform = Platform { engine, ..platform };
    let service = auth::service(platform, &platforms.key, settings).await.unwrap();
    TestApp::start(platforms, sessions, vec![service])
}

async fn open() -> TestApp {
    open_on(&Platforms::in_memory(), None).await
}

fn credentials(name: &str) -> Value {
    json!({"email": format!("{name}@example.com"), "password": PASSWORD})
}

async fn sign_in(app: &TestApp, name: &str) -> Reply {
    app.post(None, "/api/users/signin", &credentials(name)).await
}

fn address(name: &str) -> KnownAddress {
    KnownAddress::try_from(format!("{name}@example.com")).unwrap()
}

/// A signed-in account.
async fn account(app: &TestApp, name: &str) -> testing::User {
    let signed_up = app.post(None, "/api/users/signup", &credentials(name)).await.expect(201);
    testing::User { id: signed_up.text("id").parse().unwrap(), cookie: signed_up.cookies() }
}

/// An administrator, signed in.
async fn administrator(app: &TestApp, name: &str) -> testing::User {
    account(app, name).await;
    auth::grant_admin(app.store(auth::NAME), address(name)).await.unwrap();
    let reply = sign_in(app, name).await.expect(200);
    testing::User { id: reply.text("id").parse().unwrap(), cookie: reply.cookies() }
}

async fn change(app: &TestApp, by: &testing::User, of: &testing::User, what: &str) -> Reply {
    app.post(Some(by), &format!("/api/users/{}/{what}", of.id), &json!({})).await
}

#[tokio::test]
async fn a_lifted_ban_lets_the_account_sign_in_again_and_is_published_once() {
    let app = open().await;
    let (ann, bob) = (administrator(&app, "ann").await, account(&app, "bob").await);
    change(&app, &ann, &bob, "unban").await.expect(204);
    change(&app, &ann, &bob, "ban").await.expect(204);
    sign_in(&app, "bob").await.expect_problem(403, "account_banned");
    for _ in 0..2 {
        change(&app, &ann, &bob, "unban").await.expect(204);
    }
    let old = app.get(Some(&bob), "/api/users/sessions").await;
    old.expect_problem(401, "not_signed_in");
    sign_in(&app, "bob").await.expect(200);
    app.settle().await;
    let banned = app.published(user::BANNED).await;
    let unbanned = app.published(user::UNBANNED).await;
    assert_eq!((banned.len(), unbanned.len()), (1, 1), "a repeat publishes nothing");
    assert_eq!((banned[0].version, unbanned[0].version), (2, 3));
    assert_eq!(unbanned[0].status, user::AccountStatus::Active);
}

#[tokio::test]
async fn the_last_administrator_cannot_be_removed() {
    let app = open().await;
    let ann = administrator(&app, "ann").await;
    for what in ["ban", "revoke-admin"] {
        change(&app, &ann, &ann, what).await.expect_problem(409, "last_administrator");
    }
    let store = app.store(auth::NAME);
    let revoked = auth::revoke_admin(store, address("ann")).await;
    assert!(matches!(revoked, Err(Failure::Refused(Refusal::LastAdministrator))));
    let bob = administrator(&app, "bob").await;
    change(&app, &ann, &bob, "ban").await.expect(204);
    // A banned administrator does not count.
    change(&app, &ann, &ann, "ban").await.expect_problem(409, "last_administrator");
    change(&app, &ann, &bob, "unban").await.expect(204);
    change(&app, &ann, &ann, "revoke-admin").await.expect(204);
    let bob = sign_in(&app, "bob").await.expect(200);
    let bob = testing::User { id: bob.text("id").parse().unwrap(), cookie: bob.cookies() };
    change(&app, &bob, &bob, "ban").await.expect_problem(409, "last_administrator");
    change(&app, &bob, &ann, "ban").await.expect(204);
}

#[tokio::test]
async fn revoked_rights_end_with_the_sessions() {
    let app = open().await;
    let (ann, bob) = (administrator(&app, "ann").await, administrator(&app, "bob").await);
    for _ in 0..2 {
        change(&app, &ann, &bob, "revoke-admin").await.expect(204);
    }
    change(&app, &bob, &ann, "ban").await.expect_problem(401, "not_signed_in");
    let bob = sign_in(&app, "bob").await.expect(200);
    let bob = testing::User { id: ann.id, cookie: bob.cookies() };
    change(&app, &bob, &ann, "ban").await.expect_problem(403, "forbidden");
    let unknown = auth::revoke_admin(app.store(auth::NAME), address("nobody")).await;
    assert!(matches!(unknown, Err(Failure::Refused(Refusal::UnknownUser))));
}

#[tokio::test]
async fn of_two_administrators_removing_each_other_one_remains() {
    for what in ["ban", "revoke-admin"] {
        let (platforms, engine) = (Platforms::in_memory(), Engine::shared_memory());
        let one = open_on(&platforms, Some(&engine)).await;
        let two = open_on(&platforms, Some(&engine)).await;
        let (ann, bob) = (administrator(&one, "ann").await, administrator(&one, "bob").await);
        let both = futures::join!(change(&one, &ann, &bob, what), change(&two, &bob, &ann, what));
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409], "{what}: {} {}", both.0.body, both.1.body);
    }
}

#[tokio::test]
async fn a_store_without_a_list_of_administrators_gets_one() {
    let app = open().await;
    let (ann, bob) = (administrator(&app, "ann").await, administrator(&app, "bob").await);
    let store = app.store(auth::NAME);
    let forgetting = store.transact(|tx| {
        tx.get::<Administrators>(Administrators::ID)?;
        tx.delete::<Administrators>(Administrators::ID);
        Ok::<_, Stop<Refusal>>(())
    });
    forgetting.await.unwrap();
    change(&app, &ann, &bob, "ban").await.expect(204);
    let banned = store.find::<User>(&bob.id.to_string()).await.unwrap().unwrap();
    assert!(banned.admin);
    change(&app, &ann, &ann, "ban").await.expect_problem(409, "last_administrator");
}
