//! Admissions: those that are not void are the units of complete orders that have not returned to
//! sale. Each is held by the person who has paid for it last.

use std::collections::{HashMap, HashSet};

use admissions::Admission;
use contract::admission::AdmissionState;
use contract::order::OrderState;
use contract::ticket::Offer;
use contract::{AdmissionId, OrderId, TicketId, UserId};
use testing::load::End;

use crate::evidence::Evidence;
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut issued: HashMap<(OrderId, TicketId), Vec<&Admission>> = HashMap::new();
    for admission in &evidence.admissions {
        let of = (admission.state.order_id, admission.state.ticket_id);
        issued.entry(of).or_default().push(admission);
    }
    let orders = evidence.orders_by_id();
    let all = evidence.orders.iter().map(|order| &order.state);
    for order in all.filter(|order| End::of(order.status) == Some(End::Complete)) {
        let mut shows = evidence.shows.iter().filter(|show| Some(show.id) == order.show_id);
        let is_cancelled = shows.any(|show| show.status.is_cancelled());
        for item in &order.items {
            if let Some(admission) = item.resale {
                check_resale(order, admission, evidence, findings);
                continue;
            }
            let kept = if is_cancelled { 0 } else { item.quantity.saturating_sub(item.returned) };
            let own = issued.remove(&(order.id, item.ticket_id)).unwrap_or_default();
            let live = own.iter().filter(|admission| admission.is_live()).count();
            let count = |units: u32| usize::try_from(units).unwrap_or(usize::MAX);
            let is_right = (own.len(), live) == (count(item.quantity), count(kept));
            findings.expect(is_right, Rule::Admissions, || {
                format!(
                    "order {} has {} admissions of ticket {}, {live} of them not void, for {} \
                     units, of which {kept} remain",
                    order.id,
                    own.len(),
                    item.ticket_id,
                    item.quantity
                )
            });
            for admission in own {
                check_holder(admission, order.buyer, &orders, findings);
            }
        }
    }
    check_listings(evidence, findings);
    for (order, ticket) in issued.keys() {
        let line = format!("order {order} is not complete, and has admissions of ticket {ticket}");
        findings.note(Rule::Admissions, line);
    }
}

/// The holder has paid: the first buyer, or the buyer of the last resale.
fn check_holder(
    admission: &Admission,
    first: UserId,
    orders: &HashMap<OrderId, &OrderState>,
    findings: &mut Findings,
) {
    let AdmissionState { id, holder, resales, .. } = &admission.state;
    let buyer = resales.last().map_or(Some(first), |last| Some(orders.get(last)?.buyer));
    findings.expect(buyer == Some(*holder), Rule::Admissions, || {
        format!("admission {id} is held by {holder}, and was paid by {buyer:?}")
    });
    let is_of = |order: &OrderState| order.items.iter().any(|item| item.resale == Some(*id));
    let is_sold = resales.iter().all(|order| orders.get(order).is_some_and(|order| is_of(order)));
    findings.expect(is_sold, Rule::Admissions, || {
        format!("admission {id} was sold again by orders {resales:?}, which are of others")
    });
    let is_counted = u64::from(admission.state.credential_version) > resales.len() as u64;
    findings.expect(is_counted, Rule::Admissions, || {
        format!("an old code of admission {id} is accepted")
    });
}

/// A complete order of a resold admission has bought it, once.
fn check_resale(
    order: &OrderState,
    admission: AdmissionId,
    evidence: &Evidence,
    findings: &mut Findings,
) {
    let mut admissions = evidence.admissions.iter().map(|admission| &admission.state);
    let known = admissions.find(|state| state.id == admission);
    let sold = known.map_or(0, |known| known.resales.iter().filter(|id| **id == order.id).count());
    findings.expect(sold == 1, Rule::Admissions, || {
        format!("order {} has bought admission {admission} {sold} times", order.id)
    });
}

/// An unsold ticket of a resale is on offer while its admission is listed, and no longer.
fn check_listings(evidence: &Evidence, findings: &mut Findings) {
    let listed: HashMap<TicketId, &Admission> = evidence
        .admissions
        .iter()
        .filter_map(|admission| Some((admission.listing()?.ticket_id, admission)))
        .collect();
    let tickets: HashSet<TicketId> = evidence.tickets.iter().map(|ticket| ticket.id).collect();
    for ticket in evidence.tickets.iter().filter(|ticket| ticket.resale.is_some()) {
        let id = ticket.id;
        let admission = listed.get(&id);
        let is_open = ticket.offer == Offer::Open && ticket.stock.sold == 0;
        findings.expect(is_open == admission.is_some(), Rule::Admissions, || {
            format!("ticket {id} of a resale is {:?}, its admission {admission:?}", ticket.offer)
        });
        let is_ending = admission.and_then(|it| it.listing()).is_some_and(|it| it.is_ending);
        findings.expect(!is_ending || ticket.stock.held > 0, Rule::NothingStuck, || {
            format!("the resale by ticket {id} does not end")
        });
    }
    for (ticket, admission) in listed.iter().filter(|(ticket, _)| !tickets.contains(ticket)) {
        let line = format!("{ticket} of admission {} is not offered", admission.state.id);
        findings.note(Rule::NothingStuck, line);
    }
}
