//! Orders and their units, after every commit: no oversell, one end, no early expiry.

use contract::Timestamp;
use contract::order::{CancelReason, OrderStatus};
use contract::ticket::{Offer, sales_ended};
use invariants::Rule;
use invariants::stock::check_units;
use orders::{Inventory, Order};
use store::batch::Batch;
use testing::Reply;
use testing::customer::Request;

use super::{Checks, written};

/// Units of an order that returned to sale.
fn returned(order: &Order) -> u32 {
    order.state.items.iter().map(|item| item.returned).sum()
}

impl Checks {
    pub(super) fn orders_committed(&mut self, batch: &Batch) {
        written(batch).for_each(|inventory| self.inventory_changed(inventory, batch.committed_at));
        for order in written::<Order>(batch) {
            let tickets = order.state.items.iter().map(|item| item.ticket_id);
            let version = |id| Some((id, self.inventories.get(&id)?.version));
            self.stock.insert(order.state.id, tickets.filter_map(version).collect());
            self.order_changed(&order, batch.committed_at);
        }
        let orders = self.orders.values().map(|order| &order.state);
        check_units(orders, self.inventories.values(), &mut self.findings);
    }

    /// Checks that a new hold is placed before sales end and without a suspension, and that its
    /// terms are not older than the acknowledged ones.
    fn inventory_changed(&mut self, inventory: Inventory, decided_at: Timestamp) {
        let committed = inventory.held + inventory.sold;
        let known = self.inventories.get(&inventory.ticket_id);
        // Orders also write inventories without units, when a show's change is decided.
        let grew = committed > known.map_or(0, |known| known.held + known.sold);
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
        if grew {
            self.hold_of_show(&inventory);
        }
        self.committed_units.insert((id, inventory.version), committed);
        self.inventories.insert(inventory.ticket_id, inventory);
    }

    /// Records an acknowledged change of a ticket: later orders may not have older terms.
    pub(crate) fn acknowledge(&mut self, request: &Request, reply: &Reply) {
        self.acknowledge_show(request, reply);
        let (ticket, version) = match (request, reply.status) {
            (Request::Edit(ticket, _), 200) => (ticket, reply.at("version").as_u64()),
            (Request::Withdraw(ticket) | Request::TakeDown(ticket), 204) => {
                // It may have been offered again since.
                let withdrawn = self.tickets.get(ticket).filter(|known| known.offer != Offer::Open);
                (ticket, withdrawn.map(|known| known.version))
            }
            _ => return,
        };
        let known = self.acknowledged.entry(*ticket).or_default();
        *known = version.unwrap_or_default().max(*known);
    }

    fn order_changed(&mut self, order: &Order, decided_at: Timestamp) {
        let (id, status) = (order.state.id, order.state.status);
        let Some(known) = self.orders.insert(id, order.clone()) else { return };
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
            | OrderStatus::Cancelled {
                reason: CancelReason::Buyer | CancelReason::ShowCancelled,
            } => {}
        }
    }

    /// A line for each active order whose deadline is before `since`.
    pub(crate) fn overdue(&self, since: Timestamp) -> Vec<String> {
        let late = self.orders.values();
        let late = late.filter(|order| order.is_active() && order.state.expires_at < since);
        let line = |order: &Order| {
            let (id, deadline) = (order.state.id, order.state.expires_at);
            format!("{:?}: order {id} is active, its deadline was {deadline}", Rule::Punctuality)
        };
        late.map(line).collect()
    }
}
