//! Changes of a second factor: switched on and off, new recovery codes, an operator's reset, and the
//! rights of administrators.

use std::time::Duration;

use auth::Settings;
use auth::domain::second_factor::PENDING_MAX;
use auth::domain::{AdministratorFactor, KnownAddress, Lifetimes, Refusal, SecondFactor};
use reqwest::Method;
use serde_json::json;
use store::Failure;
use testing::User;

use crate::authenticator::{
    CONFIRM, FACTOR, RECOVERY_CODES, WRONG, ann, expect_wrong_code, password, proof,
    recovery_codes, renewed, shown, sign_in, start, switch_off, switch_on, token_of,
};
use crate::fixture::{ANN, AuthFixture, BOB, RIGHT, browser, settings};

#[tokio::test]
async fn new_recovery_codes_void_the_old_ones() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let replace =
        async |code: String| app.post(Some(&ann.browser), RECOVERY_CODES, &proof(&code)).await;
    expect_wrong_code(replace(WRONG.to_owned()).await);
    let code = ann.phone.code(&app, 0);
    let replaced = recovery_codes(&replace(code.clone()).await.expect(200));
    expect_wrong_code(replace(code).await);
    expect_wrong_code(sign_in(&app, RIGHT, &ann.recovery_codes[0]).await);
    sign_in(&app, RIGHT, &replaced[0]).await.expect(200);
    let again = recovery_codes(&replace(replaced[1].clone()).await.expect(200));
    assert_eq!(again.len(), 10);
    assert_eq!(shown(&app, &ann.browser).await, (true, 10));
    let body = json!({"currentPassword": "wrong", "code": again[0]});
    let refused = app.post(Some(&ann.browser), RECOVERY_CODES, &body).await;
    let refused = refused.expect_problem(401, "bad_credentials");
    assert_eq!(refused.at("errors")[0]["field"], "currentPassword");
}

#[tokio::test]
async fn a_confirmation_ends_every_other_session_and_continues_its_own() {
    let app = AuthFixture::open().await;
    let before = browser(&app.sign_up(ANN, RIGHT).await.expect(201));
    let other = browser(&app.sign_in(ANN, RIGHT).await.expect(200));
    let ann = switch_on(&app, &before).await;
    for ended in [&before, &other] {
        app.get(Some(ended), "/api/users/sessions").await.expect_problem(401, "not_signed_in");
        let renewal = app.with_cookies(Method::POST, "/api/users/renew", &ended.cookie);
        app.send(renewal).await.expect_problem(401, "not_signed_in");
    }
    let sessions = app.get(Some(&ann.browser), "/api/users/sessions").await.expect(200).json();
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    // A renewal needs no code.
    let renewal = app.with_cookies(Method::POST, "/api/users/renew", &ann.browser.cookie);
    app.send(renewal).await.expect(200);
    app.post(Some(&ann.browser), FACTOR, &password()).await.expect_problem(409, "second_factor_on");
    let code = json!({"code": ann.phone.code(&app, 0)});
    let repeat = app.post(Some(&ann.browser), CONFIRM, &code).await;
    repeat.expect_problem(409, "second_factor_on");
}

#[tokio::test]
async fn a_secret_is_confirmed_by_a_right_code_within_a_quarter_of_an_hour() {
    // Tokens that outlive the secret.
    let lifetimes = Lifetimes { token: PENDING_MAX * 2, ..settings().lifetimes };
    let app = AuthFixture::open_with(Settings { lifetimes, ..settings() }).await;
    let ann = browser(&app.sign_up(ANN, RIGHT).await.expect(201));
    let confirm = |code: String| {
        let app = &app;
        let ann = &ann;
        async move { app.post(Some(ann), CONFIRM, &json!({"code": code})).await }
    };
    confirm(WRONG.to_owned()).await.expect_problem(409, "second_factor_off");
    let wrong = json!({"currentPassword": "wrong"});
    app.post(Some(&ann), FACTOR, &wrong).await.expect_problem(401, "bad_credentials");
    let first = start(&app, &ann).await;
    let phone = start(&app, &ann).await;
    expect_wrong_code(confirm(first.code(&app, 0)).await);
    expect_wrong_code(confirm(WRONG.to_owned()).await);
    app.clock().advance(PENDING_MAX);
    confirm(phone.code(&app, 0)).await.expect_problem(409, "second_factor_off");
    let phone = start(&app, &ann).await;
    app.clock().advance(PENDING_MAX.saturating_sub(Duration::from_millis(1)));
    confirm(phone.code(&app, 0)).await.expect(200);
    // The code of the confirmation is used.
    expect_wrong_code(sign_in(&app, RIGHT, &phone.code(&app, 0)).await);
}

#[tokio::test]
async fn guesses_at_the_code_of_a_new_secret_have_the_limit_of_passwords() {
    let app = AuthFixture::open().await;
    let ann = browser(&app.sign_up(ANN, RIGHT).await.expect(201));
    let phone = start(&app, &ann).await;
    for _ in 0..6 {
        expect_wrong_code(app.post(Some(&ann), CONFIRM, &json!({"code": WRONG})).await);
    }
    let code = json!({"code": phone.code(&app, 0)});
    app.post(Some(&ann), CONFIRM, &code).await.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn the_factor_is_switched_off_with_the_password_and_a_code() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let alone = app.request(Method::DELETE, FACTOR, Some(&ann.browser)).json(&password());
    app.send(alone).await.expect_problem(400, "invalid_request");
    expect_wrong_code(switch_off(&app, &ann.browser, WRONG).await);
    let wrong = json!({"currentPassword": "wrong", "code": ann.phone.code(&app, 0)});
    let wrong = app.request(Method::DELETE, FACTOR, Some(&ann.browser)).json(&wrong);
    let wrong = app.send(wrong).await.expect_problem(401, "bad_credentials");
    assert_eq!(wrong.at("errors")[0]["field"], "currentPassword");
    // A person without the phone: one recovery code to sign in, another to switch the factor off.
    let code = |at: usize| ann.recovery_codes[at].clone();
    let without_phone = browser(&sign_in(&app, RIGHT, &code(0)).await.expect(200));
    switch_off(&app, &without_phone, &code(1)).await.expect(204);
    assert_eq!(shown(&app, &without_phone).await, (false, 0));
    app.sign_in(ANN, RIGHT).await.expect(200);
    assert_eq!(shown(&app, &ann.browser).await, (false, 0), "sessions continue");
    switch_off(&app, &ann.browser, &code(2)).await.expect_problem(409, "second_factor_off");
    let again = switch_on(&app, &ann.browser).await;
    expect_wrong_code(sign_in(&app, RIGHT, &ann.phone.code(&app, 0)).await);
    sign_in(&app, RIGHT, &again.phone.code(&app, 0)).await.expect(200);
}

fn address(email: &str) -> KnownAddress {
    KnownAddress::try_from(email.to_owned()).unwrap()
}

#[tokio::test]
async fn an_administrator_has_no_rights_before_a_required_factor_is_on() {
    let required = AdministratorFactor::Required;
    let settings = Settings { administrator_factor: required, ..settings() };
    let app = AuthFixture::open_with(settings).await;
    let bob = app.account(BOB).await;
    app.account(ANN).await;
    auth::grant_admin(app.store(auth::NAME), address(ANN)).await.unwrap();
    let signed_in = browser(&app.sign_in(ANN, RIGHT).await.expect(200));
    let account = format!("/api/users/{}/account", bob.id);
    app.get(Some(&signed_in), &account).await.expect_problem(403, "forbidden");
    let ann = switch_on(&app, &signed_in).await;
    app.get(Some(&ann.browser), &account).await.expect(200);
    let token = token_of(&renewed(&app, &ann.browser).await);
    let renewed_token = User { cookie: token, ..ann.browser };
    app.get(Some(&renewed_token), &account).await.expect(200);
    let code = ann.phone.code(&app, 0);
    let signed_in = browser(&sign_in(&app, RIGHT, &code).await.expect(200));
    app.get(Some(&signed_in), &account).await.expect(200);
    switch_off(&app, &signed_in, &ann.recovery_codes[0]).await.expect(204);
    let token = token_of(&renewed(&app, &signed_in).await);
    let renewed_token = User { cookie: token, ..signed_in };
    app.get(Some(&renewed_token), &account).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn an_operator_switches_a_lost_factor_off_and_ends_every_session() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let store = app.store(auth::NAME);
    auth::reset_second_factor(store, address(ANN)).await.unwrap();
    app.settle().await;
    app.get(Some(&ann.browser), FACTOR).await.expect_problem(401, "not_signed_in");
    let signed_in = browser(&app.sign_in(ANN, RIGHT).await.expect(200));
    assert_eq!(shown(&app, &signed_in).await, (false, 0));
    for (email, refusal) in [(ANN, Refusal::SecondFactorOff), (BOB, Refusal::UnknownUser)] {
        let repeat = auth::reset_second_factor(store, address(email)).await;
        assert!(matches!(repeat, Err(Failure::Refused(found)) if found == refusal), "{email}");
    }
    app.get(Some(&signed_in), FACTOR).await.expect(200);
}

#[tokio::test]
async fn a_factor_that_is_off_is_not_stored() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let id = ann.browser.id.to_string();
    let store = app.store(auth::NAME);
    assert!(store.find::<SecondFactor>(&id).await.unwrap().is_some());
    switch_off(&app, &ann.browser, &ann.recovery_codes[0]).await.expect(204);
    assert_eq!(store.find::<SecondFactor>(&id).await.unwrap(), None);
}
