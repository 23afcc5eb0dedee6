//! Money: the captured amount is zero or the total, captures are for complete orders only, and the
//! provider's ledger agrees.

use std::collections::{HashMap, HashSet};

use contract::order::{OrderState, OrderStatus};
use contract::payment::PaymentStatus;
use contract::{Money, OrderId, PaymentId};

use super::evidence::{ByOthers, IntentFacts, PaymentFacts};
use super::{Evidence, Findings, Rule};

/// A payment that may exist at the provider: for an order, or a top-up.
struct Attempt<'e> {
    id: PaymentId,
    amount: Money,
    status: &'e PaymentStatus,
    has_task: bool,
    /// Whether its money was captured although it was not wanted.
    is_returned: bool,
    /// Whether it is by credit, without the provider.
    is_by_credit: bool,
    /// The order it is for; `None` for a top-up.
    order_id: Option<OrderId>,
}

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let by_credit = evidence.paid_by_credit();
    let attempts = attempts(evidence, &by_credit);
    let intents: HashMap<PaymentId, &IntentFacts> =
        evidence.intents.iter().map(|intent| (intent.payment_id, intent)).collect();
    for intent in &evidence.intents {
        check_intent(intent, attempts.get(&intent.payment_id), findings);
    }
    for attempt in attempts.values() {
        check_attempt(attempt, &intents, findings);
    }
    check_orders(evidence, &by_credit, &intents, findings);
    let reported = evidence.journal.iter().flat_map(|journal| {
        let captured =
            journal.captured.iter().map(|(payment, order)| (payment, format!("order {order}")));
        let topped_up = journal.topped_up.iter();
        captured.chain(topped_up.map(|(payment, user)| (payment, format!("top-up of user {user}"))))
    });
    for (payment, what) in reported {
        let is_so = attempts.get(payment).is_some_and(|attempt| is_captured(attempt, &intents));
        findings.expect(is_so, Rule::Money, || {
            format!("payment {payment} ({what}) was acknowledged and not captured")
        });
    }
}

fn attempts<'e>(
    evidence: &'e Evidence,
    by_credit: &HashSet<PaymentId>,
) -> HashMap<PaymentId, Attempt<'e>> {
    let for_orders =
        evidence.payments.iter().map(|PaymentFacts { state, returned, has_task }| Attempt {
            id: state.id,
            amount: state.amount,
            status: &state.status,
            has_task: *has_task,
            is_returned: returned.is_some(),
            is_by_credit: by_credit.contains(&state.id),
            order_id: Some(state.order_id),
        });
    let top_ups = evidence.top_ups.iter().map(|top_up| Attempt {
        id: top_up.id,
        amount: top_up.amount,
        status: &top_up.status,
        has_task: top_up.has_task,
        is_returned: top_up.returned.is_some(),
        is_by_credit: false,
        order_id: None,
    });
    for_orders.chain(top_ups).map(|attempt| (attempt.id, attempt)).collect()
}

/// Whether its money was captured: from the card according to the provider's ledger, or from credit
/// according to the payment.
fn is_captured(attempt: &Attempt<'_>, intents: &HashMap<PaymentId, &IntentFacts>) -> bool {
    if attempt.is_by_credit {
        *attempt.status == PaymentStatus::Captured
    } else {
        intents.get(&attempt.id).is_some_and(|intent| intent.captured == 1)
    }
}

/// The provider's side: payments has each intent, and its amounts agree.
fn check_intent(intent: &IntentFacts, attempt: Option<&Attempt<'_>>, findings: &mut Findings) {
    let IntentFacts { payment_id: id, amount, authorized, captured, voided, .. } = *intent;
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
    let Some(attempt) = attempt else {
        let line = format!("payment {id} exists at the provider, but not at payments");
        return findings.note(Rule::OneEffect, line);
    };
    findings.expect(!attempt.is_by_credit, Rule::Money, || {
        format!("payment {id} is by credit, but exists at the provider")
    });
    findings.expect(attempt.amount == amount, Rule::Money, || {
        let requested = attempt.amount.minor_units;
        format!("payment {id}: {requested} minor units, {} in the ledger", amount.minor_units)
    });
}

/// The marketplace's side: each payment has ended, in agreement with the provider's ledger.
fn check_attempt(
    attempt: &Attempt<'_>,
    intents: &HashMap<PaymentId, &IntentFacts>,
    findings: &mut Findings,
) {
    let (id, status) = (attempt.id, attempt.status);
    let what = attempt.order_id.map_or("a top-up".to_owned(), |order| format!("order {order}"));
    findings.expect(!attempt.has_task, Rule::NothingStuck, || {
        format!("payment {id} of {what} is unfinished: {status:?}")
    });
    let intent = intents.get(&id);
    let (captured, voided) = intent.map_or((0, 0), |intent| (intent.captured, intent.voided));
    let authorized = intent.map_or(0, |intent| intent.authorized);
    let by_others = intent.map_or(ByOthers::default(), |intent| intent.by_others);
    findings.expect(!attempt.is_returned || by_others.captured, Rule::Money, || {
        format!("payment {id} is returned, but no operator captured it")
    });
    let expected = match status {
        PaymentStatus::Captured if attempt.is_by_credit => (0, 0),
        PaymentStatus::Captured => (1, 0),
        PaymentStatus::Voided if attempt.is_returned => (1, 0),
        PaymentStatus::Voided => (0, authorized),
        // Cancelled at the provider before the authorisation was recorded here.
        PaymentStatus::Declined { .. } if by_others.canceled => (0, authorized),
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
fn check_orders(
    evidence: &Evidence,
    by_credit: &HashSet<PaymentId>,
    intents: &HashMap<PaymentId, &IntentFacts>,
    findings: &mut Findings,
) {
    let orders = evidence.orders_by_id();
    let mut captured: HashMap<OrderId, Vec<PaymentId>> = HashMap::new();
    for PaymentFacts { state, returned, .. } in &evidence.payments {
        let times = if by_credit.contains(&state.id) {
            usize::from(state.status == PaymentStatus::Captured)
        } else if returned.is_some() {
            0
        } else {
            intents.get(&state.id).map_or(0, |intent| intent.captured)
        };
        captured.entry(state.order_id).or_default().extend((0..times).map(|_| state.id));
        findings.expect(orders.contains_key(&state.order_id), Rule::CopiesConverge, || {
            format!("payment {} is for order {}, which does not exist", state.id, state.order_id)
        });
    }
    for order in &evidence.orders {
        let of_order = captured.remove(&order.id).unwrap_or_default();
        check_order(order, &of_order, intents, findings);
    }
    for (order, payments) in captured.into_iter().filter(|(_, payments)| !payments.is_empty()) {
        findings.note(
            Rule::NothingForNothing,
            format!("{payments:?} captured for order {order}, which does not exist"),
        );
    }
}

fn check_order(
    order: &OrderState,
    captured: &[PaymentId],
    intents: &HashMap<PaymentId, &IntentFacts>,
    findings: &mut Findings,
) {
    let (id, status) = (order.id, order.status);
    match status {
        OrderStatus::Complete { payment_id } => {
            // The payment was cancelled at the provider after the order had accepted it: the order
            // stays unpaid.
            let intent = payment_id.and_then(|payment_id| intents.get(&payment_id));
            let is_unpaid = captured.is_empty()
                && intent.is_some_and(|intent| {
                    let ByOthers { captured, canceled } = intent.by_others;
                    canceled || captured && intent.taken < intent.amount.minor_units
                });
            findings.expect(captured == payment_id.as_slice() || is_unpaid, Rule::Money, || {
                format!("order {id} is complete by payment {payment_id:?}; captured: {captured:?}")
            });
            let is_free = order.total.minor_units == 0;
            findings.expect(payment_id.is_none() == is_free, Rule::Money, || {
                let total = order.total;
                format!("order {id} costs {total} and is complete by payment {payment_id:?}")
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
