//! Known devices: an owner with a device cookie can sign in during guesses and floods of others,
//! and a stolen cookie is useless.

use std::time::Duration;

use auth::domain::devices::{DEVICE_GUESSES_MAX, DEVICE_KEPT, DEVICES_MAX, Devices};
use auth::domain::{Guesses, Refusal};
use futures::future::join_all;
use serde_json::json;
use store::Query;
use testing::platforms::START;
use testing::{Platforms, Reply};

use crate::fixture::{ANN, AuthFixture, BOB, ELSEWHERE, HOME, RIGHT, signed_in};

/// An address without a sign-in.
fn fresh(number: usize) -> String {
    format!("2001:db8:{number:x}::1")
}

/// The device cookie that a response sets.
fn device(reply: &Reply) -> String {
    let mut set = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie = set.find(|cookie| cookie.starts_with("device="));
    cookie.unwrap().split(';').next().unwrap().to_owned()
}

/// Ten wrong guesses at once with a cookie, each from another address.
async fn ten_guesses(auth: &AuthFixture, cookie: &str) -> Vec<u16> {
    let guess = |number| async move {
        auth.sign_in_with(&fresh(number), ANN, "wrong", cookie).await.status
    };
    join_all((0..10).map(guess)).await
}

#[tokio::test]
async fn an_owner_with_the_cookie_gets_in_from_a_new_address_while_strangers_guess() {
    let auth = AuthFixture::open().await;
    let cookie = device(&auth.sign_up_from(HOME, ANN).await.expect(201));
    for number in 0..30 {
        auth.guess_until_refused(ELSEWHERE, "").await;
        auth.sign_in_from(&fresh(1_000 + number), ANN, RIGHT).await.expect(429);
        auth.sign_in_with(&fresh(number), ANN, RIGHT, &cookie).await.expect(200);
        auth.clock().advance(Duration::from_secs(5));
    }
}

#[tokio::test]
async fn every_sign_in_and_a_changed_password_make_the_device_familiar() {
    let auth = AuthFixture::open().await;
    auth.sign_up_from(HOME, ANN).await.expect(201);
    let reply = auth.sign_in_from(ELSEWHERE, ANN, RIGHT).await.expect(200);
    let (cookie, ann) = (device(&reply), signed_in(&reply));
    let body = json!({"currentPassword": RIGHT, "newPassword": "another password"});
    let changed = auth.post_from(ELSEWHERE, Some(&ann), "/api/users/password", &body).await;
    let other = device(&changed.expect(204));
    assert_ne!(cookie, other, "a browser without a cookie gets a new one");
    auth.guess_until_refused("203.0.113.9", "").await;
    for (number, cookie) in [&cookie, &other].into_iter().enumerate() {
        let again = auth.sign_in_with(&fresh(number), ANN, "another password", cookie).await;
        assert_eq!(device(&again.expect(200)), *cookie, "a browser keeps its cookie");
    }
}

#[tokio::test]
async fn guesses_with_a_cookie_are_counted_by_the_device_which_ten_make_a_stranger() {
    let auth = AuthFixture::open().await;
    let cookie = device(&auth.sign_up_from(HOME, ANN).await.expect(201));
    let mut looked_at = 0;
    while looked_at < DEVICE_GUESSES_MAX {
        match auth.sign_in_with(&fresh(1), ANN, "wrong", &cookie).await.status {
            401 => looked_at += 1,
            429 => auth.clock().advance(Duration::from_secs(1)),
            status => panic!("{status}"),
        }
    }
    // The common count has no guess yet.
    assert_eq!(auth.guess_until_refused(&fresh(2), &cookie).await, 6);
    auth.sign_in_from(&fresh(3), ANN, RIGHT).await.expect(429);
    auth.clock().advance(Duration::from_hours(24));
    assert_eq!(auth.guess_until_refused(&fresh(4), &cookie).await, 6, "time is no pardon");
    auth.clock().advance(Duration::from_secs(1));
    auth.sign_in_with(&fresh(5), ANN, RIGHT, &cookie).await.expect(200);
    auth.guess_until_refused(ELSEWHERE, "").await;
    auth.sign_in_with(&fresh(6), ANN, RIGHT, &cookie).await.expect(200);
}

#[tokio::test]
async fn a_cookie_of_another_or_no_account_is_not_trusted() {
    let auth = AuthFixture::open().await;
    let anns = device(&auth.sign_up_from(HOME, ANN).await.expect(201));
    let bobs = device(&auth.sign_up_from(ELSEWHERE, BOB).await.expect(201));
    let made_up = format!("device={}", "A".repeat(43));
    auth.guess_until_refused("203.0.113.9", "").await;
    for cookie in [bobs.as_str(), &made_up, "device=", "device=x", "device=a; device=b"] {
        auth.sign_in_with("203.0.113.9", ANN, RIGHT, cookie).await.expect(429);
    }
    // A browser shared by two users has one cookie for both.
    auth.sign_in_with("203.0.113.9", BOB, RIGHT, &anns).await.expect(200);
    for email in [ANN, BOB] {
        auth.guess_until_refused("203.0.113.9", "").await;
        auth.sign_in_with(&fresh(1), email, RIGHT, &anns).await.expect(200);
    }
}

#[tokio::test]
async fn of_several_device_cookies_the_one_that_the_account_trusts_counts() {
    let auth = AuthFixture::open().await;
    let anns = device(&auth.sign_up_from(HOME, ANN).await.expect(201));
    let bobs = device(&auth.sign_up_from(ELSEWHERE, BOB).await.expect(201));
    auth.guess_until_refused("203.0.113.9", "").await;
    for cookies in
        [format!("{bobs}; {anns}"), format!("{anns}; {bobs}"), format!("device=; {anns}")]
    {
        let signed_in = auth.sign_in_with(&fresh(1), ANN, RIGHT, &cookies).await.expect(200);
        assert_eq!(device(&signed_in), anns, "{cookies}");
    }
    auth.sign_in_with(&fresh(2), ANN, RIGHT, &bobs).await.expect(429);
}

#[tokio::test]
async fn replicas_know_the_same_devices_and_count_their_guesses_together() {
    let (first, second) = AuthFixture::replicas(&Platforms::in_memory()).await;
    let cookie = device(&first.sign_up_from(HOME, ANN).await.expect(201));
    first.guess_until_refused(ELSEWHERE, "").await;
    second.sign_in_with(&fresh(1), ANN, RIGHT, &cookie).await.expect(200);
    let (one, other) = tokio::join!(ten_guesses(&first, &cookie), ten_guesses(&second, &cookie));
    let looked_at = one.iter().chain(&other).filter(|status| **status == 401).count();
    assert_eq!(looked_at, 6, "{one:?} {other:?}");
}

#[tokio::test]
async fn stored_devices_contain_no_address_and_expire() {
    let auth = AuthFixture::open().await;
    let cookie = device(&auth.sign_up_from(HOME, ANN).await.expect(201));
    let kept = || auth.store(auth::NAME).query::<Devices>(Query::on("by_end").limit(10));
    let text = serde_json::to_string(&kept().await.unwrap()).unwrap();
    let secret = cookie.strip_prefix("device=").unwrap();
    for personal in ["ann", "example", HOME, secret] {
        assert!(!text.contains(personal), "{personal} is in {text}");
    }
    auth.pass(DEVICE_KEPT).await;
    assert_eq!(kept().await.unwrap(), []);
    let guesses = auth.store(auth::NAME).query::<Guesses>(Query::on("by_end").limit(10));
    assert_eq!(guesses.await.unwrap(), []);
}

#[test]
fn a_further_device_replaces_the_least_recently_used_one() {
    let (mut devices, mut now) = (Devices::none("ann".to_owned(), START), START);
    for number in 0..=DEVICES_MAX {
        devices = devices.signed_in(number.to_string(), now);
        now = now.plus(Duration::from_secs(1));
        // The first device is used repeatedly.
        devices = devices.signed_in("0".to_owned(), now);
    }
    assert_eq!(devices.devices.len(), DEVICES_MAX);
    assert!(devices.is_trusted("0", now) && !devices.is_trusted("1", now));
    assert!(devices.is_trusted(&DEVICES_MAX.to_string(), now));
    assert!(!devices.is_trusted("0", now.plus(DEVICE_KEPT)));
}

#[test]
fn guesses_on_a_device_wait_as_strangers_do() {
    let mut devices = Devices::none("ann".to_owned(), START).signed_in("laptop".to_owned(), START);
    for _ in 0..6 {
        devices = devices.guess("laptop", START).unwrap();
    }
    let wait = Duration::from_secs(1);
    assert_eq!(devices.guess("laptop", START), Err(Refusal::TooSoon { wait }));
    let later = START.plus(wait);
    let mut now = later;
    while devices.is_trusted("laptop", now) {
        // The times of the other guesses do not matter.
        now = now.plus(Duration::from_hours(2));
        devices = devices.guess("laptop", now).unwrap();
    }
    assert_eq!(devices.devices[0].wrong, DEVICE_GUESSES_MAX);
}
