//! Journeys, stops of processes, and dead letters, on five services, two processes of each behind
//! one address. The services are users of the broker with their own rights only: the broker refuses
//! none of their operations.

use std::time::Duration;

use bus::BusMessage;
use bytes::Bytes;
use contract::ticket::CREATED;
use derive_more::Deref;
use invariants::{Reader, check};
use sources::Clock;
use testing::load::{Erasures, Load};
use testing::marketplace::Engines;
use testing::processes::{Instance, READY_MAX, Signal, holds_within};
use testing::{Client, TestMarketplace};

use crate::fleet::{self, Fleet, ORDER_WINDOW};

/// Real time within which a fact must hold: an order's window, and room for a slow machine.
const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

/// Time in which all work in flight ends after the load has stopped.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Concurrent customers.
const CUSTOMERS: u64 = 8;

/// Responses that the load receives between two stops.
const ANSWERS_BETWEEN: u64 = 40;

/// Maximum number of new connections that are reset over all stops: the system had completed them,
/// and the process had not accepted them when it closed its socket. The client sees a lost
/// response, and only a request that no process has read can end so; the checker verifies that it
/// took no effect, or one when it was repeated.
const RESETS_MAX: u64 = 3;

/// Replicas behind an address, and their stores.
#[derive(Deref)]
struct Replicas {
    #[deref]
    client: Client,
    reader: Reader,
}

impl Engines for Replicas {
    async fn eventually(&self, fact: &str, holds: impl AsyncFn() -> bool) {
        let held = holds_within(FACT_WAIT_MAX, holds).await;
        assert!(held, "it does not become true that {fact}");
    }

    async fn let_the_deadline_pass(&self) {
        Clock::System.sleep(ORDER_WINDOW).await;
    }

    async fn captured(&self) -> i64 {
        let is_quiet = || async { self.reader.is_quiet().await.unwrap() };
        self.eventually("nothing is in flight", is_quiet).await;
        self.reader.captured_and_refunded().await.unwrap().0
    }

    async fn refunded(&self) -> i64 {
        self.reader.captured_and_refunded().await.unwrap().1
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journeys_of_one_process_pass_on_replicas() {
    let mut fleet = Fleet::of_services().await;
    let (client, reader) = (Client::to(fleet.base()), fleet.at_rest(TIMEOUT).await);
    let mut marketplace = TestMarketplace::new(Replicas { client, reader });
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
    let load = Load::start(fleet.base(), 1, CUSTOMERS, TIMEOUT, Erasures::Requested).await;
    for number in 0..fleet.members.len() {
        let target = load.responses() + ANSWERS_BETWEEN;
        let flows = holds_within(TIMEOUT, || async { load.responses() >= target }).await;
        assert!(flows, "the load does not flow before stop {number}");
        let member = &mut fleet.members[number];
        member.process.signal(Signal::TERM);
        let status = member.process.end_within(READY_MAX).await.unwrap();
        assert!(status.success(), "{}: {status}\n{}", member.program.name, member.output_tail());
        member.restart();
        assert!(member.is_ready_within(READY_MAX).await, "{}", member.output_tail());
    }
    let journal = load.finish().await;
    let (lost, requests) = (journal.lost_responses, journal.requests);
    assert!(lost <= RESETS_MAX, "{lost} of {requests} requests received no response");
    let evidence = fleet.at_rest(TIMEOUT).await.evidence(Some(journal)).await.unwrap();
    assert_eq!(check(&evidence), []);
}

/// Permission violations of the broker, in the services' own logs.
fn refusals(fleet: &Fleet) -> Vec<String> {
    let log = |member: &Instance| {
        let text = std::fs::read_to_string(&member.program.log).unwrap();
        let lines = text.lines().filter(|line| line.contains("Permissions Violation"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    fleet.members.iter().flat_map(log).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_orders_cannot_handle_is_dead_lettered_and_replayed() {
    let fleet = Fleet::of_services().await;
    let fleet::Engines::Servers(servers) = &fleet.engines else { panic!("not on servers") };
    let operator = servers.bus().await;
    let poison = BusMessage {
        id: "poison".to_owned(),
        subject: CREATED.subject(),
        body: Bytes::from_static(b"[{\"neither\": \"a CloudEvent\"}]"),
    };
    operator.publish(vec![poison]).await.unwrap();
    let letters = async || operator.dead_letters(Some("orders")).await.unwrap();
    let is_given_up = holds_within(TIMEOUT, || async { letters().await.len() == 1 }).await;
    assert!(is_given_up, "{:?}", refusals(&fleet));
    let first = letters().await.first().unwrap().id;
    operator.replay(first).await.unwrap();
    let is_given_up_again = holds_within(TIMEOUT, || async {
        letters().await.first().is_some_and(|letter| letter.id != first)
    });
    assert!(is_given_up_again.await, "{:?}", refusals(&fleet));
    assert_eq!(refusals(&fleet), Vec::<String>::new());
}
