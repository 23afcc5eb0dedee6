//! Refunds: each ends and is paid once, their sum never exceeds the payment, and orders and
//! provider agree with them.

use std::collections::{BTreeMap, HashMap};

use contract::order::{OrderState, OrderStatus};
use contract::payment::{PaymentState, RefundMethod, RefundStatus};
use contract::{Money, OrderId, PaymentId, RefundId, TicketId, UserId};

use super::evidence::{
    DisputeEnd, DisputeFacts, PaymentFacts, ProviderRefundFacts, RefundEnd, RefundFacts, RefundTo,
};
use super::{Evidence, Findings, Rule};

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut provider_refunds: HashMap<RefundId, Vec<&ProviderRefundFacts>> = HashMap::new();
    for entry in &evidence.provider_refunds {
        provider_refunds.entry(entry.refund_id).or_default().push(entry);
    }
    let mut of_payment: HashMap<PaymentId, Vec<&RefundFacts>> = HashMap::new();
    for refund in &evidence.refunds {
        let entries = provider_refunds.remove(&refund.id).unwrap_or_default();
        check_refund(refund, &entries, findings);
        of_payment.entry(refund.payment_id).or_default().push(refund);
    }
    for id in provider_refunds.keys() {
        let line = format!("refund {id} exists at the provider, but not at payments");
        findings.note(Rule::OneEffect, line);
    }
    let orders = evidence.orders_by_id();
    for PaymentFacts { state, returned, .. } in &evidence.payments {
        let refunds = of_payment.remove(&state.id).unwrap_or_default();
        let disputes = disputes_of(evidence, state.id);
        if let Some(taken) = returned {
            check_returned((state.id, *taken), &refunds, &disputes, findings);
        } else {
            check_payment(state, &refunds, findings);
            check_sum(state.id, state.amount, &refunds, &disputes, findings);
            check_order(state, &orders, &refunds, &disputes, findings);
        }
    }
    for top_up in &evidence.top_ups {
        let refunds = of_payment.remove(&top_up.id).unwrap_or_default();
        let disputes = disputes_of(evidence, top_up.id);
        match top_up.returned {
            Some(taken) => check_returned((top_up.id, taken), &refunds, &disputes, findings),
            None => check_sum(top_up.id, top_up.amount, &refunds, &disputes, findings),
        }
    }
    for id in of_payment.keys() {
        findings.note(
            Rule::OneEffect,
            format!("a refund belongs to payment {id}, which does not exist"),
        );
    }
    check_disputes(evidence, findings);
    check_acknowledged(evidence, findings);
}

/// The refund has ended, and the provider's ledger agrees with its end.
fn check_refund(refund: &RefundFacts, entries: &[&ProviderRefundFacts], findings: &mut Findings) {
    let (id, end) = (refund.id, refund.end);
    findings.expect(!refund.has_task && end != RefundEnd::Requested, Rule::NothingStuck, || {
        format!("refund {id} of payment {} has not ended", refund.payment_id)
    });
    let expected = match (refund.to, end) {
        (RefundTo::Card, RefundEnd::Succeeded) => {
            let (payment_id, amount) = (refund.payment_id, refund.amount);
            vec![ProviderRefundFacts { refund_id: id, payment_id, amount }]
        }
        (RefundTo::Card | RefundTo::Credit, _) => Vec::new(),
    };
    let found: Vec<ProviderRefundFacts> = entries.iter().map(|entry| **entry).collect();
    findings.expect(found == expected, Rule::Money, || {
        format!("refund {id} is {end:?}; the provider's ledger: {found:?}")
    });
    findings.expect(refund.excess == 0 || refund.is_foreign, Rule::Money, || {
        format!("refund {id} exceeds its payment by {}", refund.excess)
    });
    let shares = sum(refund.shares.iter().map(|(_, amount)| *amount));
    for (what, sum) in [
        ("borne", sum(refund.borne.iter().map(|(_, amount)| *amount))),
        ("shares", shares + i128::from(refund.excess)),
    ] {
        findings.expect(sum == i128::from(refund.amount.minor_units), Rule::Money, || {
            format!("refund {id} has {}, but its {what} sum to {sum}", refund.amount.minor_units)
        });
    }
}

fn sum(amounts: impl Iterator<Item = Money>) -> i128 {
    amounts.map(|amount| i128::from(amount.minor_units)).sum()
}

/// The amount that the payer keeps of a refund.
fn given_by(refund: &RefundFacts) -> i128 {
    let is_whole = refund.end == RefundEnd::Succeeded;
    let excess = if is_whole { i128::from(refund.excess) } else { 0 };
    sum(refund.claimed().into_iter().map(|(_, amount)| amount)) + excess
}

/// Disputes whose amount the payer has or may receive.
fn disputes_of(evidence: &Evidence, payment: PaymentId) -> Vec<&DisputeFacts> {
    let of_payment = evidence.disputes.iter().filter(|dispute| dispute.payment_id == payment);
    of_payment.filter(|dispute| dispute.end != DisputeEnd::Won).collect()
}

/// A refund with the payment's own id returns a capture that was not wanted.
fn check_returned(
    (id, taken): (PaymentId, Money),
    refunds: &[&RefundFacts],
    disputes: &[&DisputeFacts],
    findings: &mut Findings,
) {
    check_sum(id, taken, refunds, disputes, findings);
    let own = refunds.iter().find(|refund| refund.id.untyped() == id.untyped());
    findings.expect(own.is_some_and(|refund| refund.amount == taken), Rule::Money, || {
        format!("payment {id} is returned, but no refund of {} exists", taken.minor_units)
    });
}

/// Each dispute is booked once, and equals the provider's.
fn check_disputes(evidence: &Evidence, findings: &mut Findings) {
    let mut booked: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for dispute in &evidence.disputes {
        let facts = (dispute.payment_id, dispute.amount, dispute.end);
        booked.entry(dispute.id).or_default().push(facts);
    }
    for withdrawn in &evidence.withdrawn {
        let expected = (withdrawn.payment_id, withdrawn.amount, withdrawn.end);
        let found = booked.remove(&withdrawn.id).unwrap_or_default();
        findings.expect(found == [expected], Rule::Books, || {
            format!("dispute {} is {expected:?}, but is booked as {found:?}", withdrawn.id)
        });
    }
    for id in booked.keys() {
        findings.note(
            Rule::Books,
            format!("dispute {id} is booked, but does not exist at the provider"),
        );
    }
}

/// The sum of refunds that did not fail and disputes that were not won is within the payment.
fn check_sum(
    id: PaymentId,
    paid: Money,
    refunds: &[&RefundFacts],
    disputes: &[&DisputeFacts],
    findings: &mut Findings,
) {
    let claimed = refunds.iter().flat_map(|refund| refund.claimed());
    let withdrawn = disputes.iter().flat_map(|dispute| dispute.shares.iter().copied());
    let claimed = sum(claimed.chain(withdrawn).map(|(_, amount)| amount));
    findings.expect(claimed <= i128::from(paid.minor_units), Rule::Money, || {
        format!("payment {id} has {}, but its refunds sum to {claimed}", paid.minor_units)
    });
}

/// The payment's refund totals equal those of its refunds.
fn check_payment(payment: &PaymentState, refunds: &[&RefundFacts], findings: &mut Findings) {
    let id = payment.id;
    let given = refunds.iter().filter(|refund| refund.end.has_given());
    let refunded: i128 = given.map(|refund| given_by(refund)).sum();
    let reported = payment.refunded.map_or(0, |refunded| i128::from(refunded.minor_units));
    findings.expect(reported == refunded, Rule::Money, || {
        format!("payment {id} reports {reported} as refunded, but its refunds sum to {refunded}")
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
    let reported: BTreeMap<TicketId, u64> =
        payment.returned.iter().map(|units| (units.ticket_id, units.quantity.into())).collect();
    findings.expect(reported == returned, Rule::Money, || {
        format!("payment {id} returns {reported:?}, but its refunds return {returned:?}")
    });
}

/// The summaries that a payment publishes equal its refunds.
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
        let given = if refund.end.has_given() {
            given_by(refund)
        } else {
            i128::from(refund.amount.minor_units)
        };
        Some((refund.id, (given, to, status)))
    };
    let required: BTreeMap<RefundId, _> = refunds.iter().filter_map(of_refund).collect();
    let reported: BTreeMap<RefundId, _> = payment
        .refunds
        .iter()
        .map(|reported| {
            (reported.id, (i128::from(reported.amount.minor_units), reported.to, reported.status))
        })
        .collect();
    findings.expect(reported == required, Rule::Money, || {
        format!("payment {} publishes the refunds {reported:?} instead of {required:?}", payment.id)
    });
}

/// No seller refunded more than the seller's share, and the order's returned units equal the
/// payment's.
fn check_order(
    payment: &PaymentState,
    orders: &HashMap<OrderId, &OrderState>,
    refunds: &[&RefundFacts],
    disputes: &[&DisputeFacts],
    findings: &mut Findings,
) {
    let Some(order) = orders.get(&payment.order_id) else { return };
    let mut shares: BTreeMap<UserId, i128> = BTreeMap::new();
    for item in &order.items {
        let price = i128::from(item.unit_price.minor_units) * i128::from(item.quantity);
        *shares.entry(item.seller).or_default() += price;
    }
    let withdrawn = disputes.iter().flat_map(|dispute| dispute.shares.iter().copied());
    let claimed = refunds.iter().flat_map(|refund| refund.claimed());
    for (seller, amount) in claimed.chain(withdrawn) {
        *shares.entry(seller).or_default() -= i128::from(amount.minor_units);
    }
    for (seller, left) in shares.into_iter().filter(|(_, left)| *left < 0) {
        let id = payment.id;
        let line =
            format!("payment {id}: refunds exceed the share of seller {seller} by {}", -left);
        findings.note(Rule::Money, line);
    }
    let is_its_own = order.status == OrderStatus::Complete { payment_id: Some(payment.id) };
    let reported = |ticket_id| payment.returned.iter().find(|units| units.ticket_id == ticket_id);
    for item in order.items.iter().filter(|_| is_its_own) {
        let returned = reported(item.ticket_id).map_or(0, |units| units.quantity);
        findings.expect(item.returned == returned, Rule::CopiesConverge, || {
            let (id, known) = (order.id, item.returned);
            format!("order {id} returned {known} of {}; payments has {returned}", item.ticket_id)
        });
    }
}

/// Every refund that was acknowledged as paid was paid.
fn check_acknowledged(evidence: &Evidence, findings: &mut Findings) {
    let refunds: HashMap<RefundId, &RefundFacts> =
        evidence.refunds.iter().map(|refund| (refund.id, refund)).collect();
    for (id, payment) in evidence.journal.iter().flat_map(|journal| &journal.refunded) {
        let is_so = refunds.get(id).is_some_and(|refund| {
            refund.payment_id == *payment
                && (refund.end.has_given() || refund.end == RefundEnd::CameBack)
        });
        findings.expect(is_so, Rule::Money, || {
            format!("refund {id} of payment {payment} was acknowledged, but not paid")
        });
    }
}
