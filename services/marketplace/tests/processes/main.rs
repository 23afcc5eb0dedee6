//! Five services, two processes of each behind one address, on a database and a broker.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../journeys/black_box.rs"]
mod black_box;
#[expect(dead_code, reason = "the kills test uses the rest")]
#[path = "../kills/fleet.rs"]
mod fleet;
mod inside;
#[expect(dead_code, reason = "the kills test uses the rest")]
#[path = "../kills/servers.rs"]
mod servers;
mod test_marketplace;

use std::time::Duration;

use fleet::Fleet;
use invariants::check;
use test_marketplace::TestMarketplace;
use testing::load::{Erasures, Load, LoadOptions};
use testing::processes::{READY_MAX, holds_within};

/// Time in which all work in flight ends after the load has stopped.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Responses that the load receives between two stops.
const ANSWERS_BETWEEN: u64 = 40;

/// Maximum number of new connections that are reset over all stops: the system had completed them,
/// and the process had not accepted them when it closed its socket. The client sees a lost
/// response, and only a request that no process has read can end so; the checker verifies that it
/// took no effect, or one when it was repeated.
const RESETS_MAX: u64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journeys_of_one_process_pass_on_replicas() {
    let mut fleet = Fleet::of_services().await;
    let reader = fleet.at_rest(TIMEOUT).await;
    let mut marketplace = TestMarketplace::at(fleet.base(), reader);
    macro_rules! take {
        ($($name:ident),+ $(,)?) => {$(
            marketplace = marketplace.for_journey(stringify!($name)).await;
            black_box::$name(&marketplace).await;
        )+};
    }
    take! {
        a_buyer_orders_and_pays_and_others_cannot,
        an_order_without_a_payment_expires_and_returns_its_units,
        a_declined_card_leaves_the_order_open_for_another,
        earnings_and_top_ups_pay_the_next_order,
        a_refund_returns_money_to_the_buyer_and_units_to_sale,
        several_items_are_held_and_returned_together,
        free_tickets_need_no_payment_in_a_mixed_order,
        an_edited_price_applies_to_new_orders_only,
        an_acknowledged_change_is_in_force_for_the_next_request,
        a_just_ordered_single_ticket_is_reserved,
        a_ticket_reduced_to_its_sold_units_can_be_edited_raised_and_withdrawn,
        later_reads_of_a_buyer_show_every_acknowledged_effect,
        a_person_is_exported_and_erased_and_the_books_remain,
        an_ended_session_is_rejected_by_every_service,
    }
    assert_eq!(inside::refusals(&fleet), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_replica_fails_no_request_and_loses_nothing() {
    let mut fleet = Fleet::of_services().await;
    let options = LoadOptions {
        base: fleet.base(),
        seed: 1,
        customers: 8,
        timeout: TIMEOUT,
        erasures: Erasures::Requested,
    };
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
