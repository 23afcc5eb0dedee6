//! Stock: units of active and complete orders, less those that returned to sale, add up to held and
//! sold, and do not exceed the units offered. The count of a network equals the units that its
//! active orders hold.

use std::collections::{BTreeMap, BTreeSet};

use contract::TicketId;
use contract::order::{OrderState, OrderStatus};
use orders::domain::Network;
use orders::{Inventory, NetworkHolds, Order};

use crate::evidence::{Evidence, is_active};
use crate::rule::{Findings, Rule};

/// Units of the orders of one ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Units {
    /// Units of active orders.
    pub held: i64,
    /// Units of complete orders, without those that returned to sale.
    pub sold: i64,
}

impl Units {
    /// Adds the units of an order to those of its tickets; subtracts them if `times` is -1.
    pub fn count(units: &mut BTreeMap<TicketId, Self>, order: &OrderState, times: i64) {
        for item in &order.items {
            let of_ticket = units.entry(item.ticket_id).or_default();
            let (quantity, returned) = (i64::from(item.quantity), i64::from(item.returned));
            match order.status {
                OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => {
                    of_ticket.held += times * quantity;
                }
                OrderStatus::Complete { .. } => of_ticket.sold += times * (quantity - returned),
                OrderStatus::Cancelled { .. } => {}
            }
        }
    }
}

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut units = BTreeMap::new();
    for order in &evidence.orders {
        Units::count(&mut units, &order.state, 1);
    }
    let inventories: BTreeMap<TicketId, &Inventory> =
        evidence.inventories.iter().map(|inventory| (inventory.ticket_id, inventory)).collect();
    let tickets: BTreeSet<TicketId> = units.keys().chain(inventories.keys()).copied().collect();
    for ticket in tickets {
        let of_orders = units.get(&ticket).copied().unwrap_or_default();
        check_ticket(ticket, inventories.get(&ticket).copied(), of_orders, findings);
    }
    check_networks(&evidence.orders, &evidence.network_holds, findings);
}

/// The inventory of a ticket, if it has one, equals the units of its orders, which fit the offer.
pub fn check_ticket(
    ticket: TicketId,
    inventory: Option<&Inventory>,
    units: Units,
    findings: &mut Findings,
) {
    let kept = inventory
        .map(|inventory| Units { held: inventory.held.into(), sold: inventory.sold.into() });
    findings.expect(kept.unwrap_or_default() == units, Rule::NoOversell, || {
        format!("ticket {ticket}: the inventory has {kept:?}, its orders have {units:?}")
    });
    let offered = inventory.map_or(0, |inventory| i64::from(inventory.offered));
    let Units { held, sold } = units;
    findings.expect(held + sold <= offered, Rule::NoOversell, || {
        format!("ticket {ticket}: {held} held and {sold} sold of {offered} offered")
    });
}

/// The count of each network equals the units that its orders hold. An order counts until it ends,
/// also after its deadline.
pub fn check_networks<'e>(
    orders: impl IntoIterator<Item = &'e Order>,
    counts: impl IntoIterator<Item = &'e NetworkHolds>,
    findings: &mut Findings,
) {
    let mut held: BTreeMap<(TicketId, &Network), u32> = BTreeMap::new();
    for order in orders {
        let Some(network) = &order.network else { continue };
        let (id, is_active) = (order.state.id, is_active(&order.state));
        findings.expect(is_active, Rule::HoldLimit, || {
            format!("order {id} holds no units, but is counted for {network}")
        });
        for item in order.state.items.iter().filter(|_| is_active) {
            *held.entry((item.ticket_id, network)).or_default() += item.quantity;
        }
    }
    let counts = counts.into_iter().map(|count| ((count.ticket_id, &count.network), count.held));
    let counted: BTreeMap<(TicketId, &Network), u32> = counts.collect();
    let all: BTreeSet<_> = held.keys().chain(counted.keys()).collect();
    for of in all {
        let (ticket, network) = of;
        let [held, counted] = [&held, &counted].map(|units| units.get(of).copied().unwrap_or(0));
        findings.expect(held == counted, Rule::HoldLimit, || {
            format!("{network} has a count of {counted} units of {ticket}, its orders hold {held}")
        });
    }
}
