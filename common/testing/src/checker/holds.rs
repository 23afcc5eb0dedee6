//! Unpaid holds: each listed hold belongs to its order, each active order of a buyer with a list is
//! in the list, and the count of a network equals the units that its active orders hold.

use std::collections::{BTreeMap, HashSet};

use contract::order::{OrderItem, OrderState, OrderStatus};
use contract::{TicketId, UserId};

use super::evidence::{HoldFacts, NetworkCount};
use super::{Evidence, Findings, Rule};

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    check_lists(evidence, findings);
    check_networks(evidence, findings);
}

/// An order counts until it ends, also after its deadline.
fn check_networks(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    let mut held: BTreeMap<(TicketId, &str), u32> = BTreeMap::new();
    for (id, network) in &evidence.networks {
        let order = orders.get(id).filter(|order| match order.status {
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => true,
            OrderStatus::Complete { .. } | OrderStatus::Cancelled { .. } => false,
        });
        findings.expect(order.is_some(), Rule::HoldLimit, || {
            format!("order {id} holds no units, but is counted for {network}")
        });
        for item in order.into_iter().flat_map(|order| &order.items) {
            *held.entry((item.ticket_id, network)).or_default() += item.quantity;
        }
    }
    for NetworkCount { ticket_id, network, units } in &evidence.network_counts {
        let found = held.remove(&(*ticket_id, network)).unwrap_or_default();
        findings.expect(found == *units, Rule::HoldLimit, || {
            format!(
                "{network} has a count of {units} units of {ticket_id}, but its orders hold {found}"
            )
        });
    }
    for ((ticket, network), units) in held {
        findings.expect(false, Rule::HoldLimit, || {
            format!("orders from {network} hold {units} units of {ticket} that are not counted")
        });
    }
}

fn check_lists(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    for hold in &evidence.holds {
        let holding = orders.get(&hold.order_id).into_iter().flat_map(|order| holds(order));
        let is_one = holding.into_iter().any(|held| held == *hold);
        findings.expect(is_one, Rule::HoldLimit, || {
            format!("order {} does not have the items of the hold {hold:?}", hold.order_id)
        });
    }
    // Without a limit, no buyer has a list.
    let holders: HashSet<UserId> = evidence.holds.iter().map(|hold| hold.buyer).collect();
    let listed: HashSet<&HoldFacts> = evidence.holds.iter().collect();
    let is_active = |order: &&OrderState| match order.status {
        OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => {
            order.expires_at > evidence.read_at
        }
        OrderStatus::Complete { .. } | OrderStatus::Cancelled { .. } => false,
    };
    let is_limited = |order: &&OrderState| holders.contains(&order.buyer);
    for order in evidence.orders.iter().filter(is_active).filter(is_limited) {
        let is_listed = holds(order).iter().all(|held| listed.contains(held));
        findings.expect(is_listed, Rule::HoldLimit, || {
            format!("order {} is missing in the holds of its buyer", order.id)
        });
    }
}

/// The units that an order holds while it is active.
fn holds(order: &OrderState) -> Vec<HoldFacts> {
    let hold = |item: &OrderItem| HoldFacts {
        buyer: order.buyer,
        order_id: order.id,
        ticket_id: item.ticket_id,
        units: item.quantity,
    };
    order.items.iter().map(hold).collect()
}
