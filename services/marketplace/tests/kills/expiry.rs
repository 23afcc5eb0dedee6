//! Expiry while its service is stopped, or killed with ten thousand pending deadlines.

use std::collections::BTreeSet;
use std::time::Duration;

use bus::{Bus, BusMessage, ConsumerSpec, Settlement};
use contract::envelope::{self, ReceivedEvent};
use contract::expiration::COMPLETE;
use contract::order::{CREATED, OrderState};
use contract::{Id, Timestamp};
use expiration::domain::State;
use invariants::check;
use sources::Clock;
use testing::load::{Erasures, Load};
use testing::processes::{Instance, holds_within};
use testing::{envelope_of, samples};

use crate::fleet::{Engines, Fleet};

/// Deadlines that are pending when the service is killed.
const DEADLINES: usize = 10_000;

/// Messages of one commit, as in a busy sale.
const TOGETHER: usize = 500;

/// Time in which ten thousand deadlines are stored or announced, by unoptimised programs.
const WORK_MAX: Duration = Duration::from_mins(3);

/// Time until the deadlines pass: enough to store all of them.
const PASS_AFTER: Duration = Duration::from_secs(20);

/// The consumer through which expiration receives orders.
const FOLLOWING: &str = "expiration.on_order_changed";

/// Concurrent customers.
const CUSTOMERS: u64 = 6;

/// Responses that the load receives while expiration is stopped.
const ANSWERS: u64 = 250;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_expiration_orders_expire_within_a_second_of_their_deadline() {
    let mut fleet = Fleet::of_services().await;
    let is_expiration = |member: &&mut Instance| member.program.name == "expiration";
    for member in fleet.members.iter_mut().filter(is_expiration) {
        member.process.kill();
    }
    let load = Load::start(fleet.base(), 1, CUSTOMERS, WORK_MAX, Erasures::Omitted).await;
    assert!(holds_within(WORK_MAX, || async { load.responses() >= ANSWERS }).await, "no load");
    let journal = load.finish().await;
    let expired = journal.orders.values().filter(|order| order.seen_expired.is_some()).count();
    assert!(expired > 0, "no order expired");
    fleet.members.iter_mut().filter(is_expiration).for_each(Instance::restart);
    fleet.ready().await;
    // No order counts as disturbed, so the checker accepts no late expiry.
    let evidence = fleet.at_rest(WORK_MAX).await.evidence(Some(journal)).await.unwrap();
    println!("expiration away: {expired} orders expired in time");
    assert_eq!(check(&evidence), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_pending_deadlines_survive_kills_of_the_expiration_service() {
    let mut fleet = Fleet::of_expiration().await;
    let Engines::Servers(servers) = &fleet.engines else { unreachable!() };
    let (bus, reader) = (servers.bus().await, servers.reader().await);
    let subjects = vec![COMPLETE.subject()];
    let announced = ConsumerSpec { name: "test.on_expiration_complete".to_owned(), subjects };
    let announced = bus.consumer(announced).await.unwrap();
    let pass_at = Clock::System.now().plus(PASS_AFTER);
    publish_orders(&bus, pass_at).await;
    // The service is killed while it stores the deadlines, and again when all are pending.
    let some = || async { !reader.deadlines().await.unwrap().is_empty() };
    assert!(holds_within(WORK_MAX, some).await, "no deadline is stored");
    fleet.members[0].process.kill();
    servers.end_open_transactions().await;
    fleet.members[0].restart();
    // A query of the broker is cheap; repeated reads of ten thousand documents would slow the
    // service down.
    let all_followed = || async { unsettled(&bus, FOLLOWING).await == Some(0) };
    let is_followed = holds_within(WORK_MAX, all_followed).await;
    assert!(is_followed, "{:?} of {FOLLOWING}", unsettled(&bus, FOLLOWING).await);
    assert_eq!(reader.deadlines().await.unwrap().len(), DEADLINES, "a deadline was lost");
    fleet.members[0].process.kill();
    servers.end_open_transactions().await;
    fleet.members[0].restart();
    let mut announced_ids = BTreeSet::new();
    let listening = async {
        while announced_ids.len() < DEADLINES {
            let deliveries = announced.fetch(64).await.unwrap();
            if deliveries.is_empty() {
                announced.ready().await;
            }
            let done = |sequence| Settlement::Ack { sequence };
            for delivery in &deliveries {
                for message in envelope::open(&delivery.body).unwrap() {
                    let event: ReceivedEvent<'_> = serde_json::from_str(message.get()).unwrap();
                    announced_ids.insert(event.subject.into_owned());
                }
            }
            let settled: Vec<_> =
                deliveries.iter().map(|delivery| done(delivery.sequence)).collect();
            announced.settle(&settled).await;
        }
    };
    let is_complete = tokio::time::timeout(WORK_MAX, listening).await.is_ok();
    let (count, output) = (announced_ids.len(), fleet.members[0].output_tail());
    assert!(is_complete, "{count} of {DEADLINES} deadlines were announced\n{output}");
    let deadlines = reader.deadlines().await.unwrap();
    let early = deadlines.iter().filter(|deadline| deadline.changed_at < pass_at).count();
    assert_eq!(early, 0, "announced before they passed");
    assert!(deadlines.iter().all(|deadline| deadline.state == State::Passed));
    println!("expiration killed twice with {DEADLINES} deadlines: all announced, none early");
}

/// Messages that a consumer has not settled.
async fn unsettled(bus: &Bus, consumer: &str) -> Option<u64> {
    let lag = bus.lag().await.unwrap().into_iter().find(|lag| lag.consumer == consumer)?;
    Some(lag.unsettled)
}

/// Publishes ten thousand new orders with one deadline, in the form in which orders publishes them.
async fn publish_orders(bus: &Bus, expires_at: Timestamp) {
    let now = Clock::System.now();
    let message = |number: usize| {
        let [a, b, c, d] = u32::try_from(number).unwrap().to_be_bytes();
        let id = Id::from_bytes([7, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]);
        let order = samples::order(0, Vec::new(), now);
        CREATED.of(OrderState { id: id.into(), expires_at, ..order })
    };
    let numbers: Vec<usize> = (0..DEADLINES).collect();
    for (envelope, numbers) in numbers.chunks(TOGETHER).enumerate() {
        let messages: Vec<_> = numbers.iter().map(|number| message(*number)).collect();
        let body = envelope_of("test", now, &messages, None);
        let (id, subject) = (format!("test-{envelope}"), CREATED.subject());
        bus.publish(vec![BusMessage { id, subject, body }]).await.unwrap();
    }
}
