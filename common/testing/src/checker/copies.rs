//! Copies: each equals its source, at the source's version.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use contract::order::{OrderState, OrderStatus};
use contract::{OrderId, UserId};

use super::evidence::{AccountFacts, InventoryFacts, TicketFacts};
use super::{Evidence, Findings, Rule};
use crate::load::End;

/// Retention of the deadline of an ended order at expiration.
pub(super) const DEADLINE_KEPT: Duration = Duration::from_hours(24);

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    check_stock(evidence, findings);
    check_sellers(evidence, findings);
    check_orders(evidence, findings);
}

/// Tickets and inventories, each compared with the copy at the other.
fn check_stock(evidence: &Evidence, findings: &mut Findings) {
    let tickets = evidence.tickets_by_id();
    let mut followed = HashSet::new();
    for inventory in &evidence.inventories {
        let id = inventory.state.ticket_id;
        followed.insert(id);
        let Some(ticket) = tickets.get(&id) else {
            findings.note(
                Rule::CopiesConverge,
                format!("orders has an inventory of ticket {id}, which does not exist at tickets"),
            );
            continue;
        };
        findings.expect(follows_ticket(inventory, ticket), Rule::CopiesConverge, || {
            let (copied, version) = (inventory.state.ticket_version, ticket.state.version);
            format!("ticket {id} is at version {version}; orders copied {copied} or other terms")
        });
        findings.expect(follows_inventory(ticket, inventory), Rule::CopiesConverge, || {
            let (copied, version) = (ticket.stock_version, inventory.state.version);
            let reported = (ticket.held, ticket.sold, ticket.holder);
            let kept = (inventory.state.held, inventory.state.sold, inventory.state.holder);
            format!(
                "inventory {id} is at version {version} with {kept:?}; tickets copied {copied} with {reported:?}"
            )
        });
    }
    for ticket in &evidence.tickets {
        if let Some(number) = ticket.undecided {
            let id = ticket.state.id;
            findings.note(
                Rule::NothingStuck,
                format!("revision {number} of ticket {id} is not decided"),
            );
        }
    }
    for id in tickets.keys() {
        findings.expect(followed.contains(id), Rule::CopiesConverge, || {
            format!("ticket {id} has no inventory at orders")
        });
    }
    for id in evidence.journal.iter().flat_map(|journal| &journal.tickets) {
        findings.expect(tickets.contains_key(id), Rule::OneEffect, || {
            format!("ticket {id} was acknowledged and does not exist")
        });
    }
}

fn follows_ticket(inventory: &InventoryFacts, ticket: &TicketFacts) -> bool {
    let state = &ticket.state;
    let copied = (inventory.seller, &inventory.title, inventory.price, inventory.offer);
    let place_and_time = (&inventory.venue, inventory.starts_at, inventory.late_sales);
    inventory.state.ticket_version == state.version
        && inventory.offered == state.quantity
        && copied == (state.seller, &state.title, state.price, state.offer)
        && place_and_time == (&state.venue, state.starts_at, state.late_sales)
}

fn follows_inventory(ticket: &TicketFacts, inventory: &InventoryFacts) -> bool {
    let state = &inventory.state;
    let copied = (ticket.stock_version, ticket.held, ticket.sold, ticket.holder);
    copied == (state.version, state.held, state.sold, state.holder)
        && ticket.is_suspended == state.suspended
}

/// The ban status of accounts, compared with the inventories of their tickets.
fn check_sellers(evidence: &Evidence, findings: &mut Findings) {
    let accounts: HashMap<UserId, &AccountFacts> =
        evidence.accounts.iter().map(|account| (account.id, account)).collect();
    for inventory in &evidence.inventories {
        // An erased account has no ban status.
        let Some(account) = accounts.get(&inventory.seller) else { continue };
        let (ticket, suspended) = (inventory.state.ticket_id, inventory.state.suspended);
        findings.expect(suspended == account.is_banned, Rule::CopiesConverge, || {
            let (seller, is_banned) = (account.id, account.is_banned);
            format!("seller {seller} has banned {is_banned}, but ticket {ticket} has suspended {suspended}")
        });
    }
}

/// Orders, compared with the copies at payments and expiration.
fn check_orders(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    let mut missing: HashSet<OrderId> = orders.keys().copied().collect();
    for copy in &evidence.order_copies {
        missing.remove(&copy.id);
        let id = copy.id;
        match orders.get(&id) {
            None => findings.note(
                Rule::CopiesConverge,
                format!("payments has order {id}, which does not exist at orders"),
            ),
            Some(order) => findings.expect(copy == *order, Rule::CopiesConverge, || {
                format!(
                    "order {id} is {:?} at version {}; payments copied {:?} at {}",
                    order.status, order.version, copy.status, copy.version
                )
            }),
        }
    }
    for id in missing {
        findings.note(Rule::CopiesConverge, format!("payments has no copy of order {id}"));
    }
    let has_deadline = |order: &&&OrderState| {
        End::of(order.status).is_none() || order.created_at.plus(DEADLINE_KEPT) > evidence.read_at
    };
    let mut missing: HashSet<OrderId> =
        orders.values().filter(has_deadline).map(|order| order.id).collect();
    for deadline in &evidence.deadlines {
        let id = deadline.order_id;
        missing.remove(&id);
        let Some(order) = orders.get(&id) else {
            findings.note(
                Rule::CopiesConverge,
                format!("expiration has order {id}, which does not exist at orders"),
            );
            continue;
        };
        let copied = (deadline.version, deadline.expires_at);
        findings.expect(copied == (order.version, order.expires_at), Rule::CopiesConverge, || {
            let (version, copied) = (order.version, deadline.version);
            format!("order {id} is at version {version}; expiration copied {copied}")
        });
        let is_active =
            matches!(order.status, OrderStatus::Created | OrderStatus::AwaitingPayment { .. });
        findings.expect(!deadline.is_pending || is_active, Rule::NothingStuck, || {
            format!("the deadline of order {id} is not announced")
        });
    }
    for id in missing {
        findings.note(Rule::CopiesConverge, format!("expiration has no deadline of order {id}"));
    }
}
