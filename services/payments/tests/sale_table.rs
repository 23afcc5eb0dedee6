//! Every event of a sale in every state of its refund, and the money of a sale after any sequence of
//! refunds and disputes.

use contract::order::{OrderState, OrderStatus};
use contract::{Decided, Money, Timestamp};
use payments::domain::refund::{Command, Event as Happened, Method, RefundRequest, Requester};
use payments::domain::{
    Account, Cause, Dispute, NextStep, Payment, Progress, ProviderDisputeStatus,
    ProviderRefundStatus, RecordedDispute, Refund, Sale, ShowRefund, ShowRefunds, Side,
    Transaction,
};
use proptest::prelude::*;
use testing::samples::{self, id, item, usd};

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
        sale.with_money(payment, 0, NOW).unwrap().next_step(Some(payment))
    };
    let due = sale(owed());
    assert_eq!(step(&due, &payment()), NextStep::Refund(usd(3_100)));
    assert_eq!(due.next_step(None), NextStep::Settle);
    let unpaid = Sale { refund: owed(), ..Sale::of(&order()).unwrap() };
    let capturing = crate::samples::payment(crate::samples::authorized(by_card()));
    assert_eq!(unpaid.next_step(Some(&capturing)), NextStep::Wait);
    let declined = payments::domain::State::Declined { reference: None, reason: String::new() };
    let declined = crate::samples::payment(declined);
    assert_eq!(unpaid.next_step(Some(&declined)), NextStep::Settle);
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
            let counted = show.counted(before, after).state;
            let count = |group| {
                let change = |state: ShowRefund| i64::from(state.progress() == Some(group));
                1 - change(before) + change(after)
            };
            let counts = [counted.owed, counted.done, counted.failed].map(i64::from);
            assert_eq!(counts, [Progress::Owed, Progress::Done, Progress::Failed].map(count));
            let is_same = before.progress() == after.progress();
            assert_eq!(counted.version, u64::from(!is_same));
        }
    }
}

/// The documents of one sale, and the transactions of its payment.
struct World {
    payment: Payment,
    sale: Sale,
    refunds: Vec<Refund>,
    dispute: Option<Dispute>,
    posted: Vec<Transaction>,
}

impl World {
    fn new() -> Self {
        let sale = sale(ShowRefund::Unmarked);
        let (refunds, posted) = (Vec::new(), Vec::new());
        Self { payment: payment(), sale, refunds, dispute: None, posted }
    }

    fn book(&mut self, refund: Refund) {
        self.payment = self.payment.claim(&refund).unwrap();
        self.posted.push(refund.booked_at_request());
        if refund.is_settled() {
            self.payment = self.payment.refund_paid(&refund).unwrap();
        }
        self.change(&refund, refund.amount.minor_units);
        self.refunds.push(refund);
    }

    fn change(&mut self, refund: &Refund, refunded_by: i64) {
        let changed = self.sale.with_money(&self.payment, refunded_by, NOW).unwrap();
        self.sale = changed.after(refund, &self.payment, NOW);
    }

    fn request(&mut self, by: Requester, amount: Option<i64>) {
        let number = 80 + u8::try_from(self.refunds.len()).unwrap();
        let amount = amount.map(usd);
        let request = RefundRequest { id: id(number), by, amount, to: None, returns: Vec::new() };
        if let Ok(refund) = request.decide(&self.payment, Some(&copy()), &[rich()], NOW) {
            self.book(refund);
        }
    }

    fn refund_show(&mut self) {
        let number = 80 + u8::try_from(self.refunds.len()).unwrap();
        if self.sale.due_at().is_none() {
            return;
        }
        let (amount, method) = match self.sale.next_step(Some(&self.payment)) {
            NextStep::Settle | NextStep::Wait => return,
            NextStep::Refund(amount) => (amount, Method::Card),
            NextStep::Credit(amount) => (amount, Method::Credit),
        };
        let refund = of_show(number, &self.payment, amount, method);
        self.sale.refund = ShowRefund::Requested { refund_id: refund.id };
        self.book(refund);
    }

    fn end(&mut self, at: usize, status: ProviderRefundStatus) {
        let Some(known) = self.refunds.get(at).cloned() else { return };
        let Ok(Decided::Applied(refund, event)) = known.decide(Command::Observe(status), NOW)
        else {
            return;
        };
        match event {
            Happened::Advanced => {}
            Happened::Paid => {
                self.payment = self.payment.refund_paid(&refund).unwrap();
                self.change(&refund, 0);
            }
            Happened::Failed | Happened::CameBack => {
                self.payment = self.payment.refund_not_given(&refund).unwrap();
                self.posted.extend(refund.booked_when_not_given());
                self.change(&refund, -refund.amount.minor_units);
            }
        }
        self.refunds[at] = *refund;
    }

    fn dispute(&mut self, recorded: &RecordedDispute) {
        if self.dispute.is_some() {
            return;
        }
        let opened = Dispute::opened(recorded, &self.payment, Some(&copy()), &[rich()]).unwrap();
        self.posted.push(opened.booked_when_opened());
        self.payment = self.payment.dispute_opened(&opened).unwrap();
        self.dispute = Some(opened);
        self.sale = self.sale.with_money(&self.payment, 0, NOW).unwrap();
    }

    fn close(&mut self, status: ProviderDisputeStatus) {
        let closed = self.dispute.as_ref().and_then(|open| open.observe(status, NOW));
        let Some(closed) = closed else { return };
        self.posted.extend(closed.booked_when_closed());
        self.payment = self.payment.dispute_closed(&closed).unwrap();
        self.dispute = Some(closed);
        self.sale = self.sale.with_money(&self.payment, 0, NOW).unwrap();
    }

    /// Refunded and disputed, according to the posted transactions.
    fn posted(&self) -> [i64; 2] {
        let mut sums = [0, 0];
        for transaction in &self.posted {
            let credits = transaction.legs().iter().filter(|leg| leg.side == Side::Credit);
            let amount: i64 = credits.map(|leg| leg.amount.minor_units).sum();
            match transaction.cause() {
                Cause::Refund(_) => sums[0] += amount,
                Cause::RefundFailed(_) => sums[0] -= amount,
                Cause::DisputeOpened(_) => sums[1] += amount,
                Cause::DisputeWon(_) => sums[1] -= amount,
                cause => assert!(matches!(cause, Cause::DisputeLost(_)), "{cause:?}"),
            }
        }
        sums
    }
}

fn rich() -> Account {
    Account::of(id(FIRST)).post(Side::Credit, usd(100_000)).unwrap().0
}

#[derive(Debug, Clone)]
enum Step {
    Request(Option<i64>),
    RefundShow,
    Mark,
    End(usize, bool),
    Dispute(i64),
    Close(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        proptest::option::of(1..3_200_i64).prop_map(Step::Request),
        Just(Step::RefundShow),
        Just(Step::RefundShow),
        Just(Step::Mark),
        (0..6_usize, any::<bool>()).prop_map(|(at, is_paid)| Step::End(at, is_paid)),
        (0..6_usize, any::<bool>()).prop_map(|(at, is_paid)| Step::End(at, is_paid)),
        (1..3_200_i64).prop_map(Step::Dispute),
        any::<bool>().prop_map(Step::Close),
    ]
}

proptest! {
    #[test]
    fn the_money_of_a_sale_equals_the_ledger_after_any_sequence(
        steps in proptest::collection::vec(step(), 1..40)
    ) {
        let mut world = World::new();
        for step in steps {
            match step {
                Step::Request(amount) => world.request(Requester::Admin(id(4)), amount),
                Step::RefundShow => world.refund_show(),
                Step::Mark => world.sale = world.sale.marked(NOW),
                Step::End(at, true) => world.end(at, succeeded()),
                Step::End(at, false) => world.end(at, failed()),
                Step::Dispute(amount) => world.dispute(&RecordedDispute {
                    reference: "dp".to_owned(),
                    amount: usd(amount),
                    opened_at: NOW,
                    status: ProviderDisputeStatus::Open,
                }),
                Step::Close(true) => world.close(ProviderDisputeStatus::Won),
                Step::Close(false) => world.close(ProviderDisputeStatus::Lost),
            }
            let state = &world.sale.state;
            prop_assert_eq!(state.paid, usd(3_100));
            let money = [state.refunded.minor_units, state.disputed.minor_units];
            prop_assert_eq!(money, world.posted());
            // Refunds alone never exceed the payment.
            prop_assert!(state.refunded.minor_units <= 3_100);
        }
        // Whatever happened, the owed refund of a cancelled show ends.
        world.sale = world.sale.marked(NOW);
        world.close(ProviderDisputeStatus::Won);
        for _ in 0..8 {
            world.refund_show();
            for at in 0..world.refunds.len() {
                world.end(at, succeeded());
            }
        }
        let state = &world.sale.state;
        let left = state.paid.minor_units - state.refunded.minor_units - state.disputed.minor_units;
        prop_assert!(left <= 0, "{:?}", world.sale);
        let is_open = world.sale.refund.progress() == Some(Progress::Owed);
        prop_assert!(!is_open || world.sale.next_step(Some(&world.payment)) == NextStep::Settle);
    }
}
