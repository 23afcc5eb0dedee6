//! Money: the captured amount is zero or the total, captures are for complete orders only, and the
//! provider's ledger agrees.

use std::collections::{HashMap, HashSet};

use contract::order::{OrderState, OrderStatus};
use contract::payment::PaymentStatus;
use contract::{Money, OrderId, PaymentId};
use payments::Payment;
use payments::domain::{State, Task};

use crate::evidence::{Evidence, IntentFacts};
use crate::rule::{Findings, Rule};

/// Payments, which of them are by credit, and the provider's ledger.
struct Ledger<'e> {
    payments: HashMap<PaymentId, &'e Payment>,
    by_credit: HashSet<PaymentId>,
    intents: HashMap<PaymentId, &'e IntentFacts>,
}

impl Ledger<'_> {
    /// Number of captures: from the card according to the provider's ledger, or from credit
    /// according to the payment.
    fn of(&self, payment: &Payment) -> usize {
        if self.by_credit.contains(&payment.id) {
            usize::from(payment.public_status() == PaymentStatus::Captured)
        } else {
            self.intents.get(&payment.id).map_or(0, |intent| intent.captured)
        }
    }
}

/// The amount that the provider captured although no order or top-up wants it.
pub(crate) fn returned(payment: &Payment) -> Option<Money> {
    if let State::Returned { taken, .. } = payment.state { Some(taken) } else { None }
}

/// Whether an order has accepted this payment, so that it may be captured.
#[must_use]
pub fn accepts(order: &OrderState, payment: PaymentId) -> bool {
    order.status == OrderStatus::Complete { payment_id: Some(payment) }
}

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let by_credit = evidence.paid_by_credit();
    let intents = evidence.intents.iter().map(|intent| (intent.payment_id, intent)).collect();
    let payments = evidence.payments.iter().map(|payment| (payment.id, payment)).collect();
    let ledger = Ledger { payments, by_credit, intents };
    for intent in &evidence.intents {
        check_intent(intent, &ledger, findings);
    }
    for payment in ledger.payments.values() {
        check_payment(payment, &ledger, findings);
    }
    check_orders(evidence, &ledger, findings);
    let reported = evidence.journal.iter().flat_map(|journal| {
        let captured =
            journal.captured.iter().map(|(payment, order)| (payment, format!("order {order}")));
        let topped_up = journal.topped_up.iter();
        captured.chain(topped_up.map(|(payment, user)| (payment, format!("top-up of user {user}"))))
    });
    for (payment, what) in reported {
        let is_so = ledger.payments.get(payment).is_some_and(|payment| ledger.of(payment) == 1);
        findings.expect(is_so, Rule::Money, || {
            format!("payment {payment} ({what}) was acknowledged and not captured")
        });
    }
}

/// The provider's side: payments has each intent, and its amounts agree.
fn check_intent(intent: &IntentFacts, ledger: &Ledger<'_>, findings: &mut Findings) {
    let IntentFacts { payment_id: id, amount, authorized, captured, voided, .. } = *intent;
    findings.expect(authorized <= captured + voided, Rule::NothingForNothing, || {
        format!("payment {id}: the provider still holds {} minor units", amount.minor_units)
    });
    let is_sound = authorized <= 1 && captured + voided <= authorized;
    findings.expect(is_sound, Rule::Money, || {
        format!("payment {id}: held {authorized} times, captured {captured}, voided {voided}")
    });
    let Some(payment) = ledger.payments.get(&id) else {
        let line = format!("payment {id} exists at the provider, but not at payments");
        return findings.note(Rule::OneEffect, line);
    };
    findings.expect(!ledger.by_credit.contains(&id), Rule::Money, || {
        format!("payment {id} is by credit, but exists at the provider")
    });
    findings.expect(payment.amount == amount, Rule::Money, || {
        let requested = payment.amount.minor_units;
        format!("payment {id}: {requested} minor units, {} in the ledger", amount.minor_units)
    });
}

/// The marketplace's side: each payment has ended, in agreement with the provider's ledger.
fn check_payment(payment: &Payment, ledger: &Ledger<'_>, findings: &mut Findings) {
    let (id, status) = (payment.id, payment.public_status());
    let what = payment.order_id().map_or("a top-up".to_owned(), |order| format!("order {order}"));
    findings.expect(payment.task() == Task::Nothing, Rule::NothingStuck, || {
        format!("payment {id} of {what} is unfinished: {status:?}")
    });
    let none = IntentFacts::none(id, payment.amount);
    let intent = ledger.intents.get(&id).copied().unwrap_or(&none);
    let IntentFacts { authorized, captured, voided, .. } = *intent;
    let is_returned = returned(payment).is_some();
    findings.expect(!is_returned || intent.captured_by_others, Rule::Money, || {
        format!("payment {id} is returned, but no operator captured it")
    });
    let expected = match status {
        PaymentStatus::Captured if ledger.by_credit.contains(&id) => (0, 0),
        PaymentStatus::Captured => (1, 0),
        PaymentStatus::Voided if is_returned => (1, 0),
        PaymentStatus::Voided => (0, authorized),
        // Cancelled at the provider before the authorisation was recorded here.
        PaymentStatus::Declined { .. } if intent.canceled_by_others => (0, authorized),
        PaymentStatus::Declined { .. } => (0, 0),
        PaymentStatus::Started | PaymentStatus::Authorized { .. } => {
            let line = format!("payment {id} of {what} has not ended: {status:?}");
            return findings.note(Rule::NothingForNothing, line);
        }
    };
    findings.expect((captured, voided) == expected, Rule::Money, || {
        format!("payment {id} is {status:?}; ledger: captured {captured}, voided {voided}")
    });
}

/// Every order was paid by the payment that it accepted, or by none.
fn check_orders(evidence: &Evidence, ledger: &Ledger<'_>, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    let mut captured: HashMap<OrderId, Vec<PaymentId>> = HashMap::new();
    for payment in &evidence.payments {
        let (id, Some(order)) = (payment.id, payment.order_id()) else { continue };
        let times = if returned(payment).is_some() { 0 } else { ledger.of(payment) };
        captured.entry(order).or_default().extend((0..times).map(|_| id));
        findings.expect(orders.contains_key(&order), Rule::CopiesConverge, || {
            format!("payment {id} is for order {order}, which does not exist")
        });
    }
    for order in orders.values() {
        let of_order = captured.remove(&order.id).unwrap_or_default();
        check_order(order, &of_order, ledger, findings);
    }
    for (order, payments) in captured.into_iter().filter(|(_, payments)| !payments.is_empty()) {
        let line = format!("{payments:?} captured for order {order}, which does not exist");
        findings.note(Rule::NothingForNothing, line);
    }
}

fn check_order(
    order: &OrderState,
    captured: &[PaymentId],
    ledger: &Ledger<'_>,
    findings: &mut Findings,
) {
    let (id, status) = (order.id, order.status);
    for payment in captured {
        findings.expect(accepts(order, *payment), Rule::NothingForNothing, || {
            format!("order {id} is {status:?}; captured: {captured:?}")
        });
    }
    let OrderStatus::Complete { payment_id } = status else { return };
    // The payment was cancelled at the provider after the order had accepted it: the order stays
    // unpaid.
    let intent = payment_id.and_then(|payment_id| ledger.intents.get(&payment_id));
    let is_unpaid = captured.is_empty()
        && intent.is_some_and(|intent| {
            let is_partial = intent.taken < intent.amount.minor_units;
            intent.canceled_by_others || intent.captured_by_others && is_partial
        });
    findings.expect(captured == payment_id.as_slice() || is_unpaid, Rule::Money, || {
        format!("order {id} is complete by payment {payment_id:?}; captured: {captured:?}")
    });
    let is_free = order.total.minor_units == 0;
    findings.expect(payment_id.is_none() == is_free, Rule::Money, || {
        format!("order {id} costs {} and is complete by payment {payment_id:?}", order.total)
    });
}
