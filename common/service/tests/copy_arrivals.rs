//! Waits for copies: as long as the copy may still arrive, no longer, and woken by its arrival.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use contract::{Id, Timestamp};
use service::CopyArrivals;
use service::copy_arrivals::{ARRIVAL_AGE_MAX, ARRIVAL_WAIT_MAX, POLLS};
use sources::{Clock, Ids, ManualClock};
use store::Unavailable;
use testing::platforms::START;

const MS: Duration = Duration::from_millis(1);

type Looked = Result<Option<u32>, Unavailable>;

fn start() -> (Clock, ManualClock, CopyArrivals, Id) {
    let (clock, hand) = Clock::manual(START);
    (clock, hand, CopyArrivals::default(), Ids::seeded(1).next(START))
}

#[tokio::test]
async fn a_copy_is_awaited_for_recent_ids_only() {
    let (clock, hand, arrivals, id) = start();
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
    assert_eq!(looks.into_inner(), 1, "it is read once");
}

#[test]
fn a_copy_is_not_awaited_for_an_id_from_the_future() {
    let (clock, _) = Clock::manual(START);
    let (arrivals, ids) = (CopyArrivals::default(), Ids::seeded(1));
    let second = Duration::from_secs(1);
    let near = ids.next(START.plus(ARRIVAL_AGE_MAX));
    assert!(arrivals.waiting_for(near, &clock).may_arrive(), "clocks differ a little");
    let far = ids.next(START.plus(ARRIVAL_AGE_MAX).plus(second));
    assert!(!arrivals.waiting_for(far, &clock).may_arrive());
}

#[tokio::test]
async fn a_found_copy_is_not_awaited_again() {
    let (clock, _) = Clock::manual(START);
    let (arrivals, ids) = (CopyArrivals::default(), Ids::seeded(1));
    let (found, other) = (ids.next(START), ids.next(START));
    let looking = arrivals.waiting_for(found, &clock);
    assert!(looking.may_arrive());
    looking.until_found(|| std::future::ready(Looked::Ok(Some(7)))).await.unwrap();
    assert!(!arrivals.waiting_for(found, &clock).may_arrive());
    assert!(arrivals.waiting_for(other, &clock).may_arrive());
}

/// Reads until found; the copy exists from `arrives` on, and is announced all the time, or never.
async fn wait_until(arrives: Option<Timestamp>, is_announced: bool) -> (Option<u32>, Timestamp) {
    let (clock, hand, arrivals, id) = start();
    let waiting = arrivals.waiting_for(id, &clock);
    let look = || {
        let there = arrives.is_some_and(|at| clock.now() >= at);
        std::future::ready(Looked::Ok(there.then_some(7)))
    };
    let time_passes = async {
        for _ in 0..2_000 {
            tokio::task::yield_now().await;
            hand.advance(MS);
            if is_announced {
                arrivals.announce(id);
            }
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
async fn an_arriving_copy_is_found_at_once() {
    let at = START.plus(Duration::from_millis(300));
    assert_eq!(wait_until(Some(at), true).await, (Some(7), at));
    assert_eq!(wait_until(Some(START), true).await, (Some(7), START));
}

#[tokio::test]
async fn the_wait_for_a_missing_copy_is_bounded() {
    assert_eq!(wait_until(None, true).await, (None, START.plus(ARRIVAL_WAIT_MAX)));
}

#[tokio::test]
async fn an_arrival_during_a_read_is_not_missed() {
    let (clock, _hand, arrivals, id) = start();
    let waiting = arrivals.waiting_for(id, &clock);
    let looks = AtomicU32::new(0);
    let found = waiting.until_found(|| async {
        // The copy is committed just after this read did not find it.
        let before = looks.fetch_add(1, Ordering::Relaxed);
        arrivals.announce(id);
        Looked::Ok((before > 0).then_some(before))
    });
    assert_eq!(found.await.unwrap(), Some(1));
}

#[tokio::test]
async fn an_outage_ends_the_wait() {
    let (clock, _hand, arrivals, id) = start();
    let look = || std::future::ready(Looked::Err(Unavailable::new("cannot look")));
    let failed = arrivals.waiting_for(id, &clock).until_found(look).await;
    assert_eq!(failed.unwrap_err().to_string(), "cannot look");
}

#[tokio::test]
async fn a_copy_stored_by_another_replica_is_found_without_an_announcement() {
    let arrives = START.plus(Duration::from_millis(120));
    let (found, at) = wait_until(Some(arrives), false).await;
    assert_eq!(found, Some(7));
    assert!(at <= arrives.plus(POLLS.pause(1)));
}
