//! An order's transition table, both sides of its deadline, and "twice equals once".

use std::time::Duration;

use contract::order::{CancelReason, OrderItem, OrderStatus};
use contract::payment::ReturnedUnits;
use contract::{Currency, Decided, Money, PaymentId, Timestamp, UserId};
use orders::domain::{Command, Order, PlacedOrder, Refusal, Stock};
use proptest::prelude::*;
use testing::samples::{self, id};

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);
const WINDOW: Duration = Duration::from_mins(1);
const EXTENSION: Duration = Duration::from_secs(15);

fn item(price: i64, quantity: u32, currency: Currency) -> OrderItem {
    let unit_price = Money::new(price, currency);
    OrderItem { unit_price, ..samples::item(1, 2, price, quantity) }
}

fn buyer() -> UserId {
    id(3)
}

fn placed() -> Order {
    let placed = PlacedOrder { id: id(4), buyer: buyer(), window: WINDOW };
    Order::place(placed, vec![item(500, 2, Currency::USD)], None, NOW).unwrap()
}

fn await_payment(payment: u8) -> Command {
    Command::AwaitPayment { payment_id: id(payment), extension: EXTENSION }
}

fn accept(payment: u8) -> Command {
    let amount = Money::new(1_000, Currency::USD);
    Command::AcceptPayment { payment_id: id(payment), buyer: buyer(), amount }
}

fn after(order: &Order, command: Command, now: Timestamp) -> Order {
    match order.decide(command, now) {
        Ok(Decided::Applied(order, _)) => *order,
        other => panic!("{command:?} gave {other:?}"),
    }
}

/// An order in each status, all with the first deadline.
fn in_each_status() -> [(&'static str, Order); 6] {
    let created = placed();
    let awaiting = after(&created, await_payment(9), NOW);
    let complete = after(&created, accept(9), NOW);
    let cancelled = after(&created, Command::Cancel, NOW);
    let expired = after(&created, Command::Expire, NOW.plus(WINDOW));
    let with_show = after(&created, Command::CancelWithShow, NOW);
    [
        ("created", created),
        ("awaiting", awaiting),
        ("complete", complete),
        ("cancelled", cancelled),
        ("expired", expired),
        ("show_cancelled", with_show),
    ]
}

fn described(outcome: Result<Decided<Order, Stock>, Refusal>) -> String {
    match outcome {
        Err(refusal) => format!("{refusal:?}"),
        Ok(Decided::AlreadyApplied) => "-".to_owned(),
        Ok(Decided::Applied(order, stock)) => {
            let status = match order.state.status {
                OrderStatus::Created => "created",
                OrderStatus::AwaitingPayment { .. } => "awaiting",
                OrderStatus::Complete { .. } => "complete",
                OrderStatus::Cancelled { reason: CancelReason::Buyer } => "cancelled",
                OrderStatus::Cancelled { reason: CancelReason::Expired } => "expired",
                OrderStatus::Cancelled { reason: CancelReason::ShowCancelled } => "show_cancelled",
            };
            let stock = match stock {
                Stock::Keep => "keep",
                Stock::Release => "release",
                Stock::Sell => "sell",
            };
            format!("{status}, {stock}")
        }
    }
}

#[test]
fn every_status_decides_every_command_on_both_sides_of_the_deadline() {
    // status, then: the same payment awaited, another awaited, accepted, expire, cancel, the show is
    // cancelled
    let (awaiting, sold) = ("awaiting, keep", "complete, sell");
    let (cancelled, gone) = ("cancelled, release", "expired, release");
    let with_show = "show_cancelled, release";
    let before = [
        ("created", [awaiting, awaiting, sold, "-", cancelled, with_show]),
        ("awaiting", ["-", awaiting, sold, "-", cancelled, with_show]),
        ("complete", ["-", "-", "-", "-", "OrderComplete", "-"]),
        ("cancelled", ["-"; 6]),
        ("expired", ["-"; 6]),
        ("show_cancelled", ["-"; 6]),
    ];
    let at_deadline = [
        ("created", [gone, gone, gone, gone, gone, with_show]),
        ("awaiting", ["-", gone, gone, gone, gone, with_show]),
        ("complete", ["-", "-", "-", "-", "OrderComplete", "-"]),
        ("cancelled", ["-"; 6]),
        ("expired", ["-"; 6]),
        ("show_cancelled", ["-"; 6]),
    ];
    let commands = [
        await_payment(9),
        await_payment(8),
        accept(9),
        Command::Expire,
        Command::Cancel,
        Command::CancelWithShow,
    ];
    let deadline = NOW.plus(WINDOW);
    let last_moment = deadline.minus(Duration::from_millis(1));
    for (now, table) in [(last_moment, before), (deadline, at_deadline)] {
        for ((status, order), (row, expected)) in in_each_status().iter().zip(table) {
            assert_eq!(*status, row);
            let answers = commands.map(|command| described(order.decide(command, now)));
            assert_eq!(answers, expected, "{status} at {now}");
        }
    }
}

#[test]
fn the_deadline_moves_once_and_only_as_far_as_needed() {
    let order = placed();
    let early = after(&order, await_payment(9), NOW);
    assert_eq!(early.state.expires_at, order.state.expires_at, "there is time enough");
    let late = NOW.plus(WINDOW).minus(Duration::from_secs(5));
    let extended = after(&order, await_payment(9), late);
    assert_eq!(extended.state.expires_at, late.plus(EXTENSION));
    let second = after(&extended, await_payment(8), late.plus(Duration::from_secs(10)));
    assert_eq!(second.state.expires_at, extended.state.expires_at, "never a second time");
}

#[test]
fn a_payment_of_another_amount_or_buyer_is_refused() {
    let order = placed();
    let payment_id: PaymentId = id(9);
    for (buyer, amount) in [
        (buyer(), Money::new(999, Currency::USD)),
        (buyer(), Money::new(1_000, Currency::EUR)),
        (id(5), Money::new(1_000, Currency::USD)),
    ] {
        let command = Command::AcceptPayment { payment_id, buyer, amount };
        assert_eq!(order.decide(command, NOW), Err(Refusal::PaymentDoesNotMatch));
    }
}

#[test]
fn totals_add_up_or_are_refused() {
    let placed = PlacedOrder { id: id(4), buyer: buyer(), window: WINDOW };
    let two = vec![item(500, 2, Currency::USD), item(1, 3, Currency::USD)];
    assert_eq!(Order::place(placed, two, None, NOW).unwrap().state.total.minor_units, 1_003);
    let mixed = vec![item(500, 2, Currency::USD), item(1, 3, Currency::EUR)];
    assert_eq!(Order::place(placed, mixed, None, NOW), Err(Refusal::CurrenciesDiffer));
    let huge = vec![item(i64::MAX, 2, Currency::USD)];
    assert_eq!(Order::place(placed, huge, None, NOW), Err(Refusal::TotalTooLarge));
}

fn returned(ticket: u8, quantity: u32) -> ReturnedUnits {
    ReturnedUnits { ticket_id: id(ticket), quantity }
}

/// The order after units were taken back, and those units.
fn taken_back(
    decided: Result<Decided<Order, Vec<ReturnedUnits>>, Refusal>,
) -> (Order, Vec<ReturnedUnits>) {
    let Ok(Decided::Applied(order, returned)) = decided else { panic!("{decided:?}") };
    (*order, returned)
}

#[test]
fn refunded_units_leave_a_complete_order_once() {
    let [_, _, (_, complete), ..] = in_each_status();
    let (one, went_back) = taken_back(complete.take_back(id(9), &[returned(1, 1)]));
    assert_eq!(went_back, [returned(1, 1)]);
    assert_eq!(one.state.version, complete.state.version + 1);
    assert_eq!(one.state.status, complete.state.status, "it stays complete");
    assert_eq!(one.state.total, complete.state.total);
    let again = one.take_back(id(9), &[returned(1, 1)]);
    assert_eq!(again, Ok(Decided::AlreadyApplied), "the returned units in total");
    let (two, went_back) = taken_back(one.take_back(id(9), &[returned(1, 2)]));
    assert_eq!(went_back, [returned(1, 1)], "only what is new");
    let older = two.take_back(id(9), &[returned(1, 1)]);
    assert_eq!(older, Ok(Decided::AlreadyApplied), "an older refund has no effect");
    assert_eq!(two.take_back(id(9), &[]), Ok(Decided::AlreadyApplied));
}

#[test]
fn units_that_an_order_did_not_sell_are_not_returned() {
    let refused = Err(Refusal::PaymentDoesNotMatch);
    for (status, order) in in_each_status() {
        let taken_back = order.take_back(id(9), &[returned(1, 1)]);
        assert_eq!(taken_back.is_ok(), status == "complete", "{status}");
        let nothing = order.take_back(id(9), &[]);
        assert_eq!(nothing, Ok(Decided::AlreadyApplied), "no command is due: {status}");
    }
    let [_, _, (_, complete), ..] = in_each_status();
    assert_eq!(complete.take_back(id(8), &[returned(1, 1)]), refused, "another payment");
    assert_eq!(complete.take_back(id(9), &[returned(7, 1)]), refused, "another ticket");
    assert_eq!(complete.take_back(id(9), &[returned(1, 3)]), refused, "more than was sold");
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        (8_u8..10).prop_map(await_payment),
        (8_u8..10).prop_map(accept),
        Just(Command::Expire),
        Just(Command::Cancel),
        Just(Command::CancelWithShow),
    ]
}

proptest! {
    #[test]
    fn twice_equals_once_and_an_ended_order_never_changes(
        script in prop::collection::vec((any_command(), 0_u64..90_000), 1..12),
    ) {
        let mut order = placed();
        let mut held: i64 = 2;
        let mut times: Vec<u64> = script.iter().map(|(_, at)| *at).collect();
        times.sort_unstable();
        for ((command, _), at) in script.into_iter().zip(times) {
            let now = NOW.plus(Duration::from_millis(at));
            let Ok(Decided::Applied(changed, stock)) = order.decide(command, now) else { continue };
            prop_assert!(order.is_active(), "an order that has ended does not change");
            prop_assert_eq!(changed.state.version, order.state.version + 1);
            if stock != Stock::Keep {
                held -= 2;
            }
            let again = changed.decide(command, now);
            prop_assert!(
                matches!(again, Ok(Decided::AlreadyApplied) | Err(Refusal::OrderComplete)),
                "{command:?} a second time gave {again:?}"
            );
            order = *changed;
        }
        prop_assert_eq!(held > 0, order.is_active(), "units leave a hold exactly once");
    }

    #[test]
    fn the_largest_cumulative_quantity_is_returned_in_any_order_of_refunds(
        quantities in prop::collection::vec(0_u32..=2, 0..8),
    ) {
        let [_, _, (_, mut order), ..] = in_each_status();
        let mut came_back = 0;
        for quantity in &quantities {
            let taken_back = order.take_back(id(9), &[returned(1, *quantity)]).unwrap();
            let Decided::Applied(changed, units) = taken_back else { continue };
            came_back += units.iter().map(|units| units.quantity).sum::<u32>();
            order = *changed;
        }
        let most = quantities.into_iter().max().unwrap_or_default();
        prop_assert_eq!(came_back, most);
        prop_assert_eq!(order.state.items[0].returned, most);
    }
}
