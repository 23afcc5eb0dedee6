//! Rate limits of password guesses and sign-ups: through HTTP, the table of waits, expiry, and
//! rejected guesses.

use std::num::NonZeroU32;
use std::time::Duration;

use auth::Settings;
use auth::domain::guesses::{FAMILIAR, REMEMBERED, WAIT_MAX};
use auth::domain::{Guesses, Refusal};
use futures::future::join_all;
use serde_json::{Value, json};
use store::Query;
use testing::platforms::START;
use testing::{Platforms, Reply, User};
use web::Quota;

use crate::fixture::{ANN, AuthFixture, BOB, ELSEWHERE, HOME, RIGHT, settings, signed_in};

const UNREGISTERED: &str = "nobody@example.com";

fn per_minute(count: u32) -> Option<Quota> {
    NonZeroU32::new(count).map(Quota::per_minute)
}

/// Ann's account, made at home.
async fn ann(app: &AuthFixture) -> User {
    signed_in(&app.sign_up_from(HOME, ANN).await.expect(201))
}

/// The contents of a response without the id of its request.
fn shown(reply: &Reply) -> (u16, String, Value) {
    let mut body = reply.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("requestId");
    }
    (reply.status, reply.header("retry-after").to_owned(), body)
}

#[tokio::test]
async fn each_wrong_guess_makes_the_next_wait_longer_and_unknown_addresses_look_the_same() {
    let app = AuthFixture::open().await;
    ann(&app).await;
    let mut waits = Vec::new();
    for _ in 0..40 {
        let known = app.sign_in_from(ELSEWHERE, ANN, "wrong").await;
        let unknown = app.sign_in_from(ELSEWHERE, UNREGISTERED, "wrong").await;
        assert_eq!(shown(&known), shown(&unknown));
        if known.status == 401 {
            continue;
        }
        let refused = known.expect_problem(429, "too_many_requests");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        waits.push(wait);
        // Even the right password is not verified during the wait.
        app.clock().advance(Duration::from_millis(wait * 1_000 - 1));
        app.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect_problem(429, "too_many_requests");
        app.clock().advance(Duration::from_millis(1));
    }
    assert_eq!(waits[..9], [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    app.clock().advance(Duration::from_mins(1));
    app.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect(200);
    assert_eq!(app.guess_until_refused(ELSEWHERE, "").await, 6);
}

#[tokio::test]
async fn of_many_guesses_at_once_no_more_get_through_than_of_one_after_the_other() {
    let app = AuthFixture::open().await;
    ann(&app).await;
    let guesses = (0..30).map(|_| app.sign_in_from(ELSEWHERE, ANN, "wrong"));
    let statuses: Vec<u16> = join_all(guesses).await.iter().map(|reply| reply.status).collect();
    let looked_at = statuses.iter().filter(|status| **status == 401).count();
    // A full gate rejects too, before a guess is counted.
    assert!(statuses.iter().all(|status| [401, 429, 503].contains(status)), "{statuses:?}");
    assert!((1..=6).contains(&looked_at), "{statuses:?}");
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn guesses_of_others_do_not_delay_an_owner_at_a_familiar_address() {
    let app = AuthFixture::open().await;
    ann(&app).await;
    assert_eq!(app.guess_until_refused(ELSEWHERE, "").await, 6);
    app.sign_in_from("203.0.113.9", ANN, RIGHT).await.expect(429);
    for _ in 0..10 {
        app.sign_in_from(HOME, ANN, RIGHT).await.expect(200);
    }
    app.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect(429);
    assert_eq!(app.guess_until_refused(HOME, "").await, 6);
    app.clock().advance(Duration::from_secs(1));
    app.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect(200);
    assert_eq!(app.guess_until_refused(ELSEWHERE, "").await, 6);
    app.sign_in_from("203.0.113.9", ANN, RIGHT).await.expect(200);
}

#[tokio::test]
async fn replicas_count_guesses_together() {
    let (first, second) = AuthFixture::replicas(&Platforms::in_memory()).await;
    ann(&first).await;
    for _ in 0..3 {
        first.sign_in_from(ELSEWHERE, ANN, "wrong").await.expect(401);
        second.sign_in_from(ELSEWHERE, ANN, "wrong").await.expect(401);
    }
    for app in [&first, &second] {
        let refused = app.sign_in_from(ELSEWHERE, ANN, RIGHT).await;
        assert_eq!(refused.expect_problem(429, "too_many_requests").header("retry-after"), "1");
    }
    first.clock().advance(Duration::from_secs(1));
    second.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect(200);
    first.sign_in_from(ELSEWHERE, ANN, "wrong").await.expect(401);
}

#[tokio::test]
async fn guesses_within_a_session_have_the_same_limit() {
    let app = AuthFixture::open().await;
    let ann = ann(&app).await;
    let change = async |password: &str| {
        let body = json!({"currentPassword": password, "newPassword": "another password"});
        app.post_from(ELSEWHERE, Some(&ann), "/api/users/password", &body).await
    };
    for _ in 0..6 {
        change("wrong").await.expect_problem(401, "bad_credentials");
    }
    change(RIGHT).await.expect_problem(429, "too_many_requests");
    app.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect(429);
    app.clock().advance(Duration::from_secs(1));
    change(RIGHT).await.expect(204);
}

#[tokio::test]
async fn sign_ins_and_sign_ups_are_limited_per_address_for_all_accounts() {
    let app = AuthFixture::open_with(Settings {
        sign_in_limit: per_minute(3),
        sign_up_limit: per_minute(2),
        ..settings()
    })
    .await;
    ann(&app).await;
    app.sign_up_from(HOME, BOB).await.expect(201);
    let refused = app.sign_up_from(HOME, "carl@example.com").await;
    assert_eq!(refused.expect_problem(429, "too_many_requests").header("retry-after"), "30");
    app.sign_up_from(ELSEWHERE, "carl@example.com").await.expect(201);
    for email in [ANN, UNREGISTERED, BOB] {
        assert_ne!(app.sign_in_from(HOME, email, RIGHT).await.status, 429);
    }
    let refused = app.sign_in_from(HOME, ANN, RIGHT).await;
    assert_eq!(refused.expect_problem(429, "too_many_requests").header("retry-after"), "20");
    app.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect(200);
    app.clock().advance(Duration::from_secs(20));
    app.sign_in_from(HOME, ANN, RIGHT).await.expect(200);
    app.sign_in_from(HOME, ANN, RIGHT).await.expect(429);
    app.clock().advance(Duration::from_secs(10));
    app.sign_up_from(HOME, "dora@example.com").await.expect(201);
}

/// A hundred sign-ins at once, each to another account from another /64 of one /48.
async fn flood(app: &AuthFixture, round: u32) -> Vec<u16> {
    let one = |number| async move {
        let number = (round * 100 + number) * 131 % 65_536;
        let (address, email) =
            (format!("2001:db8:1:{number:x}::1"), format!("{number}@example.com"));
        app.sign_in_from(&address, &email, "wrong").await.status
    };
    join_all((0..100).map(one)).await
}

#[tokio::test]
async fn a_flood_from_one_ipv6_site_is_limited_and_other_sign_ins_pass() {
    let settings = Settings { sign_in_limit: per_minute(60), ..settings() };
    let app = AuthFixture::open_with(settings).await;
    ann(&app).await;
    let mut passed = 0;
    for round in 0..5 {
        let honest = app.sign_in_from(HOME, ANN, RIGHT);
        let stranger = format!("2001:db8:2:{round:x}::1");
        let newcomer = app.sign_in_from(&stranger, BOB, "wrong");
        let (flooded, honest, newcomer) = tokio::join!(flood(&app, round), honest, newcomer);
        honest.expect(200);
        assert_eq!(newcomer.status, 401);
        assert!(flooded.iter().all(|status| [401, 429, 503].contains(status)), "{flooded:?}");
        passed += flooded.iter().filter(|status| **status != 429).count();
        app.clock().advance(Duration::from_secs(1));
    }
    // Four times the burst of one address, and of its rate per second.
    assert_eq!(passed, 4 * 60 + 4 * 4);
}

#[tokio::test]
async fn stored_guesses_contain_no_address_and_expire() {
    let app = AuthFixture::open().await;
    ann(&app).await;
    app.sign_in_from(ELSEWHERE, UNREGISTERED, "wrong").await.expect(401);
    let kept = || app.store(auth::NAME).query::<Guesses>(Query::on("by_end").limit(10));
    let text = serde_json::to_string(&kept().await.unwrap()).unwrap();
    for personal in ["ann", "nobody", "example", HOME, ELSEWHERE] {
        assert!(!text.contains(personal), "{personal} is in {text}");
    }
    assert_eq!(kept().await.unwrap().len(), 2, "where Ann signed up, and Nobody's");
    app.pass(Duration::from_hours(1)).await;
    assert_eq!(kept().await.unwrap().len(), 1);
    app.pass(Duration::from_hours(30 * 24)).await;
    assert_eq!(kept().await.unwrap(), []);
}

fn wait(guessed: &Result<Guesses, Refusal>) -> Duration {
    match guessed {
        Ok(_) => Duration::ZERO,
        Err(Refusal::TooSoon { wait }) => *wait,
        Err(refusal) => panic!("{refusal:?}"),
    }
}

#[test]
fn five_are_free_then_each_wrong_one_doubles_the_wait_up_to_a_minute() {
    let (mut guesses, mut now) = (Guesses::none("ann".to_owned(), START), START);
    for (wrong, seconds) in
        [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60].into_iter().enumerate()
    {
        let before = Duration::from_secs(seconds);
        assert_eq!(guesses.wrong, u32::try_from(wrong).unwrap());
        assert_eq!(wait(&guesses.guess(now)), before, "after {wrong}");
        if let Some(almost) = before.checked_sub(Duration::from_millis(1)) {
            assert_eq!(wait(&guesses.guess(now.plus(almost))), Duration::from_millis(1));
        }
        now = now.plus(before);
        guesses = guesses.guess(now).unwrap();
    }
}

#[test]
fn the_wait_has_a_maximum_after_any_number_of_wrong_guesses() {
    for wrong in [13, 40, 1_000, u32::MAX] {
        let guesses = Guesses { wrong, ..Guesses::none("ann".to_owned(), START) };
        assert_eq!(wait(&guesses.guess(START)), WAIT_MAX);
        assert_eq!(guesses.guess(START.plus(WAIT_MAX)).unwrap().wrong, wrong.saturating_add(1));
    }
}

#[test]
fn wrong_ones_are_forgotten_an_hour_after_the_last_one() {
    let guesses = Guesses { wrong: 9, ..Guesses::none("ann".to_owned(), START) };
    let almost = START.plus(REMEMBERED).minus(Duration::from_millis(1));
    assert_eq!(guesses.guess(almost).unwrap().wrong, 10);
    let after = guesses.guess(START.plus(REMEMBERED)).unwrap();
    assert_eq!(after.wrong, 1);
    assert_eq!(after.forget_after, START.plus(REMEMBERED).plus(REMEMBERED));
}

#[test]
fn separate_counts_expire_at_their_own_time() {
    let familiar = Guesses::familiar("ann".to_owned(), START);
    assert_eq!(familiar.forget_after, START.plus(FAMILIAR));
    assert_eq!(familiar.guess(START).unwrap().forget_after, START.plus(FAMILIAR));
    let late = START.plus(FAMILIAR).minus(Duration::from_mins(1));
    assert_eq!(familiar.guess(late).unwrap().forget_after, late.plus(REMEMBERED));
}

#[test]
fn a_clock_that_is_set_back_does_not_add_its_step_to_the_wait() {
    let guesses = Guesses { wrong: 40, ..Guesses::none("ann".to_owned(), START) };
    for back in [1, 30, 59] {
        let now = START.minus(Duration::from_secs(back));
        assert!(wait(&guesses.guess(now)) <= WAIT_MAX, "{back} s back");
    }
    let next = guesses.guess(START.minus(Duration::from_hours(1))).unwrap();
    assert_eq!(next.wrong, 41, "and none is forgotten by it");
}
