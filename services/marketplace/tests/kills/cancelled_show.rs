//! A show with many paid orders is cancelled while processes, database and broker are killed: every
//! order is refunded in full, once.

use std::collections::HashSet;
use std::time::Duration;

use contract::PaymentId;
use invariants::{Evidence, check};
use sources::Clock;
use testing::load::{Journal, RefundCounts, ShowSale};
use testing::processes::holds_within;

use crate::fault_injection::InjectedFaults;
use crate::faults::inject_fault;
use crate::fleet::Fleet;
use crate::run::{Run, number};

/// Paid orders of the show unless `ORDERS` is set: some seconds of sales, as one test among many.
const ORDERS_DEFAULT: u64 = 60;

/// Longest wait for the refunds between two faults.
const BETWEEN_MAX: Duration = Duration::from_secs(3);

/// Time after the last fault for a show without orders: as in the other runs.
const REST_MAX: Duration = Duration::from_secs(90);

/// The same for each order: a refund takes several commits of an unoptimised program.
const REST_PER_ORDER: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_show_is_refunded_in_full_while_its_process_is_killed() {
    let run = Run::by_environment("a cancelled show, one process");
    refund_under_kills(Fleet::embedded().await, &run).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_show_is_refunded_in_full_while_services_are_killed() {
    let run = Run::by_environment("a cancelled show, five services, two processes of each");
    refund_under_kills(Fleet::of_services().await, &run).await;
}

async fn refund_under_kills(mut fleet: Fleet, run: &Run) {
    let orders = number("ORDERS").unwrap_or(ORDERS_DEFAULT);
    let rest_max = REST_MAX + REST_PER_ORDER * u32::try_from(orders).unwrap();
    let began = Clock::System.now();
    let sale = ShowSale::open(fleet.base(), run.seed).await;
    sale.sell(usize::try_from(orders).unwrap()).await;
    println!("  {orders} orders within {:?}", Clock::System.now().since(began));
    let began = Clock::System.now();
    let mut injected = InjectedFaults::seeded(run.seed);
    let killing = async {
        // The first fault falls into the cancellation, the others are spread over the refunds.
        while injected.kills() < run.kills {
            inject_fault(&mut fleet, &mut injected).await;
            let share = orders * u64::from(injected.kills()) / u64::from(run.kills + 1);
            holds_within(BETWEEN_MAX, async || ended(&sale).await >= share).await;
        }
    };
    tokio::join!(sale.cancel(), killing);
    fleet.end_open_transactions().await;
    fleet.ready().await;
    let is_over =
        async || sale.refunds().await.is_some_and(|refunds| refunds.owed == 0 && refunds.done > 0);
    let is_refunded = holds_within(rest_max, is_over).await;
    let progress = sale.refunds().await;
    assert!(is_refunded, "{progress:?} after {:?}", Clock::System.now().since(began));
    let took = Clock::System.now().since(began);
    let (unrefundable, journal) = sale.finish();
    let reader = fleet.at_rest(rest_max).await;
    let evidence = reader.evidence(Some(journal.clone())).await.unwrap();
    let left = left_of_cards(&evidence, &journal);
    println!("{}, seed {}:", run.what, run.seed);
    println!("  faults               {injected}");
    println!("  refunds              {progress:?} within {took:?}");
    println!("  kept at the provider {left} minor units, of cards without refunds {unrefundable}");
    assert_eq!(check(&evidence), []);
    assert_eq!(left, unrefundable, "all that cards accept is refunded");
}

/// The number of refunds that have ended; zero without a response.
async fn ended(sale: &ShowSale) -> u64 {
    let refunds = sale.refunds().await;
    refunds.map_or(0, |RefundCounts { done, failed, .. }| done + failed)
}

/// Minor units that the provider has captured for acknowledged payments of orders and not refunded.
fn left_of_cards(evidence: &Evidence, journal: &Journal) -> i64 {
    let of_orders: HashSet<&PaymentId> = journal.captured.keys().collect();
    let captured = evidence.intents.iter().filter(|it| of_orders.contains(&it.payment_id));
    let refunded = evidence.provider_refunds.iter();
    let refunded = refunded.filter(|it| of_orders.contains(&it.payment_id));
    let captured: i64 = captured.map(|intent| intent.taken).sum();
    captured - refunded.map(|refund| refund.amount.minor_units).sum::<i64>()
}
