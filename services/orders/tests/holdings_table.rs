//! Holds of one buyer: both sides of each limit, and the removal of ended orders.

mod free_units;

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use contract::order::{CancelReason, OrderStatus};
use contract::{Decided, Timestamp, UserId};
use orders::domain::{
    Command, FREE_UNITS_COUNTED, HOLDS_MAX, Holdings, LimitScope, Order, PlacedOrder, Refusal,
    UNPAID_END_KEPT,
};
use proptest::prelude::*;
use testing::samples::{id, item};

use crate::box_office::hold_limits;

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);
const WINDOW: Duration = Duration::from_mins(1);

fn buyer() -> UserId {
    id(200)
}

fn limit(units: u32) -> NonZeroU32 {
    NonZeroU32::new(units).unwrap()
}

/// An order of units of tickets, each by its number.
fn order(number: u8, items: &[(u8, u32)]) -> Order {
    let item = |(ticket, quantity): &(u8, u32)| item(*ticket, 201, 500, *quantity);
    let placed = PlacedOrder { id: id(number), buyer: buyer(), window: WINDOW };
    Order::place(placed, items.iter().map(item).collect(), None, NOW).unwrap()
}

fn placed_at(now: Timestamp, mut order: Order) -> Order {
    order.state.expires_at = now.plus(WINDOW);
    order
}

/// An order of free units that begin at some time.
fn free(number: u8, items: &[(u8, u32)], starts_at: Option<Timestamp>) -> Order {
    let mut items = order(number, items).state.items;
    for item in &mut items {
        item.unit_price.minor_units = 0;
        item.starts_at = starts_at;
    }
    let placed = PlacedOrder { id: id(number), buyer: buyer(), window: WINDOW };
    Order::place(placed, items, None, NOW).unwrap()
}

fn until() -> Timestamp {
    NOW.plus(WINDOW)
}

fn holding(orders: &[Order]) -> Holdings {
    orders.iter().fold(Holdings::none(buyer()), |holdings, order| {
        holdings.with(order, Duration::ZERO, NOW, hold_limits(1_000, 0, 0)).unwrap()
    })
}

fn cancelled(order: &Order, at: Timestamp) -> Order {
    match order.decide(Command::Cancel, at) {
        Ok(Decided::Applied(order, _)) => *order,
        other => panic!("{other:?}"),
    }
}

fn with_show(order: &Order) -> Order {
    match order.decide(Command::CancelWithShow, NOW) {
        Ok(Decided::Applied(order, _)) => *order,
        other => panic!("{other:?}"),
    }
}

fn paid(order: &Order) -> Order {
    let (buyer, amount) = (order.state.buyer, order.state.total);
    match order.decide(Command::AcceptPayment { payment_id: id(77), buyer, amount }, NOW) {
        Ok(Decided::Applied(order, _)) => *order,
        other => panic!("{other:?}"),
    }
}

#[test]
fn exactly_the_limit_can_be_held_of_each_ticket() {
    let holdings = holding(&[order(1, &[(1, 3), (2, 1)])]);
    let of = |ticket| LimitScope::Ticket(id(ticket));
    let refused = |ticket, most| Err(Refusal::HoldLimit { of: of(ticket), limit: limit(most) });
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
        let outcome = holdings
            .with(&order(2, &items), Duration::ZERO, NOW, hold_limits(most, 0, 0))
            .map(drop);
        assert_eq!(outcome, expected, "{items:?} at a limit of {most}");
    }
}

#[test]
fn exactly_the_limit_can_be_held_of_all_tickets_of_a_show() {
    let of_show = |show: Option<u8>, mut order: Order| {
        order.state.show_id = show.map(id);
        order
    };
    let free = |tickets: &[(u8, u32)]| free(1, tickets, None);
    let refused = Err(Refusal::HoldLimit { of: LimitScope::Show(id(70)), limit: limit(5) });
    for (held, items, show, expected) in [
        (order(1, &[(1, 3), (2, 1)]), vec![(3, 1)], Some(70), Ok(())),
        (order(1, &[(1, 3), (2, 1)]), vec![(3, 2)], Some(70), refused),
        (order(1, &[(1, 3), (2, 1)]), vec![(1, 2)], Some(70), refused),
        (order(1, &[(1, 3), (2, 1)]), vec![(3, 5)], Some(71), Ok(())),
        (order(1, &[(1, 3), (2, 1)]), vec![(3, 5)], None, Ok(())),
        (order(1, &[(1, 5)]), vec![(2, 1)], Some(70), refused),
        // Sold free units count as those of a ticket do.
        (free(&[(1, 3), (2, 1)]), vec![(3, 1)], Some(70), Ok(())),
        (free(&[(1, 3), (2, 1)]), vec![(3, 2)], Some(70), refused),
    ] {
        let holdings = holding(&[of_show(Some(70), held)]);
        let next = of_show(show, order(2, &items));
        let outcome = holdings.with(&next, Duration::ZERO, NOW, hold_limits(5, 0, 0)).map(drop);
        assert_eq!(outcome, expected, "{items:?} of show {show:?}");
    }
}

#[test]
fn exactly_the_total_can_be_held_over_all_tickets() {
    let holdings = holding(&[order(1, &[(1, 3), (2, 1)])]);
    for (items, most, is_allowed) in [
        (vec![(1, 1)], 5, true),
        (vec![(1, 2)], 5, false),
        (vec![(3, 1)], 5, true),
        (vec![(3, 2)], 5, false),
        (vec![(1, 2), (3, 3)], 9, true),
        (vec![(1, 2), (3, 4)], 9, false),
    ] {
        let outcome = holdings
            .with(&order(2, &items), Duration::ZERO, NOW, hold_limits(0, most, 0))
            .map(drop);
        let expected = if is_allowed { Ok(()) } else { Err(Refusal::HoldLimitTotal(limit(most))) };
        assert_eq!(outcome, expected, "{items:?} at a total of {most}");
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
    let holdings = holding(&[kept.clone(), ended.clone()]);
    assert_eq!(holdings.orders(), BTreeSet::from([id(1), id(2)]));
    for ended in [paid(&ended), cancelled(&ended, NOW), with_show(&ended)] {
        let reviewed = holdings.clone().reviewed(&[kept.clone(), ended], NOW, hold_limits(5, 0, 0));
        assert_eq!(reviewed, holding(std::slice::from_ref(&kept)));
    }
}

#[test]
fn the_list_is_bounded() {
    let orders: Vec<Order> =
        (0..HOLDS_MAX - 2).map(|n| order(u8::try_from(n).unwrap(), &[(1, 1)])).collect();
    let holdings = holding(&orders);
    let limits = hold_limits(1_000, 0, 0);
    let full = holdings.with(&order(250, &[(2, 1), (3, 1)]), Duration::ZERO, NOW, limits).unwrap();
    assert_eq!(full.holds.len(), HOLDS_MAX);
    for holdings in [full.with(&order(251, &[(4, 1)]), Duration::ZERO, NOW, limits), {
        holdings.with(&order(250, &[(2, 1), (3, 1), (4, 1)]), Duration::ZERO, NOW, limits)
    }] {
        assert_eq!(holdings, Err(Refusal::TooManyHolds));
    }
}

/// How an order of the table below ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// Active, before its deadline.
    None,
    Paid,
    /// With its show.
    ShowCancelled,
    /// This long ago.
    Cancelled(Duration),
    /// Expired, this long after its deadline.
    Expired(Duration),
    /// Still active, this long after its deadline.
    Overdue(Duration),
}

fn ended(number: u8, end: End, now: Timestamp) -> Order {
    let mut order = order(number, &[(number, 1), (number + 50, 1)]);
    match end {
        End::None => order.state.expires_at = now.plus(WINDOW),
        End::Paid => order = paid(&order),
        End::ShowCancelled => order = with_show(&order),
        End::Cancelled(ago) => {
            order.state.status = OrderStatus::Cancelled { reason: CancelReason::Buyer };
            order.cancelled_at = Some(now.minus(ago));
        }
        End::Expired(ago) => {
            order.state.status = OrderStatus::Cancelled { reason: CancelReason::Expired };
            order.state.expires_at = now.minus(ago);
        }
        End::Overdue(ago) => order.state.expires_at = now.minus(ago),
    }
    order
}

#[test]
fn after_two_unpaid_ends_within_half_an_hour_one_unit_can_be_held() {
    let second = Duration::from_secs(1);
    let (just, long) = (Duration::from_millis(30 * 60_000 - 1), UNPAID_END_KEPT);
    let now = NOW.plus(Duration::from_hours(1));
    // Ends, the most of up to 4 units that can be ordered, and the age of the end that the
    // restriction counts from.
    let table: [(&[End], u32, Option<Duration>); 17] = [
        (&[], 4, None),
        (&[End::Cancelled(second)], 4, None),
        (&[End::Expired(second)], 4, None),
        (&[End::Overdue(second)], 4, None),
        (&[End::Cancelled(second), End::Cancelled(second)], 1, Some(second)),
        (&[End::Cancelled(just), End::Expired(second)], 1, Some(just)),
        (&[End::Cancelled(long), End::Expired(second)], 4, None),
        (&[End::Expired(just), End::Overdue(second)], 1, Some(just)),
        (&[End::Expired(long), End::Overdue(second)], 4, None),
        (&[End::Overdue(Duration::ZERO), End::Overdue(Duration::ZERO)], 1, Some(Duration::ZERO)),
        (&[End::Paid, End::Paid, End::Paid], 4, None),
        (&[End::ShowCancelled, End::ShowCancelled], 4, None),
        (&[End::ShowCancelled, End::Cancelled(second)], 4, None),
        (&[End::Paid, End::Cancelled(second), End::Expired(second)], 1, Some(second)),
        // The newest two count.
        (&[End::Cancelled(just), End::Expired(second), End::Overdue(second)], 1, Some(second)),
        // Held units count: two here.
        (&[End::None, End::Cancelled(second)], 4, None),
        (&[End::None, End::Cancelled(second), End::Cancelled(second)], 0, Some(second)),
    ];
    for (ends, most, since) in table {
        let numbered = (1_u8..).zip(ends);
        let orders: Vec<Order> = numbered.map(|(number, end)| ended(number, *end, now)).collect();
        let limits = hold_limits(0, 0, 2);
        let reviewed = holding(&orders).reviewed(&orders, now, limits);
        for units in 1..=4 {
            let next = placed_at(now, order(100, &[(200, units)]));
            let outcome = reviewed.with(&next, Duration::ZERO, now, limits).map(drop);
            let expected = if units <= most {
                Ok(())
            } else {
                let wait = UNPAID_END_KEPT.checked_sub(since.unwrap()).unwrap();
                Err(Refusal::UnpaidOrders { after: limit(2), until: now.plus(wait), wait })
            };
            assert_eq!(outcome, expected, "{units} units after {ends:?}");
        }
        // A repeated review counts nothing twice.
        let again = reviewed.clone().reviewed(&orders, now, limits);
        let is_kept = |order: &&Order| reviewed.orders().contains(&order.state.id);
        let kept: Vec<Order> = orders.iter().filter(is_kept).cloned().collect();
        assert_eq!(reviewed.clone().reviewed(&kept, now, limits), reviewed, "{ends:?}");
        assert!(again.ended_unpaid.len() <= 4, "{ends:?}");
    }
}

#[test]
fn last_units_of_tickets_of_unpaid_ends_are_refused_while_the_buyer_is_restricted() {
    let (second, ten) = (Duration::from_secs(1), Duration::from_mins(10));
    let now = NOW.plus(Duration::from_hours(1));
    let numbers = |ends: &[End]| -> Vec<Order> {
        (1_u8..).zip(ends).map(|(number, end)| ended(number, *end, now)).collect()
    };
    // Ends, the ticket that is ordered next, and the age of the end until which that is refused.
    let table: [(&[End], u8, Option<Duration>); 9] = [
        (&[End::Cancelled(second)], 1, None),
        (&[End::Cancelled(second), End::Paid], 1, None),
        (&[End::Cancelled(second), End::Cancelled(ten)], 9, None),
        // The restriction ends with the older one.
        (&[End::Cancelled(second), End::Cancelled(ten)], 1, Some(ten)),
        (&[End::Cancelled(second), End::Cancelled(ten)], 52, Some(ten)),
        (&[End::Overdue(second), End::Expired(ten)], 51, Some(ten)),
        // An older end than those which restrict is remembered as well.
        (&[End::Cancelled(second), End::Cancelled(second), End::Expired(ten)], 3, Some(ten)),
        (&[End::Cancelled(second), End::Cancelled(ten), End::Paid], 3, None),
        (&[End::Expired(UNPAID_END_KEPT), End::Expired(ten), End::Expired(second)], 1, None),
    ];
    let limits = hold_limits(0, 0, 2);
    for (ends, number, since) in table {
        let orders = numbers(ends);
        let reviewed = holding(&orders).reviewed(&orders, now, limits);
        let next = placed_at(now, order(100, &[(number, 1)]));
        reviewed.with(&next, Duration::ZERO, now, limits).unwrap();
        let outcome = reviewed.refuse_last_units(&[id(number)], now, limits);
        let expected = since.map_or(Ok(()), |since| {
            let wait = UNPAID_END_KEPT.checked_sub(since).unwrap();
            Err(Refusal::UnpaidTicket { ticket: id(number), until: now.plus(wait), wait })
        });
        assert_eq!(outcome, expected, "ticket {number} after {ends:?}");
        reviewed.refuse_last_units(&[], now, limits).unwrap();
    }
}

#[test]
fn the_newest_twenty_unpaid_ends_are_remembered() {
    let now = NOW.plus(Duration::from_hours(1));
    let orders: Vec<Order> = (1..=21_u8)
        .map(|number| {
            ended(number, End::Cancelled(Duration::from_secs(60 - u64::from(number))), now)
        })
        .collect();
    for (most, kept) in [(2, 20), (21, 21)] {
        let limits = hold_limits(0, 0, most);
        let reviewed = holding(&orders).reviewed(&orders, now, limits);
        assert_eq!(reviewed.ended_unpaid.len(), kept);
        let again = |number| reviewed.refuse_last_units(&[id(number)], now, limits);
        again(2).unwrap_err();
        assert_eq!(again(1).is_ok(), kept == 20);
    }
}

#[test]
fn an_overdue_order_counts_as_unpaid_until_it_is_paid() {
    let (limits, now) = (hold_limits(0, 0, 1), until().plus(Duration::from_secs(1)));
    let (late, next) = (order(1, &[(1, 1)]), placed_at(now, order(2, &[(1, 2)])));
    let holdings = holding(std::slice::from_ref(&late));
    let overdue = holdings.reviewed(std::slice::from_ref(&late), now, limits);
    overdue.with(&next, Duration::ZERO, now, limits).unwrap_err();
    // The order was paid in time by another replica's clock.
    let reviewed = overdue.reviewed(&[paid(&late)], now, limits);
    assert_eq!(reviewed, Holdings::none(buyer()));
    reviewed.with(&next, Duration::ZERO, now, limits).unwrap();
}
