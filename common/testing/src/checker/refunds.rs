//! Refunds: each comes to an end, is given back once, and all of a payment never exceed it; orders and provider say the same.

use std::collections::{BTreeMap, HashMap};

use contract::order::{OrderState, OrderStatus};
use contract::payment::{PaymentState, RefundMethod, RefundStatus};
use contract::{Money, OrderId, PaymentId, RefundId, TicketId, UserId};

use super::evidence::{GivenBackFacts, PaymentFacts, RefundEnd, RefundFacts, RefundTo};
use super::{Evidence, Findings, Rule};

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut given_back: HashMap<RefundId, Vec<&GivenBackFacts>> = HashMap::new();
    for entry in &evidence.given_back {
        given_back.entry(entry.refund_id).or_default().push(entry);
    }
    let mut of_payment: HashMap<PaymentId, Vec<&RefundFacts>> = HashMap::new();
    for refund in &evidence.refunds {
        let entries = given_back.remove(&refund.id).unwrap_or_default();
        check_refund(refund, &entries, findings);
        of_payment.entry(refund.payment_id).or_default().push(refund);
    }
    for id in given_back.keys() {
        let line =
            format!("refund {id}: the provider gave it back, and payments knows nothing of it");
        findings.note(Rule::OneEffect, line);
    }
    let orders = evidence.orders_by_id();
    for PaymentFacts { state, .. } in &evidence.payments {
        let refunds = of_payment.remove(&state.id).unwrap_or_default();
        check_payment(state, &refunds, findings);
        check_order(state, &orders, &refunds, findings);
    }
    for top_up in &evidence.top_ups {
        let refunds = of_payment.remove(&top_up.id).unwrap_or_default();
        check_sum(top_up.id, top_up.amount, &refunds, findings);
    }
    for id in of_payment.keys() {
        findings
            .note(Rule::OneEffect, format!("a refund is of payment {id}, which does not exist"));
    }
    check_told(evidence, findings);
}

/// It has an end, and the provider gave it back as that end says.
fn check_refund(refund: &RefundFacts, entries: &[&GivenBackFacts], findings: &mut Findings) {
    let (id, end) = (refund.id, refund.end);
    findings.expect(!refund.has_task && end != RefundEnd::Requested, Rule::NothingStuck, || {
        format!("refund {id} of payment {} has no end", refund.payment_id)
    });
    let expected = match (refund.to, end) {
        (RefundTo::Card, RefundEnd::Succeeded) => {
            let (payment_id, amount) = (refund.payment_id, refund.amount);
            vec![GivenBackFacts { refund_id: id, payment_id, amount }]
        }
        (RefundTo::Card | RefundTo::Credit, _) => Vec::new(),
    };
    let found: Vec<GivenBackFacts> = entries.iter().map(|entry| **entry).collect();
    findings.expect(found == expected, Rule::Money, || {
        format!("refund {id} is {end:?}; the provider's ledger: {found:?}")
    });
    for (what, sum) in [
        ("borne", sum(refund.borne.iter().map(|(_, amount)| *amount))),
        ("shares", sum(refund.shares.iter().map(|(_, amount)| *amount))),
    ] {
        findings.expect(sum == i128::from(refund.amount.minor_units), Rule::Money, || {
            format!("refund {id} is over {}, its {what} make {sum}", refund.amount.minor_units)
        });
    }
}

fn sum(amounts: impl Iterator<Item = Money>) -> i128 {
    amounts.map(|amount| i128::from(amount.minor_units)).sum()
}

/// All that was not given up, together.
fn check_sum(id: PaymentId, paid: Money, refunds: &[&RefundFacts], findings: &mut Findings) {
    let claimed = refunds.iter().flat_map(|refund| refund.claimed());
    let claimed = sum(claimed.map(|(_, amount)| amount));
    findings.expect(claimed <= i128::from(paid.minor_units), Rule::Money, || {
        format!("payment {id} is over {}, its refunds make {claimed}", paid.minor_units)
    });
}

/// The payment says of its refunds what they are.
fn check_payment(payment: &PaymentState, refunds: &[&RefundFacts], findings: &mut Findings) {
    let id = payment.id;
    check_sum(id, payment.amount, refunds, findings);
    let given = refunds.iter().filter(|refund| refund.end.has_given());
    let refunded = sum(given.flat_map(|refund| refund.claimed()).map(|(_, amount)| amount));
    let told = payment.refunded.map_or(0, |refunded| i128::from(refunded.minor_units));
    findings.expect(told == refunded, Rule::Money, || {
        format!("payment {id} says that {told} were refunded; its refunds make {refunded}")
    });
    let mut returned: BTreeMap<TicketId, u64> = BTreeMap::new();
    for refund in refunds {
        if refund.end.has_returned_units() {
            for units in &refund.returns {
                *returned.entry(units.ticket_id).or_default() += u64::from(units.quantity);
            }
        }
    }
    check_summaries(payment, refunds, findings);
    let told: BTreeMap<TicketId, u64> =
        payment.returned.iter().map(|units| (units.ticket_id, units.quantity.into())).collect();
    findings.expect(told == returned, Rule::Money, || {
        format!("payment {id} returns {told:?}; its refunds return {returned:?}")
    });
}

/// The summaries that a payment publishes are those of its refunds.
fn check_summaries(payment: &PaymentState, refunds: &[&RefundFacts], findings: &mut Findings) {
    let of_refund = |refund: &&RefundFacts| {
        let (to, status) = match refund.end {
            RefundEnd::Requested | RefundEnd::Failed => return None,
            RefundEnd::Succeeded => (refund.to, RefundStatus::Succeeded),
            RefundEnd::CameBack => (refund.to, RefundStatus::CameBack),
            RefundEnd::FailedToCredit | RefundEnd::CameBackToCredit => {
                (RefundTo::Credit, RefundStatus::Succeeded)
            }
        };
        let to = match to {
            RefundTo::Card => RefundMethod::Card,
            RefundTo::Credit => RefundMethod::Credit,
        };
        let given = if refund.end.has_given() { refund.claimed() } else { refund.shares.clone() };
        Some((refund.id, (sum(given.into_iter().map(|(_, amount)| amount)), to, status)))
    };
    let called_for: BTreeMap<RefundId, _> = refunds.iter().filter_map(of_refund).collect();
    let told: BTreeMap<RefundId, _> = payment
        .refunds
        .iter()
        .map(|told| (told.id, (i128::from(told.amount.minor_units), told.to, told.status)))
        .collect();
    findings.expect(told == called_for, Rule::Money, || {
        format!("payment {} tells of refunds {told:?}; they are {called_for:?}", payment.id)
    });
}

/// No seller gave back more than the own share, and the order has returned what the payment says.
fn check_order(
    payment: &PaymentState,
    orders: &HashMap<OrderId, &OrderState>,
    refunds: &[&RefundFacts],
    findings: &mut Findings,
) {
    let Some(order) = orders.get(&payment.order_id) else { return };
    let mut shares: BTreeMap<UserId, i128> = BTreeMap::new();
    for item in &order.items {
        let price = i128::from(item.unit_price.minor_units) * i128::from(item.quantity);
        *shares.entry(item.seller).or_default() += price;
    }
    for (seller, amount) in refunds.iter().flat_map(|refund| refund.claimed()) {
        *shares.entry(seller).or_default() -= i128::from(amount.minor_units);
    }
    for (seller, left) in shares.into_iter().filter(|(_, left)| *left < 0) {
        let id = payment.id;
        let line = format!("payment {id}: {} more than the share of seller {seller}", -left);
        findings.note(Rule::Money, line);
    }
    let is_its_own = order.status == OrderStatus::Complete { payment_id: Some(payment.id) };
    let told = |ticket_id| payment.returned.iter().find(|units| units.ticket_id == ticket_id);
    for item in order.items.iter().filter(|_| is_its_own) {
        let returned = told(item.ticket_id).map_or(0, |units| units.quantity);
        findings.expect(item.returned == returned, Rule::CopiesConverge, || {
            let (id, known) = (order.id, item.returned);
            format!("order {id} returned {known} of {}; payments says {returned}", item.ticket_id)
        });
    }
}

/// What was acknowledged as given back was.
fn check_told(evidence: &Evidence, findings: &mut Findings) {
    let refunds: HashMap<RefundId, &RefundFacts> =
        evidence.refunds.iter().map(|refund| (refund.id, refund)).collect();
    for (id, payment) in evidence.journal.iter().flat_map(|journal| &journal.refunded) {
        let is_so = refunds.get(id).is_some_and(|refund| {
            refund.payment_id == *payment
                && (refund.end.has_given() || refund.end == RefundEnd::CameBack)
        });
        findings.expect(is_so, Rule::Money, || {
            format!("refund {id} of payment {payment} was acknowledged and not given back")
        });
    }
}
