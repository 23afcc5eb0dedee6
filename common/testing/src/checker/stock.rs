//! No oversell: units of active and complete orders, less those that returned to sale, add up to
//! held and sold, and do not exceed the units offered.

use std::collections::HashMap;

use contract::TicketId;
use contract::order::OrderStatus;

use super::{Evidence, Findings, Rule};

/// Units of the orders of one ticket.
#[derive(Default)]
struct Units {
    held: u64,
    sold: u64,
}

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut units: HashMap<TicketId, Units> = HashMap::new();
    for order in &evidence.orders {
        for item in &order.items {
            let of_ticket = units.entry(item.ticket_id).or_default();
            match order.status {
                OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => {
                    of_ticket.held += u64::from(item.quantity);
                }
                OrderStatus::Complete { .. } => {
                    of_ticket.sold += u64::from(item.quantity.saturating_sub(item.returned));
                }
                OrderStatus::Cancelled { .. } => {}
            }
        }
    }
    for inventory in &evidence.inventories {
        let state = &inventory.state;
        let Units { held, sold } = units.remove(&state.ticket_id).unwrap_or_default();
        let kept = (u64::from(state.held), u64::from(state.sold));
        findings.expect(kept == (held, sold), Rule::NoOversell, || {
            let (id, kept_held, kept_sold) = (state.ticket_id, state.held, state.sold);
            format!(
                "ticket {id}: the inventory has {kept_held} held and {kept_sold} sold, its orders {held} and {sold}"
            )
        });
        let fits = held + sold <= u64::from(inventory.offered);
        findings.expect(fits, Rule::NoOversell, || {
            let (id, offered) = (state.ticket_id, inventory.offered);
            format!("ticket {id}: {held} held and {sold} sold of {offered} offered")
        });
    }
    for (ticket, Units { held, sold }) in units {
        findings.note(
            Rule::NoOversell,
            format!("ticket {ticket}: {held} held and {sold} sold without an inventory"),
        );
    }
}
