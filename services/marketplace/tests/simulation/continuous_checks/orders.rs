//! Orders and their units, after every commit: no oversell, one end, no early expiry.

use std::collections::BTreeSet;

use contract::order::{CancelReason, OrderStatus};
use contract::ticket::{Offer, sales_ended};
use contract::{OrderId, TicketId, Timestamp};
use invariants::Rule;
use invariants::stock::{Units, check_ticket};
use orders::{Inventory, Order};
use serde_json::Value;
use store::batch::Batch;

use super::{ContinuousChecks, each};

/// Units of an order that returned to sale.
fn returned(order: &Order) -> u32 {
    order.state.items.iter().map(|item| item.returned).sum()
}

impl ContinuousChecks {
    pub(super) fn orders_committed(&mut self, batch: &Batch) {
        let mut touched = BTreeSet::new();
        each(batch, |inventory: Inventory| {
            touched.insert(inventory.ticket_id);
            self.inventory_changed(inventory, batch.committed_at);
        });
        each(batch, |order: Order| {
            let tickets = order.state.items.iter().map(|item| item.ticket_id);
            let version = |id| Some((id, self.inventories.get(&id)?.version));
            self.stock.insert(order.state.id, tickets.clone().filter_map(version).collect());
            touched.extend(tickets);
            self.order_changed(&order, batch.committed_at);
        });
        for ticket in touched {
            let units = self.units.get(&ticket).copied().unwrap_or_default();
            check_ticket(ticket, self.inventories.get(&ticket), units, &mut self.findings);
        }
    }

    /// Checks that a new hold is placed before sales end and without a suspension, and that its
    /// terms are not older than the acknowledged ones.
    fn inventory_changed(&mut self, inventory: Inventory, decided_at: Timestamp) {
        let committed = inventory.held + inventory.sold;
        let known = self.inventories.get(&inventory.ticket_id);
        let grew = known.is_none_or(|known| committed > known.held + known.sold);
        // A batch may contain an order and, after it, the suspension.
        let was_suspended = known.is_some_and(|known| {
            known.is_suspended && known.seller_version == inventory.seller_version
        });
        let id = inventory.ticket_id;
        let has_ended = sales_ended(inventory.starts_at, inventory.late_sales, decided_at);
        self.findings.expect(!(grew && has_ended), Rule::InForce, || {
            format!("ticket {id} was ordered at {decided_at}, after sales had ended")
        });
        self.findings.expect(!(grew && was_suspended), Rule::InForce, || {
            format!("ticket {id} was ordered while the ban of its seller was in force")
        });
        let acknowledged = self.acknowledged.get(&id).copied().unwrap_or_default();
        self.findings.expect(!grew || inventory.ticket_version >= acknowledged, Rule::InForce, || {
            let version = inventory.ticket_version;
            format!("ticket {id} was ordered at version {version}, after {acknowledged} was acknowledged")
        });
        self.committed_units.insert((id, inventory.version), committed);
        self.inventories.insert(inventory.ticket_id, inventory);
    }

    /// Records an acknowledged change of a ticket: from now on no order may be placed on older
    /// terms.
    pub(crate) fn acknowledged(&mut self, ticket: TicketId, version: u64) {
        let known = self.acknowledged.entry(ticket).or_default();
        *known = version.max(*known);
    }

    /// Records an acknowledged withdrawal, unless the ticket has been offered again since.
    pub(crate) fn withdrawal_acknowledged(&mut self, ticket: TicketId) {
        let withdrawn = self.tickets.get(&ticket).filter(|known| known.offer != Offer::Open);
        if let Some(version) = withdrawn.map(|known| known.version) {
            self.acknowledged(ticket, version);
        }
    }

    /// Whether an order is still in the version that a response shows.
    pub(crate) fn has_version(&self, order: OrderId, shown: Option<&Value>) -> bool {
        let known = self.orders.get(&order).map(|order| order.state.version);
        known == shown.and_then(Value::as_u64)
    }

    /// The inventory versions of an order's tickets, as of the order's last change.
    pub(crate) fn stock_of(&self, order: OrderId) -> &[(TicketId, u64)] {
        self.stock.get(&order).map_or(&[], Vec::as_slice)
    }

    /// Held and sold units of a ticket in each version of its inventory from this one on.
    pub(crate) fn committed_units_since(
        &self,
        ticket: TicketId,
        version: u64,
    ) -> impl Iterator<Item = u64> {
        let since = self.committed_units.range((ticket, version)..=(ticket, u64::MAX));
        // Before an inventory exists, no units are held or sold.
        let none = (version == 0).then_some(0);
        none.into_iter().chain(since.map(|(_, units)| u64::from(*units)))
    }

    fn order_changed(&mut self, order: &Order, decided_at: Timestamp) {
        let (id, status) = (order.state.id, order.state.status);
        Units::count(&mut self.units, &order.state, 1);
        let Some(known) = self.orders.insert(id, order.clone()) else { return };
        Units::count(&mut self.units, &known.state, -1);
        let has_returned = known.state.status == status && returned(order) > returned(&known);
        // Changes of the payment are recorded in the order's timeline, which only grows.
        let is_noted = known.state == order.state && order.steps.starts_with(&known.steps);
        let is_sound = known.is_active() || has_returned || is_noted;
        self.findings.expect(is_sound, Rule::OneEnd, || {
            format!("order {id} was {:?} and became {status:?}", known.state.status)
        });
        if has_returned || is_noted {
            return;
        }
        let deadline = order.state.expires_at;
        let latest = self.latest.unwrap_or(decided_at);
        match status {
            OrderStatus::Cancelled { reason: CancelReason::Expired } => {
                self.findings.expect(latest >= deadline, Rule::Punctuality, || {
                    format!("order {id} expired at {latest}, its deadline is {deadline}")
                });
            }
            OrderStatus::Complete { .. } => {
                self.findings.expect(decided_at < deadline, Rule::Punctuality, || {
                    format!("order {id} was completed at {decided_at}, its deadline was {deadline}")
                });
            }
            OrderStatus::Created
            | OrderStatus::AwaitingPayment { .. }
            | OrderStatus::Cancelled { reason: CancelReason::Buyer } => {}
        }
    }

    /// A line for each active order whose deadline is before `since`.
    pub(crate) fn overdue(&self, since: Timestamp) -> Vec<String> {
        let late = self.orders.values().filter(|order| order.is_active());
        let late = late.filter(|order| order.state.expires_at < since);
        let line = |order: &Order| {
            let (id, deadline) = (order.state.id, order.state.expires_at);
            format!("{:?}: order {id} is active, its deadline was {deadline}", Rule::Punctuality)
        };
        late.map(line).collect()
    }

    /// The deadline of an order.
    pub(crate) fn deadline(&self, order: OrderId) -> Option<Timestamp> {
        self.orders.get(&order).map(|order| order.state.expires_at)
    }

    /// The number of active orders.
    pub(crate) fn active_orders(&self) -> usize {
        self.orders.values().filter(|order| order.is_active()).count()
    }

    /// The state of each order.
    pub(crate) fn order_ends(&self) -> impl Iterator<Item = &'static str> {
        self.orders.values().map(|order| super::coverage::order_state(order.state.status))
    }
}
