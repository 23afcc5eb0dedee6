//! Journeys, and stops of processes, on five services, two processes of each behind one address.

use std::time::Duration;

use invariants::{Reader, check};
use sources::Clock;
use testing::load::{Erasures, Load, LoadOptions};
use testing::marketplace::Engines;
use testing::processes::{READY_MAX, holds_within};
use testing::{Client, TestMarketplace};

use crate::fleet::{Fleet, ORDER_WINDOW};
use crate::refusals::refusals;

/// Real time within which a fact must hold: an order's window, and room for a slow machine.
const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

/// Time in which all work in flight ends after the load has stopped.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// Responses that the load receives between two stops.
const ANSWERS_BETWEEN: u64 = 40;

/// Maximum number of new connections that are reset over all stops: the system had completed them,
/// and the process had not accepted them when it closed its socket. The client sees a lost
/// response, and only a request that no process has read can end so; the checker verifies that it
/// took no effect, or one when it was repeated.
const RESETS_MAX: u64 = 3;

/// Replicas behind an address, and their stores.
struct Replicas(Reader);

impl Engines for Replicas {
    async fn eventually<F: Future<Output = bool>>(&self, fact: &str, holds: impl Fn() -> F) {
        let held = holds_within(FACT_WAIT_MAX, holds).await;
        assert!(held, "it does not become true that {fact}");
    }

    async fn let_the_deadline_pass(&self) {
        Clock::System.sleep(ORDER_WINDOW).await;
    }

    async fn captured(&self) -> i64 {
        let is_quiet = || async { self.0.is_quiet().await.unwrap() };
        self.eventually("nothing is in flight", is_quiet).await;
        self.0.captured_and_refunded().await.unwrap().0
    }

    async fn refunded(&self) -> i64 {
        self.0.captured_and_refunded().await.unwrap().1
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journeys_of_one_process_pass_on_replicas() {
    let mut fleet = Fleet::of_services().await;
    let replicas = Replicas(fleet.at_rest(TIMEOUT).await);
    let mut marketplace = TestMarketplace::new(replicas, Client::to(fleet.base()));
    let mut number = 0;
    macro_rules! one_after_another {
        ($($name:ident),+ $(,)?) => {$(
            number += 1;
            println!(stringify!($name));
            marketplace = marketplace.for_journey(number).await;
            marketplace.$name().await;
        )+};
    }
    testing::journeys!(one_after_another);
    assert_eq!(refusals(&fleet), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_replica_fails_no_request_and_loses_nothing() {
    let mut fleet = Fleet::of_services().await;
    let (base, erasures) = (fleet.base(), Erasures::Requested);
    let options = LoadOptions { base, seed: 1, customers: 8, timeout: TIMEOUT, erasures };
    let load = Load::start(options).await;
    for number in 0..fleet.members.len() {
        let target = load.responses() + ANSWERS_BETWEEN;
        let flows = holds_within(TIMEOUT, || async { load.responses() >= target }).await;
        assert!(flows, "the load does not flow before stop {number}");
        let member = &mut fleet.members[number];
        member.signal("-TERM");
        let status = member.end_within(READY_MAX).await.unwrap();
        assert!(status.success(), "{}: {status}\n{}", member.program().name, member.output_tail());
        *member = member.program().start(&[]);
        assert!(member.is_ready_within(READY_MAX).await, "{}", member.output_tail());
    }
    let journal = load.finish().await;
    let (lost, requests) = (journal.lost_responses, journal.requests);
    assert!(lost <= RESETS_MAX, "{lost} of {requests} requests received no response");
    let evidence = fleet.at_rest(TIMEOUT).await.evidence(Some(journal)).await.unwrap();
    assert_eq!(check(&evidence), []);
}
