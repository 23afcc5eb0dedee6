//! Admissions: those that are not void are the units of complete orders that have not returned to
//! sale.

use std::collections::HashMap;

use admissions::Admission;
use contract::{OrderId, TicketId};
use testing::load::End;

use crate::evidence::Evidence;
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut issued: HashMap<(OrderId, TicketId), Vec<&Admission>> = HashMap::new();
    for admission in &evidence.admissions {
        let of = (admission.state.order_id, admission.state.ticket_id);
        issued.entry(of).or_default().push(admission);
    }
    let orders = evidence.orders.iter().map(|order| &order.state);
    for order in orders.filter(|order| End::of(order.status) == Some(End::Complete)) {
        let mut shows = evidence.shows.iter().filter(|show| Some(show.id) == order.show_id);
        let is_cancelled = shows.any(|show| show.status.is_cancelled());
        for item in &order.items {
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
            let is_held = own.iter().all(|admission| admission.state.holder == order.buyer);
            findings.expect(is_held, Rule::Admissions, || {
                format!("another person holds an admission of order {}", order.id)
            });
        }
    }
    for (order, ticket) in issued.keys() {
        let line = format!("order {order} is not complete, and has admissions of ticket {ticket}");
        findings.note(Rule::Admissions, line);
    }
}
