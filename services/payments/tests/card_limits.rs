//! Limits on attempts to charge cards over HTTP: declines, attempts, cards, networks; with several
//! replicas.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use contract::order::CREATED;
use futures::future::join_all;
use payments::domain::{AttemptLimits, CardAttempts};
use payments::provider::stripe::WebhookSecrets;
use payments::settings::CardSettings;
use payments::{Payment, TestProvider};
use reqwest::Method;
use serde_json::json;
use service::Platform;
use store::{Document as _, Engine};
use testing::user::{Rank, claims, sign};
use testing::{Platforms, Reply, Stage, User};
use web::RateLimits;

const HOME: &str = "198.51.100.7";

struct TestApp {
    platforms: Platforms,
    stage: Stage,
    provider: TestProvider,
}

fn some(count: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(count)
}

/// Limits of an account only.
fn of_account(declines: u32, attempts: u32, cards: u32) -> CardSettings {
    let account =
        AttemptLimits { declines: some(declines), attempts: some(attempts), cards: some(cards) };
    CardSettings { account, ..CardSettings::default() }
}

/// A replica of payments on this engine, behind a proxy.
async fn replica(
    platforms: &Platforms,
    engine: Engine,
    cards: CardSettings,
) -> (Stage, TestProvider) {
    let sessions = platforms.sessions();
    let (clock, ids) = (platforms.clock.clone(), platforms.ids.clone());
    let (provider, ledger) = TestProvider::open(Engine::memory(), clock, ids).await.unwrap();
    let platform = platforms.platform_with(payments::NAME, sessions.clone());
    let platform = Platform { engine, ..platform };
    let gateway = Arc::new(provider.clone());
    let secrets = WebhookSecrets::default();
    let mut service =
        payments::service_with_limits(platform, gateway, secrets, cards).await.unwrap();
    service.stores.push(ledger);
    let limits = RateLimits { trusted_proxies: 1, ..RateLimits::default() };
    (Stage::start_within(platforms, sessions, vec![service], limits), provider)
}

impl TestApp {
    async fn open(cards: CardSettings) -> Self {
        let platforms = Platforms::in_memory();
        let (stage, provider) = replica(&platforms, Engine::memory(), cards).await;
        Self { platforms, stage, provider }
    }

    async fn top_up(&self, user: &User, token: &str) -> Reply {
        let user = self.signed_in(user);
        self.stage.settle_while(top_up_from(HOME, &self.stage, &user, token)).await
    }

    /// The same user with a fresh token.
    fn signed_in(&self, user: &User) -> User {
        let (session, now) = (self.platforms.id().into(), self.platforms.clock.now());
        let token = sign(&claims(user.id, session, Rank::User, now), &self.platforms.key);
        User { id: user.id, cookie: format!("session={token}") }
    }

    async fn top_up_from(&self, address: &str, token: &str) -> Reply {
        let user = self.stage.user();
        self.stage.settle_while(top_up_from(address, &self.stage, &user, token)).await
    }

    async fn declined(&self, user: &User, token: &str) {
        self.top_up(user, token).await.expect_problem(402, "payment_declined");
    }

    /// Number of payments created at the provider.
    async fn asked(&self) -> usize {
        self.provider.ledger().await.unwrap().len()
    }
}

async fn top_up_from(address: &str, stage: &Stage, user: &User, token: &str) -> Reply {
    let request = stage.request(Method::POST, "/api/payments/top-ups", Some(user));
    let body = json!({"amount": 1, "token": token});
    stage.send(request.header("X-Forwarded-For", address).json(&body)).await
}

/// The seconds in a refusal.
fn wait(reply: Reply) -> u64 {
    let refused = reply.expect_problem(429, "too_many_card_attempts");
    refused.header("retry-after").parse().unwrap()
}

#[tokio::test]
async fn after_five_declines_each_doubles_the_wait_without_a_call() {
    let app = TestApp::open(of_account(5, 0, 0)).await;
    let (ann, bob) = (app.stage.user(), app.stage.user());
    for _ in 0..5 {
        app.declined(&ann, "tok_declined").await;
    }
    let mut waits = Vec::new();
    for _ in 0..11 {
        let asked = app.asked().await;
        let seconds = wait(app.top_up(&ann, "tok_declined").await);
        assert_eq!(app.asked().await, asked);
        waits.push(seconds);
        app.stage.clock().advance(Duration::from_millis(seconds * 1_000 - 1));
        // A valid card is not charged before the wait has passed either.
        wait(app.top_up(&ann, "tok_visa").await);
        app.stage.clock().advance(Duration::from_millis(1));
        app.declined(&ann, "tok_declined").await;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
    app.top_up(&bob, "tok_visa").await.expect(201);
}

#[tokio::test]
async fn a_success_ends_the_row_of_declines() {
    let app = TestApp::open(of_account(5, 0, 0)).await;
    let ann = app.stage.user();
    for _ in 0..2 {
        for _ in 0..4 {
            app.declined(&ann, "tok_insufficient_funds").await;
        }
        app.top_up(&ann, "tok_visa").await.expect(201);
    }
    for _ in 0..5 {
        app.declined(&ann, "tok_declined").await;
    }
    assert_eq!(wait(app.top_up(&ann, "tok_visa").await), 1);
}

#[tokio::test]
async fn failed_attempts_per_hour_are_limited_despite_successes() {
    let app = TestApp::open(of_account(0, 3, 0)).await;
    let ann = app.stage.user();
    for _ in 0..3 {
        app.declined(&ann, "tok_declined").await;
        if app.asked().await < 5 {
            app.top_up(&ann, "tok_visa").await.expect(201);
        }
        app.stage.clock().advance(Duration::from_mins(10));
    }
    assert_eq!(wait(app.top_up(&ann, "tok_visa").await), 30 * 60);
    app.stage.clock().advance(Duration::from_mins(30));
    app.top_up(&ann, "tok_visa").await.expect(201);
    app.declined(&ann, "tok_declined").await;
    wait(app.top_up(&ann, "tok_declined").await);
}

#[tokio::test]
async fn failed_cards_per_day_are_limited_and_successes_are_not_counted() {
    let app = TestApp::open(of_account(0, 0, 3)).await;
    let ann = app.stage.user();
    for token in ["tok_visa", "tok_refund_fails", "tok_refund_pending", "tok_error_after_refund"] {
        app.top_up(&ann, token).await.expect(201);
    }
    for token in ["tok_1", "tok_2", "tok_3", "tok_1", "tok_2"] {
        app.declined(&ann, token).await;
        app.stage.clock().advance(Duration::from_mins(1));
    }
    // Of the three, the third was used least recently: three minutes ago.
    assert_eq!(wait(app.top_up(&ann, "tok_4").await), 24 * 3_600 - 3 * 60);
    app.declined(&ann, "tok_3").await;
    wait(app.top_up(&ann, "tok_visa").await);
    app.stage.clock().advance(Duration::from_hours(24));
    app.declined(&ann, "tok_4").await;
}

#[tokio::test]
async fn payments_of_orders_and_top_ups_count_together() {
    let app = TestApp::open(of_account(0, 4, 0)).await;
    let ann = app.stage.user();
    let order = app.platforms.order(ann.id, Duration::from_mins(1));
    app.stage.publish(&[CREATED.of(order.clone())]).await;
    app.stage.settle().await;
    let body = json!({"orderId": order.id, "token": "tok_declined"});
    let pay = async || {
        let paying = app.stage.post(Some(&ann), "/api/payments", &body);
        app.stage.settle_while(paying).await
    };
    for _ in 0..2 {
        pay().await.expect_problem(402, "payment_declined");
        app.declined(&ann, "tok_declined").await;
    }
    wait(pay().await);
    wait(app.top_up(&ann, "tok_visa").await);
    // A request that is rejected before the provider is called is not counted.
    let unknown = json!({"orderId": "0123456789abcdef01234567", "token": "tok_visa"});
    app.stage.post(Some(&ann), "/api/payments", &unknown).await.expect(404);
}

#[tokio::test]
async fn concurrent_attempts_at_two_replicas_share_the_limit() {
    let (platforms, engine) = (Platforms::in_memory(), Engine::shared_memory());
    let (first, _) = replica(&platforms, engine.clone(), of_account(5, 0, 0)).await;
    let (second, _) = replica(&platforms, engine, of_account(5, 0, 0)).await;
    let ann = first.user();
    let attempts =
        |stage| join_all((0..15).map(|_| top_up_from(HOME, stage, &ann, "tok_declined")));
    let both = async { tokio::join!(attempts(&first), attempts(&second)) };
    let (one, other) = first.settle_while(second.settle_while(both)).await;
    let statuses: Vec<u16> = one.iter().chain(&other).map(|reply| reply.status).collect();
    let reached = statuses.iter().filter(|status| **status != 429).count();
    assert_eq!(reached, 5, "{statuses:?}");
}

#[tokio::test]
async fn a_network_shares_a_limit_over_accounts_and_addresses() {
    let cards = CardSettings { network_attempts: some(3), ..CardSettings::default() };
    let app = TestApp::open(cards).await;
    for (address, is_asked) in [
        ("203.0.113.1", true),
        ("203.0.113.255", true),
        ("::ffff:203.0.113.9", true),
        ("203.0.113.9", false),
        ("203.0.112.9", true),
        ("2001:db8:1::1", true),
        ("2001:db8:1:ffff::1", true),
        ("2001:db8:1:1::1", true),
        ("2001:db8:1:2::1", false),
        ("2001:db8:2::1", true),
    ] {
        let reply = app.top_up_from(address, "tok_declined").await;
        assert_eq!(reply.status, if is_asked { 402 } else { 429 }, "{address}");
    }
    let refused = app.top_up_from("203.0.113.4", "tok_visa").await;
    assert_eq!(wait(refused), 3_600);
    // In development private networks are exempt; successes are not counted.
    for _ in 0..5 {
        app.top_up_from("192.168.1.1", "tok_declined").await.expect(402);
        app.top_up_from("192.0.2.1", "tok_visa").await.expect(201);
    }
    app.stage.clock().advance(Duration::from_hours(1));
    app.top_up_from("203.0.113.9", "tok_visa").await.expect(201);
}

#[tokio::test]
async fn of_several_limits_the_response_has_the_longest_wait() {
    let cards = CardSettings { network_attempts: some(4), ..of_account(2, 3, 2) };
    let app = TestApp::open(cards).await;
    let ann = app.stage.user();
    for token in ["tok_1", "tok_2", "tok_2"] {
        app.declined(&ann, token).await;
        app.stage.clock().advance(Duration::from_mins(1));
    }
    assert_eq!(wait(app.top_up(&ann, "tok_visa").await), 24 * 3_600 - 3 * 60);
    assert_eq!(wait(app.top_up(&ann, "tok_2").await), 57 * 60);
    // The network has a longer wait than the account.
    app.stage.clock().advance(Duration::from_mins(57));
    let bob = app.stage.user();
    for _ in 0..2 {
        app.declined(&bob, "tok_declined").await;
    }
    let refused = app.top_up(&bob, "tok_declined").await;
    assert_eq!(wait(refused), 60, "until Ann's second attempt is an hour old");
}

#[tokio::test]
async fn a_key_stores_no_temporary_refusal_and_counts_an_attempt_once() {
    let app = TestApp::open(of_account(5, 0, 0)).await;
    let ann = app.stage.user();
    let keyed = async |key: &str| {
        let body = json!({"amount": 1, "token": "tok_declined"});
        let sent = app.stage.post_keyed(&ann, "/api/payments/top-ups", key, &body);
        app.stage.settle_while(sent).await
    };
    for _ in 0..20 {
        keyed("first").await.expect(402);
    }
    for _ in 0..4 {
        app.declined(&ann, "tok_declined").await;
    }
    assert_eq!(wait(keyed("second").await), 1);
    keyed("first").await.expect(402);
    app.stage.clock().advance(Duration::from_secs(1));
    keyed("second").await.expect_problem(402, "payment_declined");
}

#[tokio::test]
async fn stored_attempts_contain_no_person_or_card_and_expire() {
    let cards = CardSettings { network_attempts: some(9), ..of_account(5, 9, 9) };
    let app = TestApp::open(cards).await;
    let ann = app.stage.user();
    app.declined(&ann, "tok_declined").await;
    app.top_up(&ann, "tok_visa").await.expect(201);
    let store = app.stage.store(payments::NAME);
    let kept = || async { store.scan::<CardAttempts>("", 10).await.unwrap() };
    let text = serde_json::to_string(&kept().await).unwrap();
    for personal in ["tok_", "198.51", &ann.id.to_string()] {
        assert!(!text.contains(personal), "{personal} is in {text}");
    }
    assert_eq!(kept().await.len(), 2, "the account and the network");
    for payment in store.scan::<Payment>("", 10).await.unwrap() {
        assert_eq!(payment.counted, None, "{}", payment.document_id());
    }
    app.stage.clock().advance(Duration::from_hours(1));
    app.stage.settle().await;
    assert_eq!(kept().await.len(), 1);
    app.stage.clock().advance(Duration::from_hours(24));
    app.stage.settle().await;
    assert_eq!(kept().await, []);
}

#[tokio::test]
async fn without_limits_no_attempt_is_stored() {
    let app = TestApp::open(CardSettings::default()).await;
    let ann = app.stage.user();
    for _ in 0..30 {
        app.declined(&ann, "tok_declined").await;
    }
    let kept = app.stage.store(payments::NAME).scan::<CardAttempts>("", 10).await.unwrap();
    assert_eq!(kept, []);
}
