//! Copies: each equals its source, at the source's version.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::time::Duration;

use contract::session::RevocationState;
use contract::{OrderId, UserId};
use expiration::Deadline;
use expiration::domain::State;
use tickets::Ticket;

use crate::evidence::{Evidence, is_active};
use crate::rule::{Findings, Rule};

/// Retention of the deadline of an ended order at expiration.
pub(crate) const DEADLINE_KEPT: Duration = Duration::from_hours(24);

/// Sources or copies by the name of the source, each with its version.
pub(crate) type Versions<T> = BTreeMap<String, (u64, T)>;

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    check_tickets(evidence, findings);
    check_sellers(evidence, findings);
    check_orders(evidence, findings);
    check_revocations(evidence, findings);
}

/// Each source has an equal copy at this service, and each copy there has a source.
pub(crate) fn compare<T: PartialEq + Debug>(
    at: &str,
    sources: &Versions<T>,
    found: &Versions<T>,
    findings: &mut Findings,
) {
    let all: BTreeSet<&String> = sources.keys().chain(found.keys()).collect();
    for source in all {
        let line = match (sources.get(source), found.get(source)) {
            (Some(known), Some(copied)) if known == copied => continue,
            (Some((version, state)), Some((copied, copy))) => format!(
                "{source} is at version {version}, and {at} copied {copied}: {state:?}, copied {copy:?}"
            ),
            (Some(_), None) => format!("{at} has no copy of {source}"),
            (None, _) => format!("{at} has {source}, which does not exist at its source"),
        };
        findings.note(Rule::CopiesConverge, line);
    }
}

/// Tickets and inventories, each compared with the copy at the other.
fn check_tickets(evidence: &Evidence, findings: &mut Findings) {
    let known: BTreeSet<_> = evidence.tickets.iter().map(|ticket| ticket.id).collect();
    let terms = |ticket: &Ticket| {
        let it = ticket.state();
        let resale = it.resale.map(|resale| resale.admission_id);
        let place_and_time = (it.venue, it.starts_at, it.late_sales, resale);
        let terms = (it.seller, it.title, it.price, it.offer, it.quantity, place_and_time);
        (format!("ticket {}", it.id), (it.version, terms))
    };
    let copied_terms = evidence.inventories.iter().cloned().map(|it| {
        let place_and_time = (it.venue, it.starts_at, it.late_sales, it.resale);
        let terms = (it.seller, it.title, it.price, it.offer, it.offered, place_and_time);
        (format!("ticket {}", it.ticket_id), (it.ticket_version, terms))
    });
    let terms = evidence.tickets.iter().map(terms).collect();
    compare("orders", &terms, &copied_terms.collect(), findings);
    let stock = evidence.inventories.iter().map(|inventory| {
        let it = inventory.state();
        let stock = (it.held, it.sold, it.holder, it.suspended);
        (format!("inventory {}", it.ticket_id), (it.version, stock))
    });
    let copied_stock = evidence.tickets.iter().map(|ticket| {
        let it = ticket.stock;
        let stock = (it.held, it.sold, it.holder, it.is_suspended);
        (format!("inventory {}", ticket.id), (it.version, stock))
    });
    compare("tickets", &stock.collect(), &copied_stock.collect(), findings);
    for ticket in &evidence.tickets {
        findings.expect(ticket.revision.is_none(), Rule::NothingStuck, || {
            format!("{:?} of ticket {} is not decided", ticket.revision, ticket.id)
        });
    }
    for id in evidence.journal.iter().flat_map(|journal| &journal.tickets) {
        findings.expect(known.contains(id), Rule::OneEffect, || {
            format!("ticket {id} was acknowledged and does not exist")
        });
    }
}

/// The ban status of users, compared with the inventories of their tickets.
fn check_sellers(evidence: &Evidence, findings: &mut Findings) {
    let banned: HashMap<UserId, bool> =
        evidence.users.iter().map(|user| (user.id, !user.may_sign_in())).collect();
    for inventory in &evidence.inventories {
        // An erased user has no ban status.
        let Some(is_banned) = banned.get(&inventory.seller) else { continue };
        let is_suspended = inventory.is_suspended;
        findings.expect(is_suspended == *is_banned, Rule::CopiesConverge, || {
            let (seller, ticket) = (inventory.seller, inventory.ticket_id);
            format!(
                "seller {seller} has banned {is_banned}, but ticket {ticket} has suspended {is_suspended}"
            )
        });
    }
}

/// Orders, compared with the copies at payments and expiration.
fn check_orders(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    let name = |id: OrderId| format!("order {id}");
    let copies = evidence.order_copies.iter().map(|copy| &copy.order);
    let copies = copies.map(|copy| (name(copy.id), (copy.version, copy))).collect();
    let states = orders.values().map(|order| (name(order.id), (order.version, *order)));
    compare("payments", &states.collect(), &copies, findings);
    let deadlines: HashMap<OrderId, &Deadline> =
        evidence.deadlines.iter().map(|deadline| (deadline.order_id, deadline)).collect();
    let has_deadline = |id: &OrderId| {
        orders.get(id).is_some_and(|order| {
            let is_kept = order.created_at.plus(DEADLINE_KEPT) > evidence.read_at;
            deadlines.contains_key(id) || is_active(order) || is_kept
        })
    };
    let states = orders.values().filter(|order| has_deadline(&order.id));
    let states = states.map(|order| (name(order.id), (order.version, order.expires_at)));
    let copies = evidence.deadlines.iter();
    let copies = copies.map(|copy| (name(copy.order_id), (copy.version, copy.expires_at)));
    compare("expiration", &states.collect(), &copies.collect(), findings);
    for (id, deadline) in deadlines.into_iter().filter(|(id, _)| orders.contains_key(id)) {
        let is_active = orders.get(&id).is_some_and(|order| is_active(order));
        let is_pending = deadline.state == State::Pending;
        findings.expect(!is_pending || is_active, Rule::NothingStuck, || {
            format!("the deadline of order {id} is not announced")
        });
    }
}

/// Revocations, compared with the copies at every other service.
fn check_revocations(evidence: &Evidence, findings: &mut Findings) {
    // Each service removes a revocation at its own time, once no valid token can match it.
    let still_matters = |state: &&RevocationState| state.forget_after > evidence.read_at;
    let by_name = |states: &[RevocationState]| -> Versions<RevocationState> {
        let name = |state: &RevocationState| format!("the revocation of {:?}", state.revoked);
        states.iter().filter(still_matters).map(|state| (name(state), (0, *state))).collect()
    };
    let source = evidence.revocations.iter().find(|(service, _)| service == auth::NAME);
    let source = source.map(|(_, states)| by_name(states)).unwrap_or_default();
    for (service, copies) in evidence.revocations.iter().filter(|(name, _)| name != auth::NAME) {
        compare(service, &source, &by_name(copies), findings);
    }
}
