//! Every order has one end, the one that its buyer received, at its time.

use std::collections::HashSet;
use std::time::Duration;

use contract::OrderId;
use contract::order::OrderState;
use testing::load::{End, Journal, JournaledOrder};

use crate::evidence::{Evidence, is_active};
use crate::rule::{Findings, Rule};

/// Time after its deadline within which an order may still be active without a fault.
pub const LATENESS_MAX: Duration = Duration::from_secs(1);

/// Time after a disturbance in which it excuses a late end: a failed listener waits up to five
/// seconds before its next attempt, and a killed process needs some time to become ready again.
const RECOVERY: Duration = Duration::from_secs(6);

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let orders = || evidence.orders.iter().map(|order| &order.state);
    for order in orders().filter(|order| !seen.insert(order.id)) {
        findings.note(Rule::OneEffect, format!("order {} is stored twice", order.id));
    }
    match &evidence.journal {
        Some(journal) => check_journal(journal, evidence, findings),
        None => orders().for_each(|order| check_overdue(order, evidence, findings)),
    }
}

/// Acknowledged results exist, and every order results from an acknowledged command.
fn check_journal(journal: &Journal, evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    for (id, journaled) in &journal.orders {
        match orders.get(id) {
            None => findings
                .note(Rule::OneEnd, format!("order {id} was acknowledged and does not exist")),
            Some(order) => check_end(order, journaled, findings),
        }
        check_time(*id, journaled, evidence, findings);
    }
    for OrderState { id, buyer, .. } in orders.values() {
        findings.expect(journal.orders.contains_key(id), Rule::OneEffect, || {
            format!("order {id} of buyer {buyer} exists without a command")
        });
    }
    for line in &journal.unanswered {
        findings.note(Rule::OneEnd, format!("no response to repeated requests: {line}"));
    }
    for (rule, lines) in [
        (Rule::OneEffect, &journal.unequal_repeats),
        (Rule::OneEffect, &journal.unexpected),
        (Rule::InForce, &journal.old_terms),
        (Rule::Privacy, &journal.foreign_reads),
    ] {
        for line in lines {
            findings.note(rule, line);
        }
    }
}

/// The check without a journal: no order is active for longer than allowed.
fn check_overdue(order: &OrderState, evidence: &Evidence, findings: &mut Findings) {
    let (id, overdue) = (order.id, evidence.read_at.since(order.expires_at));
    findings.expect(!is_active(order) || overdue <= LATENESS_MAX, Rule::OneEnd, || {
        format!("order {id} is active, {} ms after its deadline", overdue.as_millis())
    });
}

fn check_end(order: &OrderState, journaled: &JournaledOrder, findings: &mut Findings) {
    let (id, status) = (order.id, order.status);
    let Some(end) = End::of(status) else {
        findings.note(Rule::OneEnd, format!("order {id} has not ended: {status:?}"));
        return;
    };
    for reported in &journaled.reported_ends {
        findings.expect(*reported == end, Rule::OneEnd, || {
            format!("order {id} is {end:?}, but a response to its buyer reported {reported:?}")
        });
    }
    findings.expect(order.buyer == journaled.buyer, Rule::Privacy, || {
        format!("order {id} belongs to {}, but {} placed it", order.buyer, journaled.buyer)
    });
}

fn check_time(id: OrderId, seen: &JournaledOrder, evidence: &Evidence, findings: &mut Findings) {
    if let Some((seen_at, expires_at)) = seen.seen_expired {
        let early = expires_at.since(seen_at).as_millis();
        findings.expect(seen_at >= expires_at, Rule::Punctuality, || {
            format!("order {id} was expired {early} ms before its deadline")
        });
    }
    if let Some((seen_at, expires_at)) = seen.seen_active {
        let late = seen_at.since(expires_at);
        let since = expires_at.minus(RECOVERY);
        let mut disturbed = evidence.disturbed.iter();
        let was_disturbed = disturbed.any(|(start, end)| *start <= seen_at && since <= *end);
        findings.expect(late <= LATENESS_MAX || was_disturbed, Rule::Punctuality, || {
            let ms = late.as_millis();
            format!("order {id} was active {ms} ms after its deadline, without a fault")
        });
    }
}
