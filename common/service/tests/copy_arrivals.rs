//! Waiting for a copy on its way: as long as it may still come, no longer, and awake as soon as it is there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use contract::Timestamp;
use service::CopyArrivals;
use service::copy_arrivals::{ARRIVAL_AGE_MAX, ARRIVAL_WAIT_MAX, POLLS};
use sources::{Clock, Ids};
use store::Unavailable;
use testing::platforms::START;

const MS: Duration = Duration::from_millis(1);

type Looked = Result<Option<u32>, Unavailable>;

#[tokio::test]
async fn an_id_of_the_last_seconds_is_waited_for_and_an_older_one_is_not() {
    let (clock, hand) = Clock::manual(START);
    let arrivals = CopyArrivals::default();
    let id = Ids::seeded(1).next(START);
    hand.set(START.plus(ARRIVAL_AGE_MAX));
    assert!(arrivals.waiting_for(id, &clock).may_arrive());
    hand.advance(MS);
    assert!(!arrivals.waiting_for(id, &clock).may_arrive());
    let looks = AtomicU32::new(0);
    let waiting = arrivals.waiting_for(id, &clock);
    let found = waiting.until_found(|| {
        looks.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Looked::Ok(None))
    });
    assert_eq!(found.await.unwrap(), None);
    assert_eq!(looks.into_inner(), 1, "it is looked for once");
}

#[test]
fn an_id_from_the_future_is_not_waited_for() {
    let (clock, _) = Clock::manual(START);
    let (arrivals, ids) = (CopyArrivals::default(), Ids::seeded(1));
    let second = Duration::from_secs(1);
    let near = ids.next(START.plus(ARRIVAL_AGE_MAX));
    assert!(arrivals.waiting_for(near, &clock).may_arrive(), "clocks differ a little");
    let far = ids.next(START.plus(ARRIVAL_AGE_MAX).plus(second));
    assert!(!arrivals.waiting_for(far, &clock).may_arrive());
}

#[tokio::test]
async fn a_copy_that_was_found_is_not_waited_for_again() {
    let (clock, _) = Clock::manual(START);
    let (arrivals, ids) = (CopyArrivals::default(), Ids::seeded(1));
    let (found, other) = (ids.next(START), ids.next(START));
    let looking = arrivals.waiting_for(found, &clock);
    assert!(looking.may_arrive());
    looking.until_found(|| std::future::ready(Looked::Ok(Some(7)))).await.unwrap();
    assert!(!arrivals.waiting_for(found, &clock).may_arrive());
    assert!(arrivals.waiting_for(other, &clock).may_arrive());
}

/// Looks until found; the copy is there from `arrives` on.
async fn wait_until(arrives: Option<Timestamp>) -> (Option<u32>, Timestamp) {
    let (clock, hand) = Clock::manual(START);
    let arrivals = CopyArrivals::default();
    let id = Ids::seeded(1).next(START);
    let waiting = arrivals.waiting_for(id, &clock);
    let look = || {
        let there = arrives.is_some_and(|at| clock.now() >= at);
        std::future::ready(Looked::Ok(there.then_some(7)))
    };
    let time_passes = async {
        for _ in 0..2_000 {
            tokio::task::yield_now().await;
            hand.advance(MS);
            // It is announced all the time, although it is not there yet.
            arrivals.announce(id);
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        found = waiting.until_found(look) => (found.unwrap(), clock.now()),
        () = time_passes => unreachable!("time does not end"),
    }
}

#[tokio::test]
async fn a_copy_that_arrives_is_found_at_once() {
    let at = START.plus(Duration::from_millis(300));
    assert_eq!(wait_until(Some(at)).await, (Some(7), at));
    assert_eq!(wait_until(Some(START)).await, (Some(7), START));
}

#[tokio::test]
async fn a_copy_that_does_not_arrive_is_given_up_within_the_bound() {
    assert_eq!(wait_until(None).await, (None, START.plus(ARRIVAL_WAIT_MAX)));
}

#[tokio::test]
async fn an_arrival_during_the_look_is_not_missed() {
    let (clock, _hand) = Clock::manual(START);
    let arrivals = CopyArrivals::default();
    let id = Ids::seeded(1).next(START);
    let waiting = arrivals.waiting_for(id, &clock);
    let looks = AtomicU32::new(0);
    let found = waiting.until_found(|| async {
        // The copy is committed just after this look did not find it.
        let before = looks.fetch_add(1, Ordering::Relaxed);
        arrivals.announce(id);
        Looked::Ok((before > 0).then_some(before))
    });
    assert_eq!(found.await.unwrap(), Some(1));
}

#[tokio::test]
async fn an_outage_ends_the_wait() {
    let (clock, _hand) = Clock::manual(START);
    let waiting = CopyArrivals::default().waiting_for(Ids::seeded(1).next(START), &clock);
    let failed = waiting
        .until_found(|| std::future::ready(Looked::Err(Unavailable::new("cannot look"))))
        .await;
    assert_eq!(failed.unwrap_err().to_string(), "cannot look");
}

#[tokio::test]
async fn a_copy_that_another_replica_kept_is_found_without_being_announced() {
    let (clock, hand) = Clock::manual(START);
    let waiting = CopyArrivals::default().waiting_for(Ids::seeded(1).next(START), &clock);
    let arrives = START.plus(Duration::from_millis(120));
    let look = || std::future::ready(Looked::Ok((clock.now() >= arrives).then_some(7)));
    let time_passes = async {
        for _ in 0..2_000 {
            tokio::task::yield_now().await;
            hand.advance(MS);
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        found = waiting.until_found(look) => assert_eq!(found.unwrap(), Some(7)),
        () = time_passes => unreachable!("time does not end"),
    }
    assert!(clock.now() <= arrives.plus(POLLS.pause(1)));
}
