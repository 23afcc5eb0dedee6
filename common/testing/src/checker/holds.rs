//! What buyers hold: each hold that is listed is one of its order's, and each active order of a buyer who has a list is on it.

use std::collections::HashSet;

use contract::UserId;
use contract::order::{OrderItem, OrderState, OrderStatus};

use super::evidence::HoldFacts;
use super::{Evidence, Findings, Rule};

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    for hold in &evidence.holds {
        let holding = orders.get(&hold.order_id).into_iter().flat_map(|order| holds(order));
        let is_one = holding.into_iter().any(|held| held == *hold);
        findings.expect(is_one, Rule::HoldLimit, || {
            format!(
                "order {} has no such items as its buyer is said to hold: {hold:?}",
                hold.order_id
            )
        });
    }
    // Where there is no limit nobody has a list.
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
            format!("order {} is not listed among what its buyer holds", order.id)
        });
    }
}

/// What an order holds as long as it is active.
fn holds(order: &OrderState) -> Vec<HoldFacts> {
    let hold = |item: &OrderItem| HoldFacts {
        buyer: order.buyer,
        order_id: order.id,
        ticket_id: item.ticket_id,
        units: item.quantity,
    };
    order.items.iter().map(hold).collect()
}
