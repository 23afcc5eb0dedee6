//! What one buyer holds: both sides of each limit, and that what has ended is left out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use contract::order::OrderItem;
use contract::{Currency, Id, Money, OrderId, Timestamp, UserId};
use orders::domain::{HOLDS_MAX, Holdings, Order, PlacedOrder, Refusal};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);
const WINDOW: Duration = Duration::from_mins(1);

fn id<T: From<Id>>(number: u8) -> T {
    Id::from_bytes([number; 12]).into()
}

fn buyer() -> UserId {
    id(200)
}

fn limit(units: u32) -> NonZeroU32 {
    NonZeroU32::new(units).unwrap()
}

/// An order of units of tickets, each by its number.
fn order(number: u8, items: &[(u8, u32)]) -> Order {
    let item = |(ticket, quantity): &(u8, u32)| OrderItem {
        ticket_id: id(*ticket),
        seller: id(201),
        title: "Concert".to_owned(),
        venue: None,
        starts_at: None,
        unit_price: Money::new(500, Currency::USD),
        quantity: *quantity,
        returned: 0,
        returned_in_version: None,
    };
    let placed = PlacedOrder { id: id(number), buyer: buyer(), window: WINDOW };
    Order::place(placed, items.iter().map(item).collect(), NOW).unwrap()
}

fn until() -> Timestamp {
    NOW.plus(WINDOW)
}

fn holding(orders: &[Order]) -> Holdings {
    orders.iter().fold(Holdings::none(buyer()), |holdings, order| {
        holdings.with(order, until(), limit(1_000)).unwrap()
    })
}

#[test]
fn exactly_the_limit_can_be_held_of_each_ticket() {
    let holdings = holding(&[order(1, &[(1, 3), (2, 1)])]);
    let refused = |ticket, most| Err(Refusal::HoldLimit { ticket: id(ticket), limit: limit(most) });
    for (items, most, expected) in [
        (vec![(1, 2)], 5, Ok(())),
        (vec![(1, 3)], 5, refused(1, 5)),
        (vec![(2, 4)], 5, Ok(())),
        (vec![(2, 5)], 5, refused(2, 5)),
        (vec![(3, 5)], 5, Ok(())),
        (vec![(3, 6)], 5, refused(3, 5)),
        (vec![(1, 2), (2, 4), (3, 5)], 5, Ok(())),
        (vec![(1, 2), (2, 5), (3, 5)], 5, refused(2, 5)),
        (vec![(3, 1)], 1, Ok(())),
        (vec![(2, 1)], 1, refused(2, 1)),
    ] {
        let told = holdings.with(&order(2, &items), until(), limit(most)).map(drop);
        assert_eq!(told, expected, "{items:?} at a limit of {most}");
    }
}

#[test]
fn a_hold_is_listed_until_its_deadline_can_no_longer_be_ahead() {
    let holdings = holding(&[order(1, &[(1, 3)])]);
    let before = until().minus(Duration::from_millis(1));
    assert_eq!(holdings.clone().at(before), holdings);
    assert_eq!(holdings.at(until()), Holdings::none(buyer()));
}

#[test]
fn holds_of_orders_that_have_ended_are_left_out() {
    let (kept, ended) = (order(1, &[(1, 3), (2, 1)]), order(2, &[(1, 2)]));
    let holdings = holding(&[kept.clone(), ended]);
    assert_eq!(holdings.orders(), BTreeSet::from([id(1), id(2)]));
    assert_eq!(holdings.of(&BTreeSet::from([id(1)])), holding(&[kept]));
}

#[test]
fn the_list_is_bounded_whatever_it_is_of() {
    let orders: Vec<Order> =
        (0..HOLDS_MAX - 2).map(|n| order(u8::try_from(n).unwrap(), &[(1, 1)])).collect();
    let holdings = holding(&orders);
    let full = holdings.with(&order(250, &[(2, 1), (3, 1)]), until(), limit(1_000)).unwrap();
    assert_eq!(full.holds.len(), HOLDS_MAX);
    for holdings in [full.with(&order(251, &[(4, 1)]), until(), limit(1_000)), {
        holdings.with(&order(250, &[(2, 1), (3, 1), (4, 1)]), until(), limit(1_000))
    }] {
        assert_eq!(holdings, Err(Refusal::TooManyHolds));
    }
}

proptest! {
    /// What is accepted by the list alone is accepted by those of its orders that are active, and what these accept fits the limit.
    #[test]
    fn nobody_holds_more_than_the_limit_and_nobody_is_refused_below_it(
        placed in proptest::collection::vec((1..4_u8, 1..5_u32, any::<bool>()), 0..12),
        (ticket, units, most) in (1..4_u8, 1..6_u32, 1..12_u32),
    ) {
        let numbered = || (0_u8..).zip(&placed);
        let orders: Vec<Order> =
            numbered().map(|(number, (ticket, units, _))| order(number, &[(*ticket, *units)])).collect();
        let active: BTreeSet<OrderId> =
            numbered().filter(|(_, (_, _, is_active))| *is_active).map(|(number, _)| id(number)).collect();
        let of_ticket = placed.iter().filter(|(of, _, is_active)| *of == ticket && *is_active);
        let held: u32 = of_ticket.map(|(_, units, _)| *units).sum();
        let (listed, next) = (holding(&orders), order(100, &[(ticket, units)]));
        let exact = listed.clone().of(&active).with(&next, until(), limit(most));
        prop_assert_eq!(exact.is_ok(), held + units <= most);
        prop_assert!(listed.with(&next, until(), limit(most)).is_err() || exact.is_ok());
    }
}
