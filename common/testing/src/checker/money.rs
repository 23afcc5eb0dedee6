//! Money: captured is nothing or the total, only for complete orders, and the provider's ledger agrees.

use std::collections::HashMap;

use contract::order::{OrderState, OrderStatus};
use contract::payment::PaymentStatus;
use contract::{OrderId, PaymentId};

use super::evidence::{IntentFacts, PaymentFacts};
use super::{Evidence, Findings, Rule};

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    let payments = evidence.payments_by_id();
    let intents: HashMap<PaymentId, &IntentFacts> =
        evidence.intents.iter().map(|intent| (intent.payment_id, intent)).collect();
    let mut captured: HashMap<OrderId, Vec<PaymentId>> = HashMap::new();
    for intent in &evidence.intents {
        check_intent(intent, payments.get(&intent.payment_id).copied(), findings);
        if let Some(payment) = payments.get(&intent.payment_id) {
            let of_order = captured.entry(payment.state.order_id).or_default();
            of_order.extend((0..intent.captured).map(|_| intent.payment_id));
        }
    }
    for payment in &evidence.payments {
        check_payment(payment, &orders, &intents, findings);
    }
    for order in &evidence.orders {
        let of_order = captured.remove(&order.id).unwrap_or_default();
        check_order(order, &of_order, findings);
    }
    for (order, payments) in captured.into_iter().filter(|(_, payments)| !payments.is_empty()) {
        findings.note(
            Rule::NothingForNothing,
            format!("{payments:?} captured for order {order}, which does not exist"),
        );
    }
    for (payment, order) in evidence.journal.iter().flat_map(|journal| &journal.captured) {
        let is_so = intents.get(payment).is_some_and(|intent| intent.captured == 1);
        findings.expect(is_so, Rule::Money, || {
            format!("payment {payment} of order {order} was acknowledged and not captured")
        });
    }
}

/// The provider's side: each intent is known to payments, and its money was moved as it says there.
fn check_intent(intent: &IntentFacts, payment: Option<&PaymentFacts>, findings: &mut Findings) {
    let IntentFacts { payment_id: id, amount, authorized, captured, voided } = *intent;
    if authorized > captured + voided {
        findings.note(
            Rule::NothingForNothing,
            format!("payment {id}: the provider still holds {} minor units", amount.minor_units),
        );
    }
    let is_sound = authorized <= 1 && captured + voided <= authorized;
    findings.expect(is_sound, Rule::Money, || {
        format!("payment {id}: held {authorized} times, captured {captured}, voided {voided}")
    });
    let Some(payment) = payment else {
        let line =
            format!("payment {id}: the provider was asked, and payments knows nothing of it");
        return findings.note(Rule::OneEffect, line);
    };
    findings.expect(payment.state.amount == amount, Rule::Money, || {
        let asked = payment.state.amount.minor_units;
        format!("payment {id}: {asked} minor units, {} in the ledger", amount.minor_units)
    });
}

/// The marketplace's side: each payment has ended, as its order did and as the ledger says.
fn check_payment(
    payment: &PaymentFacts,
    orders: &HashMap<OrderId, &OrderState>,
    intents: &HashMap<PaymentId, &IntentFacts>,
    findings: &mut Findings,
) {
    let (id, order_id) = (payment.state.id, payment.state.order_id);
    findings.expect(!payment.has_task, Rule::NothingStuck, || {
        format!("payment {id} of order {order_id} is unfinished: {:?}", payment.state.status)
    });
    let intent = intents.get(&id);
    let (captured, voided) = intent.map_or((0, 0), |intent| (intent.captured, intent.voided));
    let authorized = intent.map_or(0, |intent| intent.authorized);
    let expected = match payment.state.status {
        PaymentStatus::Captured => (1, 0),
        PaymentStatus::Voided => (0, authorized),
        PaymentStatus::Declined { .. } => (0, 0),
        PaymentStatus::Started | PaymentStatus::Authorized { .. } => {
            let status = &payment.state.status;
            let line = format!("payment {id} of order {order_id} has no end: {status:?}");
            return findings.note(Rule::NothingForNothing, line);
        }
    };
    findings.expect((captured, voided) == expected, Rule::Money, || {
        let status = &payment.state.status;
        format!("payment {id} is {status:?}; ledger: captured {captured}, voided {voided}")
    });
    findings.expect(orders.contains_key(&order_id), Rule::CopiesConverge, || {
        format!("payment {id} is for order {order_id}, which does not exist")
    });
}

fn check_order(order: &OrderState, captured: &[PaymentId], findings: &mut Findings) {
    let (id, status) = (order.id, order.status);
    match status {
        OrderStatus::Complete { payment_id } => {
            findings.expect(captured == [payment_id], Rule::Money, || {
                format!("order {id} is complete by payment {payment_id}; captured: {captured:?}")
            });
        }
        OrderStatus::Created
        | OrderStatus::AwaitingPayment { .. }
        | OrderStatus::Cancelled { .. } => {
            findings.expect(captured.is_empty(), Rule::NothingForNothing, || {
                format!("order {id} is {status:?}; captured: {captured:?}")
            });
        }
    }
}
