//! Limit on the share of a ticket held by unpaid orders from one network: through HTTP, and both
//! sides of the ceiling.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::ticket::TicketState;
use contract::{Timestamp, payment};
use futures::future::join_all;
use orders::domain::{LimitScope, Network, NetworkShare, Refusal};
use orders::settings::PrivateNetworks;
use orders::{NetworkHolds, Order, Settings};
use proptest::prelude::*;
use store::Document as _;
use testing::TestApp;
use testing::samples::id;

use crate::box_office::{BoxOffice, cancel, limited, order_from, outcomes, ticket};

/// Two units a buyer, and a tenth of each ticket a network.
fn shared() -> Settings {
    Settings { network_hold_share: NonZeroU32::new(10), ..limited(2, 500, 0) }
}

/// Units that networks hold of a ticket, as stored.
async fn counts(app: &TestApp) -> Vec<(String, u32)> {
    let all: Vec<NetworkHolds> = app.store(orders::NAME).scan("", 100).await.unwrap();
    all.iter().map(|count| (count.document_id(), count.held)).collect()
}

async fn total(app: &TestApp) -> u32 {
    counts(app).await.iter().map(|(_, held)| held).sum()
}

fn count(ticket: &TicketState, network: &str, held: u32) -> (String, u32) {
    (format!("{} {network}", ticket.id), held)
}

#[tokio::test]
async fn a_network_holds_its_share_and_not_one_unit_more() {
    let office = BoxOffice::open_with(shared()).await;
    let (offered, other) = (office.offer(ticket(1, 59)).await, office.offer(ticket(2, 59)).await);
    for (address, units, is_taken) in [
        ("203.0.113.1", 2, true),
        ("203.0.113.255", 2, true),
        // 5 is the ceiling.
        ("203.0.113.9", 2, false),
        ("::ffff:203.0.113.9", 2, false),
        ("203.0.113.9", 1, true),
        ("203.0.113.9", 1, false),
        ("203.0.112.9", 2, true),
        ("2001:db8:1::1", 2, true),
        ("2001:db8:1:ffff::1", 2, true),
        ("[2001:db8:1:2::3]:4444", 2, false),
        ("2001:db8:2::1", 2, true),
    ] {
        let reply = order_from(address, &office, &office.user(), &offered, units).await;
        if is_taken {
            reply.expect(201);
        } else {
            let problem = reply.expect_problem(409, "network_limit");
            assert!(problem.text("detail").contains("your network"), "{address}");
            assert_eq!(problem.header("retry-after"), "5");
        }
    }
    order_from("203.0.113.9", &office, &office.user(), &other, 2).await.expect(201);
    assert_eq!(
        counts(&office).await,
        [
            count(&offered, "2001:db8:1::/48", 4),
            count(&offered, "2001:db8:2::/48", 2),
            count(&offered, "203.0.112.0/24", 2),
            count(&offered, "203.0.113.0/24", 5),
            count(&other, "203.0.113.0/24", 2),
        ]
    );
}

#[tokio::test]
async fn one_buyer_alone_is_never_refused_for_the_network() {
    let (office, _, offered) = BoxOffice::with_settings(shared(), ticket(1, 3)).await;
    order_from("203.0.113.1", &office, &office.user(), &offered, 2).await.expect(201);
    let refused = order_from("203.0.113.1", &office, &office.user(), &offered, 1).await;
    refused.expect_problem(409, "network_limit");
}

#[tokio::test]
async fn ended_orders_are_not_counted_and_their_network_is_deleted() {
    let (office, _, offered) = BoxOffice::with_settings(shared(), ticket(1, 50)).await;
    let (ann, bob, eve) = (office.user(), office.user(), office.user());
    let [cancelled, paid, expired] = [&ann, &bob, &eve].map(|buyer| {
        let order = order_from("203.0.113.1", &office, buyer, &offered, 1);
        async { order.await.expect(201).text("id") }
    });
    let (cancelled, paid, expired) = futures::join!(cancelled, paid, expired);
    assert_eq!(counts(&office).await, [count(&offered, "203.0.113.0/24", 3)]);
    cancel(&office, &ann, &cancelled).await;
    assert_eq!(counts(&office).await, [count(&offered, "203.0.113.0/24", 2)]);
    let paying = office.payment(7, paid.parse().unwrap(), &bob);
    office.deliver(&[payment::AUTHORIZED.of(paying.clone()), payment::AUTHORIZED.of(paying)]).await;
    assert_eq!(counts(&office).await, [count(&offered, "203.0.113.0/24", 1)]);
    office.pass(Duration::from_secs(61)).await;
    assert_eq!(counts(&office).await, []);
    for id in [cancelled, paid, expired] {
        let order: Order = office.store(orders::NAME).find(&id).await.unwrap().unwrap();
        assert!(!order.is_active() && order.network.is_none(), "{order:?}");
    }
    // After the last hold a new one starts a new count.
    order_from("203.0.113.1", &office, &ann, &offered, 2).await.expect(201);
    assert_eq!(counts(&office).await, [count(&offered, "203.0.113.0/24", 2)]);
}

#[tokio::test]
async fn concurrent_orders_at_two_replicas_hold_no_more_than_the_share() {
    let (office, second) = BoxOffice::open_replicas(shared()).await;
    let offered = office.offer(ticket(1, 70)).await;
    let asking = (0..30).map(|number| {
        let app = if number % 2 == 0 { &office.app } else { &second };
        let (offered, buyer) = (offered.clone(), office.user());
        async move { order_from("203.0.113.1", app, &buyer, &offered, 1).await }
    });
    assert_eq!(outcomes(&join_all(asking).await, "network_limit"), (7, 23));
    assert_eq!(counts(&office).await, [count(&offered, "203.0.113.0/24", 7)]);
}

#[tokio::test]
async fn private_networks_are_exempt_in_development_only() {
    let private = [
        "127.0.0.1",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
    ];
    let public = ["172.32.0.1", "100.64.0.1", "2001:db8::1", "::ffff:8.8.8.8"];
    let counted = Settings { private_networks: PrivateNetworks::Counted, ..shared() };
    for (settings, counts_private) in [(shared(), 0), (counted, 9)] {
        let (office, _, offered) = BoxOffice::with_settings(settings, ticket(1, 100)).await;
        for address in private {
            order_from(address, &office, &office.user(), &offered, 1).await.expect(201);
        }
        assert_eq!(total(&office).await, counts_private);
        for address in public {
            order_from(address, &office, &office.user(), &offered, 1).await.expect(201);
        }
        assert_eq!(total(&office).await, counts_private + 4);
    }
}

#[tokio::test]
async fn without_a_share_nothing_is_stored_and_counted_orders_end_normally() {
    let (office, buyer, offered) = BoxOffice::with_settings(shared(), ticket(1, 10)).await;
    let counted = order_from("203.0.113.1", &office, &buyer, &offered, 2).await;
    let counted = counted.expect(201).text("id");
    let office = office.restart_with(Settings { network_hold_share: None, ..shared() }).await;
    for _ in 0..2 {
        order_from("203.0.113.1", &office, &office.user(), &offered, 2).await.expect(201);
    }
    assert_eq!(counts(&office).await, [count(&offered, "203.0.113.0/24", 2)]);
    cancel(&office, &buyer, &counted).await;
    assert_eq!(counts(&office).await, []);
}

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

fn none() -> NetworkHolds {
    NetworkHolds::none(LimitScope::Ticket(id(1)), Network::from("203.0.113.0/24".to_owned()))
}

fn share(percent: u32, per_buyer: u32) -> NetworkShare {
    let percent = NonZeroU32::new(percent).unwrap();
    NetworkShare { percent, per_buyer: NonZeroU32::new(per_buyer) }
}

#[test]
fn a_ceiling_is_a_share_of_the_capacity_and_never_less_than_one_buyer_may_hold() {
    for (percent, per_buyer, capacity, ceiling) in [
        (5, 8, 10_000, 500),
        (5, 8, 10_019, 500),
        (5, 8, 180, 9),
        (5, 8, 179, 8),
        (5, 8, 1, 8),
        (5, 0, 1, 8),
        (5, 0, 1_000, 50),
        (5, 100, 1_000, 100),
        (100, 8, u32::MAX, u32::MAX),
        (1, 1, 99, 1),
    ] {
        let found = share(percent, per_buyer).ceiling(capacity);
        assert_eq!(found, ceiling, "{percent} % of {capacity}, {per_buyer} a buyer");
    }
}

#[test]
fn exactly_the_ceiling_can_be_held() {
    let held = none().hold(7, 10).unwrap();
    assert_eq!(held.clone().hold(3, 10).unwrap().held, 10);
    assert_eq!(held.clone().hold(4, 10), Err(Refusal::NetworkLimit(LimitScope::Ticket(id(1)))));
    assert_eq!(
        held.hold(u32::MAX, u32::MAX - 1),
        Err(Refusal::NetworkLimit(LimitScope::Ticket(id(1))))
    );
}

#[test]
fn a_count_of_zero_of_a_show_is_stored_with_its_time_until_the_next_hold() {
    let none = NetworkHolds::none(LimitScope::Show(id(1)), none().network);
    let emptied = none.clone().hold(3, 10).unwrap().release(3, NOW).unwrap();
    assert_eq!((emptied.held, emptied.emptied_at), (0, Some(NOW)));
    let held = emptied.hold(10, 10).unwrap();
    assert_eq!((held.held, held.emptied_at), (10, None));
    assert_eq!(held.hold(1, 10), Err(Refusal::NetworkLimit(LimitScope::Show(id(1)))));
}

#[test]
fn a_count_of_zero_is_not_stored() {
    let held = none().hold(3, 10).unwrap();
    assert_eq!(held.clone().release(2, NOW).unwrap().held, 1);
    assert_eq!(held.release(3, NOW), None);
}

proptest! {
    /// A count is the sum of its holds, in any order of holds and releases.
    #[test]
    fn a_count_is_the_sum_of_its_holds(holds in proptest::collection::vec(1..9_u32, 1..20)) {
        let held = holds.iter().try_fold(none(), |count, units| count.hold(*units, u32::MAX)).unwrap();
        prop_assert_eq!(held.held, holds.iter().sum::<u32>());
        let left = holds.iter().try_fold(held, |count, units| count.release(*units, NOW));
        prop_assert_eq!(left, None);
    }
}
