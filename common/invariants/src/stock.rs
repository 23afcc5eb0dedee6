//! Stock: units of orders add up to held and sold, within the offer. The counts of networks and the
//! holds of buyers are those of their active orders.

use std::collections::{BTreeMap, BTreeSet};

use contract::order::{OrderItem, OrderState};
use contract::{OrderId, TicketId};
use orders::domain::{LimitScope, Network};
use orders::{Holdings, Inventory, NetworkHolds, Order};
use testing::load::End;

use crate::evidence::{Evidence, is_active};
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let orders = evidence.orders.iter().map(|order| &order.state);
    check_units(orders, &evidence.inventories, findings);
    check_networks(&evidence.orders, &evidence.network_holds, findings);
    check_holds(evidence, findings);
}

/// The inventory of each ticket equals the units of its orders, which fit the offer. Active orders
/// hold units; those of complete orders are sold, without the ones that returned to sale.
pub fn check_units<'e>(
    orders: impl IntoIterator<Item = &'e OrderState>,
    inventories: impl IntoIterator<Item = &'e Inventory>,
    findings: &mut Findings,
) {
    let inventories = inventories.into_iter().map(|inventory| (inventory.ticket_id, inventory));
    let inventories: BTreeMap<TicketId, &Inventory> = inventories.collect();
    let mut units: BTreeMap<TicketId, (i64, i64)> =
        inventories.keys().map(|ticket| (*ticket, (0, 0))).collect();
    for order in orders {
        for item in &order.items {
            let (held, sold) = units.entry(item.ticket_id).or_default();
            let (quantity, returned) = (i64::from(item.quantity), i64::from(item.returned));
            match End::of(order.status) {
                None => *held += quantity,
                Some(End::Complete) => *sold += quantity - returned,
                Some(End::CancelledByBuyer | End::Expired | End::ShowCancelled) => {}
            }
        }
    }
    for (ticket, (held, sold)) in units {
        let Some(inventory) = inventories.get(&ticket) else {
            let line = format!("ticket {ticket}: an order has it, but no inventory exists");
            findings.note(Rule::NoOversell, line);
            continue;
        };
        let kept = (i64::from(inventory.held), i64::from(inventory.sold));
        findings.expect(kept == (held, sold), Rule::NoOversell, || {
            format!("ticket {ticket}: the inventory has {kept:?}, its orders {:?}", (held, sold))
        });
        let offered = i64::from(inventory.offered);
        findings.expect(held + sold <= offered, Rule::NoOversell, || {
            format!("ticket {ticket}: {held} held and {sold} sold of {offered} offered")
        });
    }
}

/// The counts of each network, by ticket and by show, equal the units of its orders, which count
/// until they end, also after their deadlines. A count of zero may be stored.
pub fn check_networks<'e>(
    orders: impl IntoIterator<Item = &'e Order>,
    counts: impl IntoIterator<Item = &'e NetworkHolds>,
    findings: &mut Findings,
) {
    let mut held: BTreeMap<(LimitScope, &Network), u32> = BTreeMap::new();
    for order in orders {
        let Some(network) = &order.network else { continue };
        let (id, is_active) = (order.state.id, is_active(&order.state));
        findings.expect(is_active, Rule::HoldLimit, || {
            format!("order {id} holds no units, but is counted for {network}")
        });
        for item in order.state.items.iter().filter(|_| is_active) {
            let of_show = order.state.show_id.map(LimitScope::Show);
            for of in [LimitScope::Ticket(item.ticket_id)].into_iter().chain(of_show) {
                *held.entry((of, network)).or_default() += item.quantity;
            }
        }
    }
    let counts = counts.into_iter().filter(|count| count.held > 0);
    let counts = counts.map(|count| ((count.of, &count.network), count.held));
    let counted: BTreeMap<(LimitScope, &Network), u32> = counts.collect();
    let all: BTreeSet<_> = held.keys().chain(counted.keys()).collect();
    for of in all {
        let (scope, network) = of;
        let [held, counted] = [&held, &counted].map(|units| units.get(of).copied());
        findings.expect(held == counted, Rule::HoldLimit, || {
            format!(
                "{network} has a count of {counted:?} units of {scope}, its orders hold {held:?}"
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
