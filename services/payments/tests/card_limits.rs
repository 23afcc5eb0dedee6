//! Limits on attempts to charge cards over HTTP: declines, attempts, cards, networks; with several
//! replicas.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::order::{CREATED, OrderState};
use futures::future::join_all;
use payments::domain::{AttemptLimits, CardAttempts};
use payments::settings::CardSettings;
use payments::{Options, Payment, TestProvider};
use serde_json::json;
use service::Platform;
use store::{Document as _, Engine};
use testing::samples::{self, item};
use testing::{Platforms, Reply, TestApp, User};
use web::RateLimits;

use crate::fixture::with_ledger;

const HOME: &str = "198.51.100.7";

struct Limited {
    platforms: Platforms,
    app: TestApp,
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
) -> (TestApp, TestProvider) {
    let platform = Platform { engine, ..platforms.platform(payments::NAME) };
    let (sessions, options) = (platform.sessions.clone(), Options { cards, ..Options::default() });
    let (service, provider) = with_ledger(Engine::memory(), platform, options).await;
    let limits = RateLimits { trusted_proxies: 1, ..RateLimits::default() };
    (TestApp::start_within(platforms, sessions, vec![service], limits), provider)
}

impl Limited {
    async fn open(cards: CardSettings) -> Self {
        let platforms = Platforms::in_memory();
        let (app, provider) = replica(&platforms, Engine::memory(), cards).await;
        Self { platforms, app, provider }
    }

    async fn top_up(&self, user: &User, token: &str) -> Reply {
        let user = self.platforms.signed_in(user.id);
        self.app.settle_while(top_up_from(HOME, &self.app, &user, token)).await
    }

    async fn top_up_from(&self, address: &str, token: &str) -> Reply {
        let user = self.app.user();
        self.app.settle_while(top_up_from(address, &self.app, &user, token)).await
    }

    async fn declined(&self, user: &User, token: &str) {
        self.top_up(user, token).await.expect_problem(402, "payment_declined");
    }

    /// Number of payments created at the provider.
    async fn intent_count(&self) -> usize {
        self.provider.ledger().await.unwrap().len()
    }
}

async fn top_up_from(address: &str, app: &TestApp, user: &User, token: &str) -> Reply {
    let body = json!({"amount": 1, "token": token});
    app.post_from(address, Some(user), "/api/payments/top-ups", &body).await
}

/// The seconds in a refusal.
fn wait(reply: Reply) -> u64 {
    let refused = reply.expect_problem(429, "too_many_card_attempts");
    refused.header("retry-after").parse().unwrap()
}

#[tokio::test]
async fn after_five_declines_each_doubles_the_wait_without_a_call() {
    let fixture = Limited::open(of_account(5, 0, 0)).await;
    let (ann, bob) = (fixture.app.user(), fixture.app.user());
    for _ in 0..5 {
        fixture.declined(&ann, "tok_declined").await;
    }
    let mut waits = Vec::new();
    for _ in 0..11 {
        let count = fixture.intent_count().await;
        let seconds = wait(fixture.top_up(&ann, "tok_declined").await);
        assert_eq!(fixture.intent_count().await, count);
        waits.push(seconds);
        fixture.app.clock().advance(Duration::from_millis(seconds * 1_000 - 1));
        // A valid card is not charged before the wait has passed either.
        wait(fixture.top_up(&ann, "tok_visa").await);
        fixture.app.clock().advance(Duration::from_millis(1));
        fixture.declined(&ann, "tok_declined").await;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
    fixture.top_up(&bob, "tok_visa").await.expect(201);
}

#[tokio::test]
async fn a_success_ends_the_row_of_declines() {
    let fixture = Limited::open(of_account(5, 0, 0)).await;
    let ann = fixture.app.user();
    for _ in 0..2 {
        for _ in 0..4 {
            fixture.declined(&ann, "tok_insufficient_funds").await;
        }
        fixture.top_up(&ann, "tok_visa").await.expect(201);
    }
    for _ in 0..5 {
        fixture.declined(&ann, "tok_declined").await;
    }
    assert_eq!(wait(fixture.top_up(&ann, "tok_visa").await), 1);
}

#[tokio::test]
async fn failed_attempts_per_hour_are_limited_despite_successes() {
    let fixture = Limited::open(of_account(0, 3, 0)).await;
    let ann = fixture.app.user();
    for _ in 0..3 {
        fixture.declined(&ann, "tok_declined").await;
        if fixture.intent_count().await < 5 {
            fixture.top_up(&ann, "tok_visa").await.expect(201);
        }
        fixture.app.clock().advance(Duration::from_mins(10));
    }
    assert_eq!(wait(fixture.top_up(&ann, "tok_visa").await), 30 * 60);
    fixture.app.clock().advance(Duration::from_mins(30));
    fixture.top_up(&ann, "tok_visa").await.expect(201);
    fixture.declined(&ann, "tok_declined").await;
    wait(fixture.top_up(&ann, "tok_declined").await);
}

#[tokio::test]
async fn failed_cards_per_day_are_limited_and_successes_are_not_counted() {
    let fixture = Limited::open(of_account(0, 0, 3)).await;
    let ann = fixture.app.user();
    for token in ["tok_visa", "tok_refund_fails", "tok_refund_pending", "tok_error_after_refund"] {
        fixture.top_up(&ann, token).await.expect(201);
    }
    for token in ["tok_1", "tok_2", "tok_3", "tok_1", "tok_2"] {
        fixture.declined(&ann, token).await;
        fixture.app.clock().advance(Duration::from_mins(1));
    }
    // Of the three, the third was used least recently: three minutes ago.
    assert_eq!(wait(fixture.top_up(&ann, "tok_4").await), 24 * 3_600 - 3 * 60);
    fixture.declined(&ann, "tok_3").await;
    wait(fixture.top_up(&ann, "tok_visa").await);
    fixture.app.clock().advance(Duration::from_hours(24));
    fixture.declined(&ann, "tok_4").await;
}

#[tokio::test]
async fn payments_of_orders_and_top_ups_count_together() {
    let fixture = Limited::open(of_account(0, 4, 0)).await;
    let ann = fixture.app.user();
    let order = samples::order(1, vec![item(101, 201, 4_100, 1)], fixture.app.clock().now());
    let order = OrderState { buyer: ann.id, ..order };
    fixture.app.publish(&[CREATED.of(order.clone())]).await;
    fixture.app.settle().await;
    let body = json!({"orderId": order.id, "token": "tok_declined"});
    let pay = async || {
        let paying = fixture.app.post(Some(&ann), "/api/payments", &body);
        fixture.app.settle_while(paying).await
    };
    for _ in 0..2 {
        pay().await.expect_problem(402, "payment_declined");
        fixture.declined(&ann, "tok_declined").await;
    }
    wait(pay().await);
    wait(fixture.top_up(&ann, "tok_visa").await);
    // A request that is rejected before the provider is called is not counted.
    let unknown = json!({"orderId": "0123456789abcdef01234567", "token": "tok_visa"});
    fixture.app.post(Some(&ann), "/api/payments", &unknown).await.expect(404);
}

#[tokio::test]
async fn concurrent_attempts_at_two_replicas_share_the_limit() {
    let (platforms, engine) = (Platforms::in_memory(), Engine::shared_memory());
    let (first, _) = replica(&platforms, engine.clone(), of_account(5, 0, 0)).await;
    let (second, _) = replica(&platforms, engine, of_account(5, 0, 0)).await;
    let ann = first.user();
    let attempts = |app| join_all((0..15).map(|_| top_up_from(HOME, app, &ann, "tok_declined")));
    let both = async { tokio::join!(attempts(&first), attempts(&second)) };
    let (one, other) = first.settle_while(second.settle_while(both)).await;
    let statuses: Vec<u16> = one.iter().chain(&other).map(|reply| reply.status).collect();
    let reached = statuses.iter().filter(|status| **status != 429).count();
    assert_eq!(reached, 5, "{statuses:?}");
}

#[tokio::test]
async fn a_network_shares_a_limit_over_accounts_and_addresses() {
    let cards = CardSettings { network_attempts: some(3), ..CardSettings::default() };
    let fixture = Limited::open(cards).await;
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
        let reply = fixture.top_up_from(address, "tok_declined").await;
        assert_eq!(reply.status, if is_asked { 402 } else { 429 }, "{address}");
    }
    let refused = fixture.top_up_from("203.0.113.4", "tok_visa").await;
    assert_eq!(wait(refused), 3_600);
    // In development private networks are exempt; successes are not counted.
    for _ in 0..5 {
        fixture.top_up_from("192.168.1.1", "tok_declined").await.expect(402);
        fixture.top_up_from("192.0.2.1", "tok_visa").await.expect(201);
    }
    fixture.app.clock().advance(Duration::from_hours(1));
    fixture.top_up_from("203.0.113.9", "tok_visa").await.expect(201);
}

#[tokio::test]
async fn of_several_limits_the_response_has_the_longest_wait() {
    let cards = CardSettings { network_attempts: some(4), ..of_account(2, 3, 2) };
    let fixture = Limited::open(cards).await;
    let ann = fixture.app.user();
    for token in ["tok_1", "tok_2", "tok_2"] {
        fixture.declined(&ann, token).await;
        fixture.app.clock().advance(Duration::from_mins(1));
    }
    assert_eq!(wait(fixture.top_up(&ann, "tok_visa").await), 24 * 3_600 - 3 * 60);
    assert_eq!(wait(fixture.top_up(&ann, "tok_2").await), 57 * 60);
    // The network has a longer wait than the account.
    fixture.app.clock().advance(Duration::from_mins(57));
    let bob = fixture.app.user();
    for _ in 0..2 {
        fixture.declined(&bob, "tok_declined").await;
    }
    let refused = fixture.top_up(&bob, "tok_declined").await;
    assert_eq!(wait(refused), 60, "until Ann's second attempt is an hour old");
}

#[tokio::test]
async fn a_key_stores_no_temporary_refusal_and_counts_an_attempt_once() {
    let fixture = Limited::open(of_account(5, 0, 0)).await;
    let ann = fixture.app.user();
    let keyed = async |key: &str| {
        let body = json!({"amount": 1, "token": "tok_declined"});
        let sent = fixture.app.post_keyed(&ann, "/api/payments/top-ups", key, &body);
        fixture.app.settle_while(sent).await
    };
    for _ in 0..20 {
        keyed("first").await.expect(402);
    }
    for _ in 0..4 {
        fixture.declined(&ann, "tok_declined").await;
    }
    assert_eq!(wait(keyed("second").await), 1);
    keyed("first").await.expect(402);
    fixture.app.clock().advance(Duration::from_secs(1));
    keyed("second").await.expect_problem(402, "payment_declined");
}

#[tokio::test]
async fn stored_attempts_contain_no_person_or_card_and_expire() {
    let cards = CardSettings { network_attempts: some(9), ..of_account(5, 9, 9) };
    let fixture = Limited::open(cards).await;
    let ann = fixture.app.user();
    fixture.declined(&ann, "tok_declined").await;
    fixture.top_up(&ann, "tok_visa").await.expect(201);
    let store = fixture.app.store(payments::NAME);
    let kept = || async { store.scan::<CardAttempts>("", 10).await.unwrap() };
    let text = serde_json::to_string(&kept().await).unwrap();
    for personal in ["tok_", "198.51", &ann.id.to_string()] {
        assert!(!text.contains(personal), "{personal} is in {text}");
    }
    assert_eq!(kept().await.len(), 2, "the account and the network");
    for payment in store.scan::<Payment>("", 10).await.unwrap() {
        assert_eq!(payment.counted, None, "{}", payment.document_id());
    }
    fixture.app.pass(Duration::from_hours(1)).await;
    assert_eq!(kept().await.len(), 1);
    fixture.app.pass(Duration::from_hours(24)).await;
    assert_eq!(kept().await, []);
}

#[tokio::test]
async fn without_limits_no_attempt_is_stored() {
    let fixture = Limited::open(CardSettings::default()).await;
    let ann = fixture.app.user();
    for _ in 0..30 {
        fixture.declined(&ann, "tok_declined").await;
    }
    let kept = fixture.app.store(payments::NAME).scan::<CardAttempts>("", 10).await.unwrap();
    assert_eq!(kept, []);
}
