//! Sign-ins with a second factor: codes, recovery codes, and guesses.

use std::time::Duration;

use auth::domain::guesses::REMEMBERED;
use auth::domain::second_factor::Secret;
use contract::notice::NoticeSubject;
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use testing::{Platforms, Reply};

use crate::authenticator::{
    Ann, Phone, RECOVERY_CODES, WRONG, ann, expect_wrong_code, proof, shown, sign_in, start,
    switch_off, switch_on, token_of,
};
use crate::fixture::{ANN, AuthFixture, BOB, ELSEWHERE, RIGHT, browser};
use crate::mailbox::link;

#[tokio::test]
async fn without_a_factor_or_before_its_confirmation_the_password_is_sufficient() {
    for state in ["off", "pending"] {
        let app = AuthFixture::open().await;
        let ann = browser(&app.sign_up(ANN, RIGHT).await.expect(201));
        let phone = Phone(Secret::new([7; 20]));
        let phone = if state == "off" { phone } else { start(&app, &ann).await };
        app.sign_in(ANN, RIGHT).await.expect(200);
        for code in [WRONG, &phone.code(&app, 0), "7ZQ4-H2M9-XK3D-0VTB"] {
            sign_in(&app, RIGHT, code).await.expect(200);
            sign_in(&app, "wrong", code).await.expect_problem(401, "bad_credentials");
        }
        assert_eq!(shown(&app, &ann).await, (false, 0), "{state}");
        switch_off(&app, &ann, WRONG).await.expect_problem(409, "second_factor_off");
        let renewal = app.post(Some(&ann), RECOVERY_CODES, &proof(WRONG)).await;
        renewal.expect_problem(409, "second_factor_off");
    }
}

#[tokio::test]
async fn a_sign_in_needs_a_code_of_the_present_step_or_one_beside_it_once() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    for (steps, is_accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
        // Past the count of guesses, and the codes that were used.
        app.clock().advance(REMEMBERED);
        let code = ann.phone.code(&app, steps);
        if is_accepted {
            let signed_in = sign_in(&app, RIGHT, &code).await.expect(200);
            assert_eq!(signed_in.text("email"), ANN);
        }
        expect_wrong_code(sign_in(&app, RIGHT, &code).await);
        expect_wrong_code(sign_in(&app, RIGHT, WRONG).await);
        let missing = app.sign_in(ANN, RIGHT).await.expect_problem(401, "second_factor_required");
        assert_eq!(missing.at("errors"), json!([{"field": "code", "message": "is required"}]));
        assert_eq!(missing.header("set-cookie"), "");
    }
    app.clock().advance(REMEMBERED);
    let code = ann.phone.code(&app, 0);
    sign_in(&app, RIGHT, &format!(" {} {}", &code[..3], &code[3..])).await.expect(200);
}

#[tokio::test]
async fn a_factor_is_revealed_with_the_right_password_only() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    app.account(BOB).await;
    let visible = |reply: Reply| {
        let mut body = reply.expect_problem(401, "bad_credentials").json();
        body.as_object_mut().unwrap().remove("requestId");
        body
    };
    let plain = visible(app.sign_in(BOB, "wrong").await);
    let code = ann.phone.code(&app, 0);
    assert_eq!(visible(app.sign_in(ANN, "wrong").await), plain);
    for code in [&code, WRONG, &ann.recovery_codes[0]] {
        assert_eq!(visible(sign_in(&app, "wrong", code).await), plain);
    }
    sign_in(&app, RIGHT, &code).await.expect(200);
    assert_eq!(shown(&app, &ann.browser).await, (true, 10), "a wrong password uses no code");
}

#[tokio::test]
async fn of_concurrent_sign_ins_with_one_code_one_succeeds() {
    let (one, two) = AuthFixture::replicas(&Platforms::in_memory()).await;
    let ann = ann(&one).await;
    for code in [ann.phone.code(&one, 0), ann.recovery_codes[0].clone()] {
        let attempts = [&one, &two, &one, &two].map(|app| sign_in(app, RIGHT, &code));
        let mut statuses: Vec<u16> =
            join_all(attempts).await.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401, 401]);
        one.clock().advance(REMEMBERED);
    }
}

#[tokio::test]
async fn each_recovery_code_signs_in_once_in_any_spelling() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    assert_eq!(ann.recovery_codes.len(), 10);
    let spellings = ann.recovery_codes.iter().enumerate().map(|(at, code)| match at % 3 {
        0 => code.clone(),
        1 => code.to_lowercase(),
        _ => format!(" {} ", code.replace('-', "")),
    });
    for (used, code) in spellings.enumerate() {
        let signed_in = browser(&sign_in(&app, RIGHT, &code).await.expect(200));
        let left = u64::try_from(9 - used).unwrap();
        assert_eq!(shown(&app, &signed_in).await, (true, left));
        expect_wrong_code(sign_in(&app, RIGHT, &code).await);
    }
    app.sign_in(ANN, RIGHT).await.expect_problem(401, "second_factor_required");
    sign_in(&app, RIGHT, &ann.phone.code(&app, 0)).await.expect(200);
}

#[tokio::test]
async fn wrong_codes_have_the_limit_of_passwords() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    for _ in 0..6 {
        expect_wrong_code(sign_in(&app, RIGHT, WRONG).await);
    }
    let code = ann.phone.code(&app, 0);
    sign_in(&app, RIGHT, &code).await.expect_problem(429, "too_many_requests");
    app.sign_in(ANN, "wrong").await.expect_problem(429, "too_many_requests");
    app.clock().advance(Duration::from_secs(1));
    sign_in(&app, RIGHT, &code).await.expect(200);
    expect_wrong_code(sign_in(&app, RIGHT, &code).await);
}

#[tokio::test]
async fn a_password_alone_does_not_reset_the_guesses_at_codes() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let same = json!({"currentPassword": RIGHT, "newPassword": RIGHT});
    let mut cookies = ann.browser.cookie;
    for _ in 0..2 {
        expect_wrong_code(sign_in_at(&app, WRONG).await);
        app.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect_problem(401, "second_factor_required");
        // Without the device's cookie, which would have a count of its own.
        let change = app.with_cookies(Method::POST, "/api/users/password", &token_of(&cookies));
        let change = change.header("X-Forwarded-For", ELSEWHERE).json(&same);
        cookies = app.send(change).await.expect(204).cookies();
    }
    sign_in_at(&app, WRONG).await.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn a_change_of_address_and_an_erasure_need_a_code_and_guess_no_faster() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let change = |code: Option<&str>| {
        let body = json!({"email": "new@example.com", "currentPassword": RIGHT, "code": code});
        let (app, browser) = (&app, &ann.browser);
        async move { app.post(Some(browser), "/api/users/email", &body).await }
    };
    let erase = |code: Option<&str>| {
        let body = json!({"password": RIGHT, "code": code});
        let (app, browser) = (&app, &ann.browser);
        async move {
            app.send(app.request(Method::DELETE, "/api/users/me", Some(browser)).json(&body)).await
        }
    };
    change(None).await.expect_problem(401, "second_factor_required");
    erase(None).await.expect_problem(401, "second_factor_required");
    for _ in 0..2 {
        expect_wrong_code(change(Some(WRONG)).await);
        expect_wrong_code(erase(Some(WRONG)).await);
    }
    change(Some(&ann.phone.code(&app, 0))).await.expect_problem(429, "too_many_requests");
    app.clock().advance(Duration::from_mins(1));
    change(Some(&ann.phone.code(&app, 0))).await.expect(202);
}

/// The factor of a person who had changed the address.
#[tokio::test]
async fn the_undo_of_a_change_switches_a_later_factor_off_and_keeps_an_earlier_one() {
    for is_earlier in [false, true] {
        let app = AuthFixture::open().await;
        let signed_up = browser(&app.sign_up(ANN, RIGHT).await.expect(201));
        let token = app.token(ANN).await;
        let confirm = "/api/users/email/confirm";
        let confirming = app.post(Some(&signed_up), confirm, &link(&token)).await;
        let mut thief = signed_up.with_cookies(&confirming.expect(200));
        let mut code = None;
        if is_earlier {
            let Ann { browser, phone, .. } = switch_on(&app, &thief).await;
            (thief, code) = (browser, Some(phone.code(&app, 0)));
        }
        let body = json!({"email": "t@example.net", "currentPassword": RIGHT, "code": code});
        app.post(Some(&thief), "/api/users/email", &body).await.expect(202);
        let token = app.token("t@example.net").await;
        let confirming = app.post(Some(&thief), confirm, &link(&token)).await;
        let thief = thief.with_cookies(&confirming.expect(200));
        if !is_earlier {
            switch_on(&app, &thief).await;
        }
        let undo = app.notices(ANN).await.pop().unwrap();
        assert!(matches!(undo.subject, NoticeSubject::AddressChanged { .. }), "{undo:?}");
        let token = app.token(ANN).await;
        app.post(None, "/api/users/email/restore", &link(&token)).await.expect(204);
        app.reset(&app.token(ANN).await, "another fine password").await.expect(204);
        let signed_in = app.sign_in(ANN, "another fine password").await;
        if is_earlier {
            signed_in.expect_problem(401, "second_factor_required");
        } else {
            signed_in.expect(200);
        }
    }
}

async fn sign_in_at(app: &AuthFixture, code: &str) -> Reply {
    let body = json!({"email": ANN, "password": RIGHT, "code": code});
    app.post_from(ELSEWHERE, None, "/api/users/signin", &body).await
}

#[tokio::test]
async fn a_repeated_sign_up_starts_no_session_without_a_code() {
    let app = AuthFixture::open().await;
    let created = browser(&app.sign_up_keyed("first", ANN, RIGHT).await.expect(201));
    app.sign_up_keyed("first", ANN, RIGHT).await.expect(201);
    switch_on(&app, &created).await;
    let repeat = app.sign_up_keyed("first", ANN, RIGHT).await;
    let repeat = repeat.expect_problem(401, "second_factor_required");
    assert_eq!(repeat.header("set-cookie"), "");
}
