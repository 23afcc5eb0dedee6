//! Limits on attempts to charge cards: their counts, and over HTTP with several replicas.

use std::num::NonZeroU32;
use std::time::Duration;

use futures::future::join_all;
use payments::domain::{
    AttemptLimits, CARDS_WITHIN, CardAttempts, CardLimit, Hashed, Token, WAIT_MAX,
};
use payments::settings::CardSettings;
use payments::{Options, Payment, Refusal, TestProvider};
use serde_json::json;
use service::Platform;
use store::{Document as _, Engine};
use testing::platforms::START;
use testing::samples::id;
use testing::{Platforms, Reply, TestApp, User};
use web::RateLimits;

use crate::fixture::{PaymentsFixture, with_ledger};

fn card(number: u32) -> Hashed {
    Hashed::card(id(1), &Token::try_from(format!("tok_{number}")).unwrap())
}

fn none() -> CardAttempts {
    CardAttempts::none(Hashed::account(id(1)), START)
}

/// Limits of an account; 0 is no limit.
const fn limits(declines: u32, attempts: u32, cards: u32) -> AttemptLimits {
    AttemptLimits {
        declines: NonZeroU32::new(declines),
        attempts: NonZeroU32::new(attempts),
        cards: NonZeroU32::new(cards),
    }
}

const ALL: AttemptLimits = limits(2, 4, 3);

fn refused(limit: CardLimit, wait: Duration) -> Refusal {
    Refusal::TooManyCardAttempts { limit, wait }
}

#[test]
fn each_limit_applies_by_itself_and_does_not_count_refused_attempts() {
    let (mut known, second) = (none(), Duration::from_secs(1));
    for number in 0..2 {
        known = known.attempt(&card(number), ALL, START).unwrap();
    }
    assert_eq!(known.attempt(&card(2), ALL, START), Err(refused(CardLimit::Declines, second)));
    let known = known.attempt(&card(2), ALL, START.plus(second)).unwrap();
    let wait = refused(CardLimit::Declines, second * 2);
    assert_eq!(known.attempt(&card(0), ALL, START.plus(second)), Err(wait));
    let now = START.plus(second * 3);
    let cards = refused(CardLimit::Cards, CARDS_WITHIN.checked_sub(second * 3).unwrap());
    assert_eq!(known.attempt(&card(3), ALL, now), Err(cards));
    let known = known.attempt(&card(0), ALL, now).unwrap();
    let attempts = refused(CardLimit::Attempts, Duration::from_mins(59));
    assert_eq!(known.attempt(&card(0), ALL, START.plus(Duration::from_mins(1))), Err(attempts));
}

#[test]
fn a_success_removes_its_attempt_and_card_and_ends_the_row() {
    let later = START.plus(Duration::from_secs(1));
    let known = none().attempt(&card(1), ALL, START).unwrap();
    let known = known.attempt(&card(2), ALL, later).unwrap().succeeded(later, &card(2));
    assert_eq!((known.in_a_row, known.attempts.as_slice()), (0, &[START][..]));
    assert_eq!(known.cards.len(), 1);
    assert_eq!(known.cards[0].card, card(1));
    assert_eq!(known.forget_after, later.plus(CARDS_WITHIN));
}

#[test]
fn an_attempt_without_a_charge_removes_no_other_attempt_of_the_card() {
    let later = START.plus(Duration::from_secs(1));
    let known = none().attempt(&card(1), ALL, START).unwrap();
    let known = known.attempt(&card(1), ALL, later).unwrap().taken_back(later);
    assert_eq!((known.in_a_row, known.attempts.as_slice()), (1, &[START][..]));
    assert_eq!(known.cards.len(), 1);
}

#[test]
fn a_row_of_declines_expires_a_day_after_the_last_and_its_wait_is_limited() {
    let limits = limits(5, 0, 0);
    for in_a_row in [17, 1_000, u32::MAX] {
        let known = CardAttempts { in_a_row, ..none() };
        let wait = refused(CardLimit::Declines, WAIT_MAX);
        assert_eq!(known.attempt(&card(1), limits, START), Err(wait));
        let after = known.attempt(&card(1), limits, START.plus(WAIT_MAX)).unwrap();
        assert!(after.in_a_row >= in_a_row);
        let after = known.attempt(&card(1), limits, START.plus(CARDS_WITHIN)).unwrap();
        assert_eq!(after.in_a_row, 1);
    }
}

#[test]
fn no_more_attempts_are_stored_than_the_limits() {
    let (mut known, mut now) = (none(), START);
    for number in 0..2_000 {
        if let Ok(after) = known.attempt(&card(number), ALL, now) {
            known = after;
        }
        assert!(known.attempts.len() <= 4 && known.cards.len() <= 3);
        now = now.plus(Duration::from_mins(20));
    }
}

#[test]
fn a_lowered_limit_applies_to_earlier_counts() {
    let most = |most| limits(0, most, 0);
    let (mut known, minute) = (none(), Duration::from_mins(1));
    for at in 0..4_u32 {
        known = known.attempt(&card(1), most(4), START.plus(minute * at)).unwrap();
    }
    let now = START.plus(minute * 4);
    let wait = refused(CardLimit::Attempts, minute * 58);
    assert_eq!(known.attempt(&card(1), most(2), now), Err(wait));
}

#[test]
fn hashes_of_cards_differ_between_accounts() {
    let token = Token::try_from("tok_1".to_owned()).unwrap();
    assert_eq!(card(1), card(1));
    assert_ne!(card(1), Hashed::card(id(2), &token));
}

#[test]
fn a_clock_that_is_set_back_does_not_extend_the_wait() {
    let limits = limits(2, 0, 0);
    let known = CardAttempts { in_a_row: 40, ..none() };
    assert_eq!(known.attempt(&card(0), limits, START), Err(refused(CardLimit::Declines, WAIT_MAX)));
    known.attempt(&card(0), limits, START.minus(WAIT_MAX)).unwrap();
}

const HOME: &str = "198.51.100.7";

/// Limits of an account only.
fn of_account(declines: u32, attempts: u32, cards: u32) -> CardSettings {
    CardSettings { account: limits(declines, attempts, cards), ..CardSettings::default() }
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

async fn limited(cards: CardSettings) -> PaymentsFixture<TestProvider> {
    let platforms = Platforms::in_memory();
    let (app, provider) = replica(&platforms, Engine::memory(), cards).await;
    PaymentsFixture { platforms, app, window: Duration::from_mins(1), provider }
}

impl PaymentsFixture<TestProvider> {
    async fn attempt(&self, user: &User, token: &str) -> Reply {
        let user = self.platforms.signed_in(user.id);
        self.settle_while(top_up_from(HOME, &self.app, &user, token)).await
    }

    async fn attempt_from(&self, address: &str, token: &str) -> Reply {
        let user = self.user();
        self.settle_while(top_up_from(address, &self.app, &user, token)).await
    }

    async fn declined(&self, user: &User, token: &str) {
        self.attempt(user, token).await.expect_problem(402, "payment_declined");
    }
}

async fn top_up_from(address: &str, app: &TestApp, user: &User, token: &str) -> Reply {
    let body = json!({"amount": 1, "token": token});
    app.post_from(address, Some(user), "/api/payments/top-ups", &body).await
}

fn wait(reply: Reply) -> u64 {
    reply.expect_problem(429, "too_many_card_attempts").header("retry-after").parse().unwrap()
}

#[tokio::test]
async fn after_five_declines_each_doubles_the_wait_without_a_call() {
    let fixture = limited(of_account(5, 0, 0)).await;
    let (ann, bob) = (fixture.user(), fixture.user());
    for _ in 0..5 {
        fixture.declined(&ann, "tok_declined").await;
    }
    let mut waits = Vec::new();
    for _ in 0..11 {
        let count = fixture.ledger().await.len();
        let seconds = wait(fixture.attempt(&ann, "tok_declined").await);
        assert_eq!(fixture.ledger().await.len(), count);
        waits.push(seconds);
        fixture.clock().advance(Duration::from_millis(seconds * 1_000 - 1));
        // A valid card is not charged before the wait has passed either.
        wait(fixture.attempt(&ann, "tok_visa").await);
        fixture.clock().advance(Duration::from_millis(1));
        fixture.declined(&ann, "tok_declined").await;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
    fixture.attempt(&bob, "tok_visa").await.expect(201);
}

#[tokio::test]
async fn a_success_ends_the_row_of_declines() {
    let fixture = limited(of_account(5, 0, 0)).await;
    let ann = fixture.user();
    for _ in 0..2 {
        for _ in 0..4 {
            fixture.declined(&ann, "tok_insufficient_funds").await;
        }
        fixture.attempt(&ann, "tok_visa").await.expect(201);
    }
    for _ in 0..5 {
        fixture.declined(&ann, "tok_declined").await;
    }
    assert_eq!(wait(fixture.attempt(&ann, "tok_visa").await), 1);
}

#[tokio::test]
async fn failed_attempts_per_hour_are_limited_despite_successes() {
    let fixture = limited(of_account(0, 3, 0)).await;
    let ann = fixture.user();
    for _ in 0..3 {
        fixture.declined(&ann, "tok_declined").await;
        if fixture.ledger().await.len() < 5 {
            fixture.attempt(&ann, "tok_visa").await.expect(201);
        }
        fixture.clock().advance(Duration::from_mins(10));
    }
    assert_eq!(wait(fixture.attempt(&ann, "tok_visa").await), 30 * 60);
    fixture.clock().advance(Duration::from_mins(30));
    fixture.attempt(&ann, "tok_visa").await.expect(201);
    fixture.declined(&ann, "tok_declined").await;
    wait(fixture.attempt(&ann, "tok_declined").await);
}

#[tokio::test]
async fn failed_cards_per_day_are_limited_and_successes_are_not_counted() {
    let fixture = limited(of_account(0, 0, 3)).await;
    let ann = fixture.user();
    for token in ["tok_visa", "tok_refund_fails", "tok_refund_pending", "tok_error_after_refund"] {
        fixture.attempt(&ann, token).await.expect(201);
    }
    for token in ["tok_1", "tok_2", "tok_3", "tok_1", "tok_2"] {
        fixture.declined(&ann, token).await;
        fixture.clock().advance(Duration::from_mins(1));
    }
    // Of the three, the third was used least recently: three minutes ago.
    assert_eq!(wait(fixture.attempt(&ann, "tok_4").await), 24 * 3_600 - 3 * 60);
    fixture.declined(&ann, "tok_3").await;
    wait(fixture.attempt(&ann, "tok_visa").await);
    fixture.clock().advance(Duration::from_hours(24));
    fixture.declined(&ann, "tok_4").await;
}

#[tokio::test]
async fn payments_of_orders_and_top_ups_count_together() {
    let fixture = limited(of_account(0, 4, 0)).await;
    let ann = fixture.user();
    let order = fixture.made(&ann).await;
    fixture.settle().await;
    let pay = async || fixture.settle_while(fixture.pay(&ann, &order, "tok_declined")).await;
    for _ in 0..2 {
        pay().await.expect_problem(402, "payment_declined");
        fixture.declined(&ann, "tok_declined").await;
    }
    wait(pay().await);
    wait(fixture.attempt(&ann, "tok_visa").await);
    // A request that is rejected before the provider is called is not counted.
    let unknown = json!({"orderId": "0123456789abcdef01234567", "token": "tok_visa"});
    fixture.post(Some(&ann), "/api/payments", &unknown).await.expect(404);
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
    assert_eq!(statuses.iter().filter(|status| **status != 429).count(), 5, "{statuses:?}");
}

#[tokio::test]
async fn a_network_shares_a_limit_over_accounts_and_addresses() {
    let cards = CardSettings { network_attempts: NonZeroU32::new(3), ..CardSettings::default() };
    let fixture = limited(cards).await;
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
        let reply = fixture.attempt_from(address, "tok_declined").await;
        assert_eq!(reply.status, if is_asked { 402 } else { 429 }, "{address}");
    }
    assert_eq!(wait(fixture.attempt_from("203.0.113.4", "tok_visa").await), 3_600);
    // In development private networks are exempt; successes are not counted.
    for _ in 0..5 {
        fixture.attempt_from("192.168.1.1", "tok_declined").await.expect(402);
        fixture.attempt_from("192.0.2.1", "tok_visa").await.expect(201);
    }
    fixture.clock().advance(Duration::from_hours(1));
    fixture.attempt_from("203.0.113.9", "tok_visa").await.expect(201);
}

#[tokio::test]
async fn of_several_limits_the_response_has_the_longest_wait() {
    let cards = CardSettings { network_attempts: NonZeroU32::new(4), ..of_account(2, 3, 2) };
    let fixture = limited(cards).await;
    let ann = fixture.user();
    for token in ["tok_1", "tok_2", "tok_2"] {
        fixture.declined(&ann, token).await;
        fixture.clock().advance(Duration::from_mins(1));
    }
    assert_eq!(wait(fixture.attempt(&ann, "tok_visa").await), 24 * 3_600 - 3 * 60);
    assert_eq!(wait(fixture.attempt(&ann, "tok_2").await), 57 * 60);
    // The network has a longer wait than the account.
    fixture.clock().advance(Duration::from_mins(57));
    let bob = fixture.user();
    for _ in 0..2 {
        fixture.declined(&bob, "tok_declined").await;
    }
    let refused = fixture.attempt(&bob, "tok_declined").await;
    assert_eq!(wait(refused), 60, "until Ann's second attempt is an hour old");
}

#[tokio::test]
async fn a_key_stores_no_temporary_refusal_and_counts_an_attempt_once() {
    let fixture = limited(of_account(5, 0, 0)).await;
    let ann = fixture.user();
    let keyed = async |key: &str| {
        let body = json!({"amount": 1, "token": "tok_declined"});
        let sent = fixture.post_keyed(&ann, "/api/payments/top-ups", key, &body);
        fixture.settle_while(sent).await
    };
    for _ in 0..20 {
        keyed("first").await.expect(402);
    }
    for _ in 0..4 {
        fixture.declined(&ann, "tok_declined").await;
    }
    assert_eq!(wait(keyed("second").await), 1);
    keyed("first").await.expect(402);
    fixture.clock().advance(Duration::from_secs(1));
    keyed("second").await.expect_problem(402, "payment_declined");
}

#[tokio::test]
async fn stored_attempts_contain_no_person_or_card_and_expire() {
    let cards = CardSettings { network_attempts: NonZeroU32::new(9), ..of_account(5, 9, 9) };
    let fixture = limited(cards).await;
    let ann = fixture.user();
    fixture.declined(&ann, "tok_declined").await;
    fixture.attempt(&ann, "tok_visa").await.expect(201);
    let store = fixture.store(payments::NAME);
    let kept = || async { store.scan::<CardAttempts>("", 10).await.unwrap() };
    let text = serde_json::to_string(&kept().await).unwrap();
    for personal in ["tok_", "198.51", &ann.id.to_string()] {
        assert!(!text.contains(personal), "{personal} is in {text}");
    }
    assert_eq!(kept().await.len(), 2, "the account and the network");
    for payment in store.scan::<Payment>("", 10).await.unwrap() {
        assert_eq!(payment.counted, None, "{}", payment.document_id());
    }
    fixture.pass(Duration::from_hours(1)).await;
    assert_eq!(kept().await.len(), 1);
    fixture.pass(Duration::from_hours(24)).await;
    assert_eq!(kept().await, []);
}

#[tokio::test]
async fn without_limits_no_attempt_is_stored() {
    let fixture = limited(CardSettings::default()).await;
    let ann = fixture.user();
    for _ in 0..30 {
        fixture.declined(&ann, "tok_declined").await;
    }
    assert_eq!(fixture.store(payments::NAME).scan::<CardAttempts>("", 10).await.unwrap(), []);
}
