//! Sign-ups where only verified accounts may trade: the account begins with the link of a mail.

use auth::Settings;
use auth::domain::Trading;
use auth::domain::link::SIGN_UP_GUESSES_MAX;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::notice::NoticeSubject;
use contract::user;
use serde_json::json;
use service::Platform;
use store::Engine;
use testing::{Platforms, Reply, User};
use web::session::Claims;

use crate::fixture::{ANN, AuthFixture, RIGHT, browser, settings};
use crate::mailbox::link;

async fn open() -> AuthFixture {
    AuthFixture::open_with(Settings { trading: Trading::Verified, ..settings() }).await
}

async fn confirm(app: &AuthFixture, token: &str, password: &str) -> Reply {
    let body = json!({"token": token, "password": password});
    app.post(None, "/api/users/signup/confirm", &body).await
}

#[tokio::test]
async fn the_link_and_the_password_of_the_sign_up_create_the_account() {
    let app = open().await;
    let requested = app.sign_up(ANN, RIGHT).await.expect(202);
    assert_eq!((requested.body.as_str(), requested.cookie_pairs().len()), ("", 0));
    app.sign_in(ANN, RIGHT).await.expect_problem(401, "bad_credentials");
    let token = app.token(ANN).await;
    let wrong = confirm(&app, &token, "another password").await;
    let wrong = wrong.expect_problem(401, "bad_credentials");
    assert_eq!(wrong.at("errors")[0]["field"], "password");
    let created = confirm(&app, &token, RIGHT).await.expect(201);
    assert_eq!((created.text("email").as_str(), created.at("isVerified")), (ANN, json!(true)));
    assert_eq!(app.current(&browser(&created)).await["email"], ANN);
    confirm(&app, &token, RIGHT).await.expect_problem(409, "link_ended");
    app.settle().await;
    assert_eq!(app.published(user::CREATED).await.len(), 1);
}

#[tokio::test]
async fn a_sign_up_looks_the_same_for_an_address_with_an_account() {
    let app = open().await;
    let first = app.sign_up(ANN, RIGHT).await.expect(202);
    let token = app.token(ANN).await;
    confirm(&app, &token, RIGHT).await.expect(201);
    let second = app.sign_up(ANN, "another password").await.expect(202);
    assert_eq!(first.body, second.body);
    assert_eq!(app.subjects(ANN).await.last(), Some(&NoticeSubject::AccountExists));
    app.sign_in(ANN, RIGHT).await.expect(200);
}

#[tokio::test]
async fn of_two_sign_ups_the_one_whose_password_the_reader_knows_is_confirmed() {
    let app = open().await;
    app.sign_up(ANN, "the password of a stranger").await.expect(202);
    let strangers = app.token(ANN).await;
    app.sign_up(ANN, RIGHT).await.expect(202);
    let own = app.token(ANN).await;
    confirm(&app, &own, RIGHT).await.expect(201);
    let late = confirm(&app, &strangers, "the password of a stranger").await;
    late.expect_problem(409, "link_ended");
}

#[tokio::test]
async fn sign_ups_from_another_network_do_not_use_up_those_of_the_owner() {
    let app = open().await;
    let sign_up = |from: &'static str, password: &'static str| {
        let body = json!({"email": ANN, "password": password});
        let app = &app;
        async move { app.post_from(from, None, "/api/users/signup", &body).await.expect(202) }
    };
    for number in 0..7 {
        sign_up("198.51.100.7", "the password of a stranger").await;
        assert_eq!(app.notices(ANN).await.len(), (number + 1).min(5), "sign-up {number}");
    }
    sign_up("203.0.113.7", RIGHT).await;
    confirm(&app, &app.token(ANN).await, RIGHT).await.expect(201);
}

#[tokio::test]
async fn wrong_passwords_end_the_link_of_a_sign_up() {
    let app = open().await;
    app.sign_up(ANN, RIGHT).await.expect(202);
    let token = app.token(ANN).await;
    for _ in 0..SIGN_UP_GUESSES_MAX {
        confirm(&app, &token, "a wrong password").await.expect_problem(401, "bad_credentials");
    }
    confirm(&app, &token, RIGHT).await.expect_problem(409, "link_ended");
}

#[tokio::test]
async fn an_account_that_was_never_verified_is_taken_over_by_the_reader_of_its_mail() {
    let platforms = Platforms::in_memory();
    let engine = Engine::shared_memory();
    let open = async |settings| {
        let platform = Platform { engine: engine.clone(), ..platforms.platform(auth::NAME) };
        AuthFixture::start(&platforms, platform, &platforms.key, settings).await
    };
    let lenient = open(settings()).await;
    let squatter = browser(&lenient.sign_up(ANN, "the password of a squatter").await.expect(201));
    let app = open(Settings { trading: Trading::Verified, ..settings() }).await;
    app.sign_up(ANN, RIGHT).await.expect(202);
    let token = app.token(ANN).await;
    let claimed = confirm(&app, &token, RIGHT).await.expect(201);
    assert_eq!(claimed.id(), Some(squatter.id), "what the account owns remains");
    app.get(Some(&squatter), "/api/users/sessions").await.expect_problem(401, "not_signed_in");
    let old = app.sign_in(ANN, "the password of a squatter").await;
    old.expect_problem(401, "bad_credentials");
}

#[tokio::test]
async fn a_repeated_sign_up_sends_one_mail() {
    let app = open().await;
    for _ in 0..2 {
        app.sign_up_keyed("key", ANN, RIGHT).await.expect(202);
    }
    assert_eq!(app.notices(ANN).await.len(), 1);
}

#[tokio::test]
async fn only_verified_accounts_may_trade() {
    let platforms = Platforms::in_memory();
    let engine = Engine::shared_memory();
    let open = async |settings| {
        let platform = Platform { engine: engine.clone(), ..platforms.platform(auth::NAME) };
        AuthFixture::start(&platforms, platform, &platforms.key, settings).await
    };
    let lenient = open(settings()).await;
    let ann = browser(&lenient.sign_up(ANN, RIGHT).await.expect(201));
    let claims = claims_of(&ann);
    assert!(claims.trades && !claims.verified);
    let token = lenient.token(ANN).await;
    let app = open(Settings { trading: Trading::Verified, ..settings() }).await;
    let ann = browser(&app.sign_in(ANN, RIGHT).await.expect(200));
    let claims = claims_of(&ann);
    assert!(!claims.trades && !claims.verified);
    // A page of another browser: the token is renewed as soon as the address is verified.
    let other = browser(&app.sign_in(ANN, RIGHT).await.expect(200));
    app.post(Some(&ann), "/api/users/email/confirm", &link(&token)).await.expect(200);
    let renewed = app.get(Some(&other), "/api/users/currentuser").await.expect(200);
    let claims = claims_of(&User { id: other.id, cookie: renewed.cookies() });
    assert!(claims.trades && claims.verified);
}

/// The claims of the session token, without verification.
fn claims_of(user: &User) -> Claims {
    let token = user.cookie.split(['=', ';']).nth(1).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}
