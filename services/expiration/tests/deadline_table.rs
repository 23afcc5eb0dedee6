//! A deadline's transition table, both sides of its time, and "twice equals once" in any order.

use std::time::Duration;

use contract::order::{CancelReason, OrderState, OrderStatus};
use contract::{Decided, Id, Timestamp};
use expiration::domain::{Deadline, State};
use proptest::prelude::*;
use testing::samples;

const START: Timestamp = Timestamp::from_unix_ms(1_000_000);

const STATUSES: [OrderStatus; 5] = [
    OrderStatus::Created,
    OrderStatus::AwaitingPayment { payment_id: contract::PaymentId::new(Id::from_bytes([8; 12])) },
    OrderStatus::Complete { payment_id: Some(contract::PaymentId::new(Id::from_bytes([8; 12]))) },
    OrderStatus::Cancelled { reason: CancelReason::Buyer },
    OrderStatus::Cancelled { reason: CancelReason::Expired },
];

fn order(version: u64, status: OrderStatus, seconds: u64) -> OrderState {
    let expires_at = START.plus(Duration::from_secs(seconds));
    OrderState { version, status, expires_at, ..samples::order(1, Vec::new(), START) }
}

/// A deadline in each state, at version 2, due after a minute.
fn in_each_state() -> [Deadline; 3] {
    let pending = Deadline::of(&order(2, OrderStatus::Created, 60), START);
    let Decided::Applied(passed, ()) = pending.announce(pending.expires_at) else { panic!() };
    let reason = CancelReason::Buyer;
    [pending, *passed, Deadline::of(&order(2, OrderStatus::Cancelled { reason }, 60), START)]
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
    let states = STATUSES.map(|status| Deadline::of(&order(1, status, 60), START).state);
    assert_eq!(states, [Pending, Pending, Settled, Settled, Settled]);
}

#[test]
fn every_state_follows_newer_versions_only() {
    let active = "pending 3 at 75";
    let ended = "settled 3 at 75";
    for deadline in in_each_state() {
        for (status, newer) in STATUSES.into_iter().zip([active, active, ended, ended, ended]) {
            for (version, expected) in [(1, "-"), (2, "-"), (3, newer)] {
                let followed = deadline.follow(&order(version, status, 75), START);
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
        versions.map(|(version, (status, seconds))| order(version, status, seconds)).collect()
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
