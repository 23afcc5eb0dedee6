//! Every event of a sale in every state of its refund.

mod money;

use contract::order::{OrderState, OrderStatus};
use contract::{Decided, Money, Timestamp};
use payments::domain::refund::{Command, Method};
use payments::domain::{
    NextStep, Payment, Progress, ProviderDisputeStatus, ProviderRefundStatus, RecordedDispute,
    Refund, Refusal, Sale, ShowRefund, ShowRefunds,
};
use testing::samples::{self, id, item, usd};

use self::money::World;
use crate::samples::{BUYER, FIRST, NOW, by_card, captured};

const LATER: Timestamp = Timestamp::from_unix_ms(2_000_000);

fn order() -> OrderState {
    let items = vec![item(21, FIRST, 1_200, 2), item(23, FIRST, 700, 1)];
    let status = OrderStatus::Complete { payment_id: Some(id(1)) };
    let order = samples::order(2, items, NOW);
    OrderState { version: 3, status, buyer: id(BUYER), show_id: Some(id(60)), ..order }
}

fn copy() -> payments::OrderCopy {
    payments::OrderCopy { order: order(), attempt: Some(id(1)) }
}

fn payment() -> Payment {
    Payment { amount: usd(3_100), ..crate::samples::payment(captured(by_card())) }
}

fn of_show(number: u8, payment: &Payment, amount: Money, method: Method) -> Refund {
    let parties = (Some(&copy()), &[][..]);
    let id = id(number);
    Refund::of_cancelled_show(id, payment, (amount, method), parties, NOW).unwrap()
}

fn observed(refund: &Refund, status: ProviderRefundStatus) -> Refund {
    match refund.decide(Command::Observe(status), NOW).unwrap() {
        Decided::Applied(refund, _) => *refund,
        Decided::AlreadyApplied => panic!("no change"),
    }
}

fn succeeded() -> ProviderRefundStatus {
    ProviderRefundStatus::Succeeded { reference: "re".to_owned() }
}

fn failed() -> ProviderRefundStatus {
    ProviderRefundStatus::Failed { reason: "no".to_owned() }
}

fn sale(refund: ShowRefund) -> Sale {
    let new = Sale::of(&order()).unwrap();
    Sale { refund, ..new.with_money(&payment(), 0, NOW).unwrap() }
}

fn owed() -> ShowRefund {
    ShowRefund::Owed { due_at: NOW, rejected: None }
}

fn due_later(rejected: Option<i64>) -> ShowRefund {
    ShowRefund::Owed { due_at: LATER, rejected: rejected.map(usd) }
}

const REQUESTED: u8 = 70;

fn states() -> [ShowRefund; 6] {
    let refund_id = id(REQUESTED);
    [
        ShowRefund::Unmarked,
        ShowRefund::NothingOwed,
        owed(),
        ShowRefund::Requested { refund_id },
        ShowRefund::Done,
        ShowRefund::Failed,
    ]
}

/// An event of a sale of 31.00 in a state of its refund, at [`LATER`].
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The show is cancelled; the loop marks the sale.
    Mark,
    /// All of it was refunded by another refund.
    OtherRefund,
    /// Another refund of it failed.
    OtherFailure,
    /// The refund of the show succeeds, to the card.
    Paid,
    /// The refund of the show succeeds, to credit.
    Credited,
    /// The refund of the show fails, or comes back.
    Rejected,
}

fn apply(state: ShowRefund, event: Event) -> ShowRefund {
    let (payment, before) = (payment(), sale(state));
    let refund = |method| of_show(REQUESTED, &payment, usd(3_100), method);
    // The request of the refund of the show is part of the money already.
    let requested = |sale: &Sale| sale.with_money(&payment, 3_100, NOW).unwrap();
    let in_state = |sale: Sale| Sale { refund: state, ..sale };
    let after = match event {
        Event::Mark => before.marked(LATER),
        Event::OtherRefund => before.with_money(&payment, 3_100, LATER).unwrap(),
        Event::OtherFailure => {
            in_state(requested(&before)).with_money(&payment, -3_100, LATER).unwrap()
        }
        Event::Paid => {
            let paid = observed(&refund(Method::Card), succeeded());
            in_state(requested(&before)).after(&paid, &payment, LATER)
        }
        Event::Credited => {
            in_state(requested(&before)).after(&refund(Method::Credit), &payment, LATER)
        }
        Event::Rejected => {
            let rejected = observed(&refund(Method::Card), failed());
            let changed = in_state(requested(&before)).with_money(&payment, -3_100, LATER);
            changed.unwrap().after(&rejected, &payment, LATER)
        }
    };
    after.refund
}

#[test]
fn the_table_of_events_in_each_state() {
    use ShowRefund::{Done, Failed, NothingOwed, Unmarked};
    let [_, _, first, requested, _, _] = states();
    let (again, rejected) = (due_later(None), due_later(Some(3_100)));
    // In the order of `states`.
    let table = [
        (Event::Mark, [again, NothingOwed, first, requested, Done, Failed]),
        (Event::OtherRefund, [Unmarked, NothingOwed, Done, requested, Done, Failed]),
        (Event::OtherFailure, [Unmarked, again, again, requested, again, again]),
        (Event::Paid, [Unmarked, NothingOwed, first, Done, Done, Failed]),
        (Event::Credited, [Unmarked, NothingOwed, first, Failed, Done, Failed]),
        (Event::Rejected, [Unmarked, rejected, rejected, rejected, rejected, rejected]),
    ];
    for (event, expected) in table {
        for (state, expected) in states().into_iter().zip(expected) {
            assert_eq!(apply(state, event), expected, "{event:?} in {state:?}");
        }
    }
}

#[test]
fn only_a_complete_order_of_a_show_is_a_sale() {
    assert!(Sale::of(&order()).is_some());
    assert_eq!(Sale::of(&OrderState { show_id: None, ..order() }), None);
    for status in [OrderStatus::Created, OrderStatus::AwaitingPayment { payment_id: id(1) }] {
        assert_eq!(Sale::of(&OrderState { status, ..order() }), None);
    }
}

#[test]
fn a_free_or_refunded_order_owes_nothing_and_an_unpaid_one_may() {
    let new = Sale::of(&order()).unwrap();
    assert_eq!(new.marked(NOW).refund, owed(), "the capture may follow");
    let free = Sale { payment_id: None, ..new };
    assert_eq!(free.marked(NOW).refund, ShowRefund::NothingOwed);
    for (refunded, expected) in [(3_099, owed()), (3_100, ShowRefund::NothingOwed)] {
        let sale = sale(ShowRefund::Unmarked).with_money(&payment(), refunded, NOW).unwrap();
        assert_eq!(sale.marked(NOW).refund, expected);
    }
}

fn disputed(amount: i64, status: ProviderDisputeStatus) -> Payment {
    let recorded = RecordedDispute {
        reference: "dp".to_owned(),
        amount: usd(amount),
        opened_at: NOW,
        status: ProviderDisputeStatus::Open,
    };
    let mut world = World::new();
    world.dispute(&recorded);
    if status != ProviderDisputeStatus::Open {
        world.close(status);
    }
    world.payment
}

#[test]
fn the_next_step_follows_from_the_payment_and_its_disputes() {
    use ProviderDisputeStatus::{Lost, Open, Won};
    let step = |sale: &Sale, payment: &Payment| {
        sale.with_money(payment, 0, NOW).unwrap().next_step(payment)
    };
    let due = sale(owed());
    assert_eq!(step(&due, &payment()), NextStep::Refund(usd(3_100)));
    let unpaid = Sale { refund: owed(), ..Sale::of(&order()).unwrap() };
    let capturing = crate::samples::payment(crate::samples::authorized(by_card()));
    assert_eq!(unpaid.next_step(&capturing), NextStep::Wait);
    let declined = payments::domain::State::Declined { reference: None, reason: String::new() };
    let declined = crate::samples::payment(declined);
    assert_eq!(unpaid.next_step(&declined), NextStep::Settle);
    for (amount, status, expected) in [
        (3_100, Open, NextStep::Wait),
        (3_100, Won, NextStep::Refund(usd(3_100))),
        (3_100, Lost, NextStep::Settle),
        (1_000, Open, NextStep::Wait),
        (1_000, Won, NextStep::Refund(usd(3_100))),
        (1_000, Lost, NextStep::Credit(usd(2_100))),
    ] {
        let payment = disputed(amount, status);
        assert_eq!(step(&due, &payment), expected, "{amount} {status:?}");
    }
    // The same amount is not sent to a card that has rejected it; another one is.
    for (rejected, expected) in
        [(3_100, NextStep::Credit(usd(3_100))), (3_099, NextStep::Refund(usd(3_100)))]
    {
        let refund = ShowRefund::Owed { due_at: NOW, rejected: Some(usd(rejected)) };
        assert_eq!(step(&sale(refund), &payment()), expected);
    }
}

#[test]
fn the_numbers_of_a_show_are_those_of_its_sales() {
    for before in states() {
        for after in states() {
            let mut show = ShowRefunds::unknown(id(60));
            show.state.owed = 1;
            show.state.done = 1;
            show.state.failed = 1;
            let counted = show.counted(before, after).unwrap().state;
            let count = |group| {
                let change = |state: ShowRefund| i64::from(state.progress() == Some(group));
                1 - change(before) + change(after)
            };
            let counts = [counted.owed, counted.done, counted.failed].map(i64::from);
            assert_eq!(counts, [Progress::Owed, Progress::Done, Progress::Failed].map(count));
        }
    }
}

#[test]
fn a_sale_that_the_numbers_of_its_show_lack_is_a_contradiction() {
    let mut show = ShowRefunds::unknown(id(60));
    let [unmarked, _, owed, _, done, _] = states();
    assert_eq!(show.counted(owed, done), Err(Refusal::Contradiction));
    assert_eq!(show.counted(unmarked, owed).unwrap().state.owed, 1);
    show.state.owed = u32::MAX;
    assert_eq!(show.counted(unmarked, owed), Err(Refusal::Contradiction));
}
