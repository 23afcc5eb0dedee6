//! Equal spellings of an address and of a password, through HTTP.

use actix_web::http::header::HeaderMap;
use auth::documents::AddressOwner;
use auth::domain::{EmailAddress, Guesses, User as Account};
use auth::hashing::{HashThreads, Hasher, Lane};
use contract::{Language, UserId};
use serde_json::json;
use service::migration::Migration;
use sources::Ids;
use store::{Query, Stop};
use testing::Platforms;
use web::ClientAddress;

use crate::fixture::{ANN, AuthFixture, BOB, CHEAP};

const PASSWORD: &str = "caf\u{e9} m\u{fc}ller";
const DECOMPOSED: &str = "cafe\u{301} mu\u{308}ller";

/// Every address has its canonical form.
const MIGRATION: &str = "canonical_addresses";

/// Stores an account as before canonical forms and prepared passwords.
async fn plant(app: &AuthFixture, platforms: &Platforms, email: &str, password: &str) -> UserId {
    let hasher = Hasher::new(CHEAP, HashThreads::Calling, Ids::seeded(7)).unwrap();
    let here = ClientAddress::read(&HeaderMap::new(), None, 0);
    let place = hasher.queue(Lane::SignUps, here.into()).unwrap();
    let hash = place.hash(password.to_owned()).await.unwrap();
    let id = UserId::from(platforms.id());
    let email: EmailAddress = serde_json::from_value(json!(email)).unwrap();
    let account =
        Account::sign_up(id, (email.clone(), Language::English), hash, platforms.clock.now());
    let planting = app.store(auth::NAME).transact(move |tx| {
        if tx.get::<Migration>(MIGRATION)?.is_some() {
            tx.delete::<Migration>(MIGRATION);
        }
        tx.insert(AddressOwner { email: email.clone(), user_id: id });
        tx.insert(account.clone());
        Ok::<_, Stop<auth::domain::Refusal>>(())
    });
    app.settle_while(planting).await.unwrap();
    id
}

#[tokio::test]
async fn spellings_of_an_address_share_one_account() {
    let app = AuthFixture::open().await;
    for (at, spellings) in [
        ["jos\u{e9}@example.com", "jose\u{301}@example.com", "JOSE\u{301}@Example.com"],
        ["ann@bücher.example", "ann@xn--bcher-kva.example", "ＡＮＮ@ⓑücher。example"],
        ["bob@ｅｘａｍｐｌｅ.com", "bob@example.com", "BOB@ⓔxample.com"],
    ]
    .into_iter()
    .enumerate()
    {
        let id = app.sign_up(spellings[at], PASSWORD).await.expect(201).text("id");
        for spelling in spellings {
            app.sign_up(spelling, PASSWORD).await.expect_problem(409, "email_taken");
            assert_eq!(app.sign_in(spelling, PASSWORD).await.expect(200).text("id"), id);
        }
    }
}

#[tokio::test]
async fn guesses_at_every_spelling_of_an_address_are_counted_together() {
    let app = AuthFixture::open().await;
    for spelling in
        ["jos\u{e9}@example.com", "jose\u{301}@example.com", "JOSÉ@ｅxample.com"].repeat(2)
    {
        app.sign_in(spelling, "not the password").await.expect_problem(401, "bad_credentials");
    }
    app.sign_in("jose\u{301}@example.com", "not the password")
        .await
        .expect_problem(429, "too_many_requests");
    let guesses: Vec<Guesses> = app.store(auth::NAME).query(Query::on("by_end")).await.unwrap();
    assert_eq!(guesses.len(), 1);
}

#[tokio::test]
async fn a_password_matches_in_every_unicode_composition() {
    let app = AuthFixture::open().await;
    let id = app.sign_up(ANN, DECOMPOSED).await.expect(201).text("id");
    for password in [PASSWORD, DECOMPOSED, "caf\u{e9}\u{a0}mu\u{308}ller"] {
        assert_eq!(app.sign_in(ANN, password).await.expect(200).text("id"), id);
    }
    for password in ["cafe muller", "Caf\u{e9} m\u{fc}ller"] {
        app.sign_in(ANN, password).await.expect_problem(401, "bad_credentials");
    }
}

#[tokio::test]
async fn a_password_that_was_hashed_unprepared_is_right_and_hashed_anew() {
    let (platforms, app) = AuthFixture::with_platforms().await;
    let id = plant(&app, &platforms, ANN, DECOMPOSED).await;
    app.sign_in(ANN, PASSWORD).await.expect_problem(401, "bad_credentials");
    for password in [DECOMPOSED, PASSWORD, DECOMPOSED] {
        let reply = app.sign_in(ANN, password).await.expect(200);
        assert_eq!(reply.text("id"), id.to_string());
    }
    let control = plant(&app, &platforms, BOB, "older\u{1}rules").await;
    let reply = app.sign_in(BOB, "older\u{1}rules").await.expect(200);
    assert_eq!(reply.text("id"), control.to_string());
}

#[tokio::test]
async fn an_account_of_before_canonical_forms_or_the_rules_is_found_by_its_own_spelling() {
    let (platforms, app) = AuthFixture::with_platforms().await;
    let taken = (409, "email_taken");
    let breaks_a_rule = (400, "invalid_request");
    let label = "l".repeat(64);
    for (stored, typed, (status, code)) in [
        ("ann@example.com", "Ann@Example.com", taken),
        ("straße@example.com", "Straße@example.com", taken),
        ("bob@xn--bcher-kva.example", "bob@xn--bcher-kva.example", taken),
        ("jose\u{301}@example.com", "Jose\u{301}@example.com", taken),
        ("ann\u{3164}@example.com", "Ann\u{3164}@Example.com", breaks_a_rule),
        ("ann@exam\u{fe0f}ple.com", " ann@exam\u{fe0f}ple.com ", breaks_a_rule),
        ("x\u{b2}@example.com", "X\u{b2}@example.com", breaks_a_rule),
        ("a@127.0.0.1", "A@127.0.0.1", breaks_a_rule),
        ("🎻@example.com", "🎻@example.com", breaks_a_rule),
        (&format!("a@{label}.com"), &format!("a@{label}.com"), breaks_a_rule),
    ] {
        let id = plant(&app, &platforms, stored, PASSWORD).await;
        let reply = app.sign_in(typed, PASSWORD).await.expect(200);
        assert_eq!(reply.text("id"), id.to_string(), "{typed}");
        app.sign_in(typed, "not the password").await.expect_problem(401, "bad_credentials");
        app.sign_up(typed, PASSWORD).await.expect_problem(status, code);
    }
}

#[tokio::test]
async fn an_address_that_breaks_the_rules_and_has_no_account_is_a_wrong_guess() {
    let app = AuthFixture::open().await;
    for email in ["ann\u{200b}@example.com", "@example.com", "ann@localhost", "a@1.2"] {
        for _ in 0..6 {
            app.sign_in(email, PASSWORD).await.expect_problem(401, "bad_credentials");
        }
        app.sign_in(email, PASSWORD).await.expect_problem(429, "too_many_requests");
    }
    let longest = format!("{}@example.com", "é".repeat(121));
    app.sign_in(&longest, PASSWORD).await.expect_problem(401, "bad_credentials");
    app.sign_in(&format!("l{longest}"), PASSWORD).await.expect_problem(400, "invalid_request");
    app.sign_in("example.com", PASSWORD).await.expect_problem(400, "invalid_request");
}

/// Guesses at an address are counted under `ADDRESS`, and at its familiar addresses under
/// `ADDRESS`, a line feed and the client address.
#[tokio::test]
async fn an_address_with_a_line_end_is_no_address_and_counts_nowhere() {
    let app = AuthFixture::open().await;
    app.sign_up(ANN, PASSWORD).await.expect(201);
    let counts = async || -> Vec<Guesses> {
        app.store(auth::NAME).query(Query::on("by_end")).await.unwrap()
    };
    let before = counts().await;
    for email in ["ann@example.com\n127.0.0.1", "ann@example.com\n127.0.0.1/32", "a\u{0}b@1.2"] {
        app.sign_in(email, "not the password").await.expect_problem(400, "invalid_request");
    }
    assert_eq!(counts().await, before);
}

#[tokio::test]
async fn accounts_of_before_canonical_forms_are_found_and_have_no_second_one_after_a_start() {
    let (platforms, app) = AuthFixture::with_platforms().await;
    // Of two accounts with one canonical form, each is found by its own spelling.
    let accounts: [(&str, &[&str]); 5] = [
        ("strasse@example.com", &["STRASSE@example.com"]),
        ("straße@example.com", &[]),
        ("große@example.com", &["GROSSE@example.com", "groẞe@example.com"]),
        ("jose\u{301}@example.com", &["jos\u{e9}@example.com", "JOSÉ@example.com"]),
        ("bob@xn--bcher-kva.example", &["bob@bücher.example", "bob@BÜCHER.example"]),
    ];
    let mut ids = Vec::new();
    for (stored, _) in accounts {
        ids.push(plant(&app, &platforms, stored, PASSWORD).await.to_string());
    }
    drop(app);
    let app = AuthFixture::open_on(&platforms).await;
    app.settle().await;
    for ((stored, others), id) in accounts.into_iter().zip(ids) {
        for spelling in others.iter().chain([&stored]) {
            app.sign_up(spelling, PASSWORD).await.expect_problem(409, "email_taken");
            assert_eq!(app.sign_in(spelling, PASSWORD).await.expect(200).text("id"), id);
        }
    }
}
