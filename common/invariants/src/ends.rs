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
    for line in journal.unequal_repeats.iter().chain(&journal.unexpected) {
        findings.note(Rule::OneEffect, line);
    }
    for line in &journal.unanswered {
        findings.note(Rule::OneEnd, format!("no response to repeated requests: {line}"));
    }
    for line in &journal.old_terms {
        findings.note(Rule::InForce, line);
    }
    for line in &journal.foreign_reads {
        findings.note(Rule::Privacy, line);
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

fn check_time(
    id: OrderId,
    journaled: &JournaledOrder,
    evidence: &Evidence,
    findings: &mut Findings,
) {
    if let Some((seen_at, expires_at)) = journaled.seen_expired
        && seen_at < expires_at
    {
        let early = expires_at.since(seen_at).as_millis();
        findings.note(
            Rule::Punctuality,
            format!("order {id} was expired {early} ms before its deadline"),
        );
    }
    if let Some((seen_at, expires_at)) = journaled.seen_active
        && seen_at > expires_at.plus(LATENESS_MAX)
        && !evidence.was_disturbed(expires_at.minus(RECOVERY), seen_at)
    {
        let late = seen_at.since(expires_at).as_millis();
        findings.note(
            Rule::Punctuality,
            format!("order {id} was active {late} ms after its deadline, without a fault"),
        );
    }
}
