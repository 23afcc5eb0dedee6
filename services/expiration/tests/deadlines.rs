//! Deadlines are announced when they pass and not before, in any order of messages, through crashes
//! and outages: the service, and the transition table with both sides of each time.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::time::Duration;

use contract::expiration::COMPLETE;
use contract::order::{
    CANCELLED, COMPLETED, CREATED, CancelReason, OrderState, OrderStatus, UPDATED,
};
use contract::{Decided, Id, OrderId, Outgoing, PaymentId};
use expiration::domain::{Deadline, State};
use proptest::prelude::*;
use store::{Fault, Operation};
use testing::platforms::START;
use testing::{Platforms, TestApp, samples};

const PAYMENT: PaymentId = PaymentId::new(Id::from_bytes([8; 12]));

const AWAITING: OrderStatus = OrderStatus::AwaitingPayment { payment_id: PAYMENT };

const COMPLETE_ORDER: OrderStatus = OrderStatus::Complete { payment_id: Some(PAYMENT) };

const CANCELLED_BY_BUYER: OrderStatus = OrderStatus::Cancelled { reason: CancelReason::Buyer };

const EXPIRED: OrderStatus = OrderStatus::Cancelled { reason: CancelReason::Expired };

const STATUSES: [OrderStatus; 5] =
    [OrderStatus::Created, AWAITING, COMPLETE_ORDER, CANCELLED_BY_BUYER, EXPIRED];

async fn start(platforms: &Platforms) -> TestApp {
    let platform = platforms.platform(expiration::NAME);
    let sessions = platform.sessions.clone();
    let service = expiration::service(platform).await.unwrap();
    TestApp::start(platforms, sessions, vec![service])
}

async fn open() -> (Platforms, TestApp) {
    let platforms = Platforms::in_memory();
    let app = start(&platforms).await;
    (platforms, app)
}

fn order_id(number: u16) -> OrderId {
    let mut bytes = [0; 12];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    Id::from_bytes(bytes).into()
}

fn order(number: u16, version: u64, status: OrderStatus, seconds: u64) -> OrderState {
    let (id, expires_at) = (order_id(number), START.plus(Duration::from_secs(seconds)));
    OrderState { id, version, status, expires_at, ..samples::order(0, Vec::new(), START) }
}

fn created(number: u16, seconds: u64) -> Outgoing {
    CREATED.of(order(number, 1, OrderStatus::Created, seconds))
}

fn awaiting(number: u16, seconds: u64) -> Outgoing {
    UPDATED.of(order(number, 2, AWAITING, seconds))
}

fn complete(number: u16) -> Outgoing {
    COMPLETED.of(order(number, 3, COMPLETE_ORDER, 60))
}

fn cancelled(number: u16) -> Outgoing {
    CANCELLED.of(order(number, 2, CANCELLED_BY_BUYER, 60))
}

async fn announced(app: &TestApp) -> usize {
    app.settle().await;
    app.published(COMPLETE).await.len()
}

#[tokio::test]
async fn a_deadline_is_announced_once_when_it_passes_and_not_before() {
    let (_, app) = open().await;
    app.publish(&[created(1, 60)]).await;
    app.publish(&[created(1, 60)]).await;
    app.clock().advance(Duration::from_millis(59_999));
    assert_eq!(announced(&app).await, 0);
    app.clock().advance(Duration::from_millis(1));
    assert_eq!(announced(&app).await, 1);
    app.clock().advance(Duration::from_hours(1));
    app.publish(&[created(1, 60)]).await;
    assert_eq!(announced(&app).await, 1, "a late redelivery does not arm it again");
}

#[tokio::test]
async fn ended_orders_are_never_announced_in_any_order_of_messages() {
    let (_, app) = open().await;
    app.publish(&[created(1, 60), created(2, 60)]).await;
    app.publish(&[complete(1)]).await;
    app.publish(&[cancelled(2)]).await;
    app.publish(&[cancelled(3)]).await;
    app.publish(&[created(3, 60)]).await;
    app.clock().advance(Duration::from_hours(1));
    assert_eq!(announced(&app).await, 0);
}

#[tokio::test]
async fn a_deadline_that_moved_is_announced_at_its_new_time_even_if_it_was_announced_before() {
    let (_, app) = open().await;
    app.publish(&[created(1, 60), created(2, 60)]).await;
    app.deliver(&[awaiting(1, 75)]).await;
    app.clock().advance(Duration::from_mins(1));
    assert_eq!(announced(&app).await, 1, "only the one that did not move");
    app.deliver(&[awaiting(2, 70)]).await;
    app.clock().advance(Duration::from_secs(10));
    assert_eq!(announced(&app).await, 2, "armed again by the newer version");
    app.clock().advance(Duration::from_secs(5));
    assert_eq!(announced(&app).await, 3);
}

/// Publishes the orders `numbers`, each due after `seconds(number)`.
async fn create(app: &TestApp, numbers: std::ops::Range<u16>, seconds: impl Fn(u16) -> u64) {
    let orders: Vec<Outgoing> = numbers.map(|at| created(at, seconds(at))).collect();
    for block in orders.chunks(500) {
        app.publish(block).await;
    }
}

/// The announced orders, each once.
async fn announced_once(app: &TestApp) -> BTreeSet<OrderId> {
    let all = app.published(COMPLETE).await;
    let orders: BTreeSet<OrderId> = all.iter().map(|completed| completed.order_id).collect();
    assert_eq!(orders.len(), all.len(), "none is announced twice");
    orders
}

#[tokio::test]
async fn ten_thousand_deadlines_survive_a_crash_and_each_is_announced_at_its_moment() {
    let (platforms, app) = open().await;
    // The even ones are due after a minute, the odd ones a second later.
    create(&app, 0..10_000, |at| 60 + u64::from(at % 2)).await;
    app.settle().await;
    app.kill().await;
    let app = start(&platforms).await;
    app.clock().advance(Duration::from_millis(59_999));
    assert_eq!(announced(&app).await, 0);
    app.pass(Duration::from_millis(1)).await;
    assert_eq!(announced_once(&app).await, (0..5_000).map(|at| order_id(at * 2)).collect());
    app.pass(Duration::from_secs(1)).await;
    assert_eq!(announced_once(&app).await, (0..10_000).map(order_id).collect());
}

#[tokio::test]
async fn deadlines_that_pass_during_an_outage_are_announced_after_it() {
    let (platforms, app) = open().await;
    create(&app, 0..3, |_| 60).await;
    app.settle().await;
    app.publish(&[complete(0)]).await;
    app.kill().await;
    platforms.hand().advance(Duration::from_mins(2));
    let app = start(&platforms).await;
    app.settle().await;
    // The end of order 0 is queued on the bus; its deadline may be announced before: a hint is
    // harmless.
    let known = announced_once(&app).await;
    assert!(known.is_superset(&BTreeSet::from([order_id(1), order_id(2)])));
}

#[tokio::test]
async fn a_crash_between_commit_and_publication_announces_once() {
    let (platforms, app) = open().await;
    create(&app, 0..20, |_| 60).await;
    app.settle().await;
    app.clock().advance(Duration::from_mins(1));
    let ports = expiration::Ports {
        store: app.store(expiration::NAME).clone(),
        clock: platforms.clock.clone(),
        deadlines: std::sync::Arc::default(),
    };
    let alarm = expiration::loops::AnnounceDeadlines { ports };
    assert_eq!(alarm.run_once().await.unwrap(), 20);
    assert_eq!(alarm.run_once().await.unwrap(), 0);
    assert!(app.published(COMPLETE).await.is_empty(), "committed, not yet published");
    app.kill().await;
    let app = start(&platforms).await;
    app.settle().await;
    assert_eq!(announced_once(&app).await.len(), 20);
}

#[tokio::test]
async fn an_unknown_outcome_announces_once() {
    for fault in [Fault::Fail, Fault::TimeOutBefore, Fault::TimeOutAfter] {
        let (platforms, app) = open().await;
        create(&app, 0..5, |_| 60).await;
        app.settle().await;
        app.clock().advance(Duration::from_mins(1));
        platforms.faults(expiration::NAME).plan(Operation::Commit, fault);
        app.settle_through_faults().await;
        app.settle().await;
        assert_eq!(announced_once(&app).await.len(), 5, "{fault:?}");
    }
}

#[tokio::test]
async fn a_store_that_fails_at_random_loses_no_deadline_and_doubles_none() {
    for seed in 0..5 {
        let (platforms, app) = open().await;
        platforms.faults(expiration::NAME).by_chance(seed, 200);
        for block in 0..10 {
            create(&app, block * 20..block * 20 + 20, |at| 60 + u64::from(at % 7)).await;
            app.settle_through_faults().await;
            app.clock().advance(Duration::from_secs(2));
        }
        app.clock().advance(Duration::from_mins(2));
        app.settle_through_faults().await;
        platforms.faults(expiration::NAME).stop();
        app.pass(Duration::from_mins(2)).await;
        assert_eq!(announced_once(&app).await, (0..200).map(order_id).collect(), "seed {seed}");
        assert!(app.dead_letters().await.is_empty());
    }
}

#[tokio::test]
async fn an_unreadable_message_becomes_a_dead_letter_and_blocks_no_other() {
    let (_, app) = open().await;
    for garbage in ["not json", "{}", "[{\"id\": 7}]"] {
        app.publish_raw(CREATED.name(), garbage).await;
    }
    app.deliver(&[created(1, 60)]).await;
    app.clock().advance(Duration::from_mins(1));
    assert_eq!(announced(&app).await, 1);
    assert_eq!(app.dead_letters().await.len(), 3);
}

#[tokio::test]
async fn the_loop_wakes_at_the_nearest_deadline() {
    let platforms = Platforms::in_memory();
    let platform = platforms.platform(expiration::NAME);
    let sessions = platform.sessions.clone();
    let service = expiration::service(platform).await.unwrap();
    let app = TestApp::start_in_background(&platforms, sessions, vec![service]);
    let is_announced = async |number: u16| {
        let completed = app.published(COMPLETE).await;
        completed.iter().any(|completed| completed.order_id == order_id(number))
    };
    let is_kept = async |number: u16| {
        let id = order_id(number).to_string();
        app.store(expiration::NAME).find::<Deadline>(&id).await.unwrap().is_some()
    };
    app.publish(&[created(1, 60)]).await;
    app.eventually("the deadline is kept", || is_kept(1)).await;
    // A deadline in the past is announced without a step of the clock: the listener wakes the loop.
    app.publish(&[created(2, 0)]).await;
    app.eventually("a deadline in the past is announced", || is_announced(2)).await;
    app.clock().advance(Duration::from_millis(59_999));
    app.publish(&[created(3, 0)]).await;
    app.eventually("another is announced", || is_announced(3)).await;
    assert!(!is_announced(1).await, "the sleeper was awake, and left the early one alone");
    // No notification wakes the loop now; only the clock moves.
    app.clock().advance(Duration::from_millis(1));
    app.eventually("the deadline is announced", || is_announced(1)).await;
    assert_eq!(announced_once(&app).await.len(), 3);
    app.stop().await;
}

#[tokio::test]
async fn settled_deadlines_are_deleted_after_a_day() {
    let (_, app) = open().await;
    app.deliver(&[cancelled(1)]).await;
    app.pass(Duration::from_hours(25)).await;
    app.publish(&[created(1, 60)]).await;
    assert_eq!(announced(&app).await, 1, "nothing remembers it any more");
}

/// A deadline in each state, at version 2, due after a minute.
fn in_each_state() -> [Deadline; 3] {
    let pending = Deadline::of(&order(1, 2, OrderStatus::Created, 60), START);
    let Decided::Applied(passed, ()) = pending.announce(pending.expires_at) else { panic!() };
    [pending, *passed, Deadline::of(&order(1, 2, CANCELLED_BY_BUYER, 60), START)]
}

fn described(outcome: Decided<Deadline>) -> String {
    match outcome {
        Decided::AlreadyApplied => "-".to_owned(),
        Decided::Applied(deadline, ()) => {
            let seconds = deadline.expires_at.since(START).as_secs();
            let state = match deadline.state {
                State::Pending => "pending",
                State::Passed => "passed",
                State::Settled => "settled",
            };
            format!("{state} {} at {seconds}", deadline.version)
        }
    }
}

#[test]
fn an_active_order_has_a_pending_deadline_and_an_ended_one_a_settled_one() {
    use State::{Pending, Settled};
    let states = STATUSES.map(|status| Deadline::of(&order(1, 1, status, 60), START).state);
    assert_eq!(states, [Pending, Pending, Settled, Settled, Settled]);
}

#[test]
fn every_state_follows_newer_versions_only() {
    let active = "pending 3 at 75";
    let ended = "settled 3 at 75";
    for deadline in in_each_state() {
        for (status, newer) in STATUSES.into_iter().zip([active, active, ended, ended, ended]) {
            for (version, expected) in [(1, "-"), (2, "-"), (3, newer)] {
                let followed = deadline.follow(&order(1, version, status, 75), START);
                assert_eq!(described(followed), expected, "{:?} by {status:?}", deadline.state);
            }
        }
    }
}

#[test]
fn only_a_pending_deadline_is_announced_and_only_from_its_moment_on() {
    let due = START.plus(Duration::from_mins(1));
    let early = due.minus(Duration::from_millis(1));
    let late = due.plus(Duration::from_hours(9));
    let passed = "passed 2 at 60";
    let [pending, announced, settled] = in_each_state();
    for (deadline, expected) in
        [(pending, ["-", passed, passed]), (announced, ["-"; 3]), (settled, ["-"; 3])]
    {
        let answers = [early, due, late].map(|now| described(deadline.announce(now)));
        assert_eq!(answers, expected, "{:?}", deadline.state);
    }
}

#[test]
fn the_published_version_and_time_are_those_of_the_order() {
    let [_, passed, _] = in_each_state();
    let state = passed.state();
    assert_eq!((state.order_id, state.version), (passed.order_id, 2));
    assert_eq!(state.expires_at, START.plus(Duration::from_mins(1)));
}

/// The versions of one order: active ones with any deadline, then possibly an end.
fn any_life() -> impl Strategy<Value = Vec<OrderState>> {
    let [created, awaiting, ends @ ..] = STATUSES;
    let active = (prop::sample::select(vec![created, awaiting]), 0_u64..120);
    let active = prop::collection::vec(active, 1..5);
    (active, prop::option::of(prop::sample::select(ends.to_vec()))).prop_map(|(active, end)| {
        let mut steps = active;
        steps.extend(end.map(|end| (end, 60)));
        let versions = (1_u64..).zip(steps);
        versions.map(|(version, (status, seconds))| order(1, version, status, seconds)).collect()
    })
}

proptest! {
    #[test]
    fn twice_equals_once_and_any_order_ends_at_the_newest(
        (life, feed) in any_life().prop_flat_map(|life| {
            let twice: Vec<OrderState> = life.iter().chain(&life).cloned().collect();
            (Just(life), Just(twice).prop_shuffle())
        }),
    ) {
        let mut deadline = Deadline::of(&feed[0], START);
        for order in &feed {
            if let Decided::Applied(changed, ()) = deadline.follow(order, START) {
                prop_assert!(changed.version > deadline.version);
                deadline = *changed;
            }
            prop_assert_eq!(deadline.follow(order, START), Decided::AlreadyApplied);
        }
        prop_assert_eq!(deadline, Deadline::of(life.last().unwrap(), START));
    }

    #[test]
    fn each_version_is_announced_once_never_early_and_never_when_ended(
        feed in any_life().prop_flat_map(|life| Just(life).prop_shuffle()),
        mut times in prop::collection::vec(0_u64..150, 10),
    ) {
        times.sort_unstable();
        let mut deadline = Deadline::of(&feed[0], START);
        let mut announced = Vec::new();
        for (order, seconds) in feed.iter().zip(times) {
            let now = START.plus(Duration::from_secs(seconds));
            if let Decided::Applied(changed, ()) = deadline.follow(order, now) {
                deadline = *changed;
            }
            if let Decided::Applied(passed, ()) = deadline.announce(now) {
                prop_assert!(now >= deadline.expires_at && deadline.state == State::Pending);
                prop_assert_eq!(passed.announce(now), Decided::AlreadyApplied);
                prop_assert!(!announced.contains(&passed.version));
                announced.push(passed.version);
                deadline = *passed;
            }
        }
    }
}
