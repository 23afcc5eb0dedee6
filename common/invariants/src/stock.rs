//! Stock: units of active and complete orders, less those that returned to sale, add up to held and
//! sold, and do not exceed the units offered. The count of a network equals the units that its
//! active orders hold, and the holds of a buyer are those of the buyer's active orders.

use std::collections::{BTreeMap, BTreeSet};

use contract::order::{OrderItem, OrderState, OrderStatus};
use contract::{OrderId, TicketId};
use orders::domain::Network;
use orders::{Holdings, Inventory, NetworkHolds, Order};

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
        let inventory = inventories.get(&ticket).copied();
        findings.expect(inventory.is_some(), Rule::NoOversell, || {
            format!("ticket {ticket}: an order has it, but no inventory exists")
        });
        check_ticket(ticket, inventory, units.get(&ticket).copied().unwrap_or_default(), findings);
    }
    check_networks(&evidence.orders, &evidence.network_holds, findings);
    check_holds(evidence, findings);
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
        let [held, counted] = [&held, &counted].map(|units| units.get(of).copied());
        findings.expect(held == counted, Rule::HoldLimit, || {
            format!(
                "{network} has a count of {counted:?} units of {ticket}, its orders hold {held:?}"
            )
        });
    }
}

/// Each listed hold belongs to its order, and each active order of a buyer with a list is listed.
fn check_holds(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders_by_id();
    // Without a limit, no buyer has a list.
    for listed in evidence.holdings.iter().filter(|listed| !listed.holds.is_empty()) {
        for hold in &listed.holds {
            let order = orders.get(&hold.order_id).filter(|order| order.buyer == listed.buyer);
            let mut items = order.into_iter().flat_map(|order| &order.items);
            let held = (hold.ticket_id, hold.units);
            let is_one = items.any(|item| (item.ticket_id, item.quantity) == held);
            findings.expect(is_one, Rule::HoldLimit, || {
                let (id, buyer) = (hold.order_id, listed.buyer);
                format!("order {id} of {buyer} does not have the items of the hold {hold:?}")
            });
        }
        let of_buyer = evidence.orders.iter().map(|order| &order.state);
        let of_buyer = of_buyer.filter(|order| order.buyer == listed.buyer && is_active(order));
        for order in of_buyer.filter(|order| order.expires_at > evidence.read_at) {
            let is_listed = order.items.iter().all(|item| is_listed(Some(listed), order.id, item));
            findings.expect(is_listed, Rule::HoldLimit, || {
                format!("order {} is missing in the holds of its buyer", order.id)
            });
        }
    }
}

/// Whether the holds of an order's buyer contain this item of the order.
#[must_use]
pub fn is_listed(holdings: Option<&Holdings>, order: OrderId, item: &OrderItem) -> bool {
    let mut holds = holdings.into_iter().flat_map(|holdings| &holdings.holds);
    let of_order = (order, item.ticket_id, item.quantity);
    holds.any(|hold| (hold.order_id, hold.ticket_id, hold.units) == of_order)
}
