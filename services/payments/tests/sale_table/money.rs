//! The money of a sale after any sequence of refunds and disputes.

use contract::Decided;
use payments::domain::refund::{Command, Event as Happened, Method, RefundRequest, Requester};
use payments::domain::{
    Account, Cause, Dispute, NextStep, Payment, Progress, ProviderDisputeStatus,
    ProviderRefundStatus, RecordedDispute, Refund, Sale, ShowRefund, Side, Transaction,
};
use proptest::prelude::*;
use testing::samples::{id, usd};

use super::{copy, failed, of_show, payment, sale, succeeded};
use crate::samples::{FIRST, NOW};

/// The documents of one sale, and the transactions of its payment.
pub(super) struct World {
    pub(super) payment: Payment,
    sale: Sale,
    refunds: Vec<Refund>,
    dispute: Option<Dispute>,
    posted: Vec<Transaction>,
}

impl World {
    pub(super) fn new() -> Self {
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
        let (amount, method) = match self.sale.next_step(&self.payment) {
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

    pub(super) fn dispute(&mut self, recorded: &RecordedDispute) {
        if self.dispute.is_some() {
            return;
        }
        let opened = Dispute::opened(recorded, &self.payment, Some(&copy()), &[rich()]).unwrap();
        self.posted.push(opened.booked_when_opened());
        self.payment = self.payment.dispute_opened(&opened).unwrap();
        self.dispute = Some(opened);
        self.sale = self.sale.with_money(&self.payment, 0, NOW).unwrap();
    }

    pub(super) fn close(&mut self, status: ProviderDisputeStatus) {
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
        prop_assert!(!is_open || world.sale.next_step(&world.payment) == NextStep::Settle);
    }
}
