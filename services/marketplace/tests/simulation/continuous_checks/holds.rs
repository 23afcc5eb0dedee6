//! Unpaid holds, after every commit of orders: they are listed, and within the limits of the buyer
//! and the network. After too many unpaid orders a buyer may hold one unit, and not the last one of
//! a ticket of these orders. Counts of networks equal the units of their orders.

use std::collections::{BTreeMap, BTreeSet};

use contract::order::OrderItem;
use contract::{Timestamp, UserId};
use invariants::Rule;
use invariants::stock::{check_networks, is_listed};
use orders::domain::{
    FREE_UNITS_COUNTED, LimitScope, NetworkShare, UNPAID_END_KEPT, UNPAID_ENDS_KEPT,
};
use orders::{Holdings, Inventory, NetworkHolds, Order};
use store::Document as _;
use store::batch::Batch;

use super::{Checks, removed, written};
use crate::engines::{HOLD_LIMIT, HOLD_LIMIT_TOTAL, NETWORK_HOLD_SHARE, UNPAID_LIMIT};

impl Checks {
    pub(super) fn holds_committed(&mut self, batch: &Batch) {
        self.holdings.extend(written(batch).map(|one: Holdings| (one.buyer, one)));
        let touched: BTreeSet<_> = written(batch).map(|order: Order| order.state.buyer).collect();
        for buyer in touched {
            self.check_holds(buyer);
        }
        for count in written::<NetworkHolds>(batch) {
            let known = self.networks.insert(count.document_id(), count.clone());
            let grew = known.is_none_or(|known| known.held < count.held);
            let ceiling = self.ceiling(count.of);
            self.findings.expect(!grew || count.held <= ceiling, Rule::HoldLimit, || {
                format!("more than {ceiling} are held from one network: {count:?}")
            });
        }
        for id in removed::<NetworkHolds>(batch) {
            self.networks.remove(id);
        }
        check_networks(self.orders.values(), self.networks.values(), &mut self.findings);
    }

    /// The number of units of a ticket or a show that a network may hold.
    fn ceiling(&self, of: LimitScope) -> u32 {
        let percent = NETWORK_HOLD_SHARE.try_into().expect("the share is not zero");
        let share = NetworkShare { percent, per_buyer: HOLD_LIMIT.try_into().ok() };
        share.ceiling(match of {
            LimitScope::Ticket(ticket) => {
                self.inventories.get(&ticket).map_or(0, Inventory::capacity)
            }
            LimitScope::Show(show) => {
                let shows = self.inventories.values().filter_map(|inventory| inventory.show);
                shows.filter(|copy| copy.id == show).map(|copy| copy.offered).max().unwrap_or(0)
            }
        })
    }

    /// Checks the orders that a batch places, against the state before it.
    pub(super) fn holds_before(&mut self, batch: &Batch) {
        let placed = written(batch);
        let placed = placed.filter(|order: &Order| !self.orders.contains_key(&order.state.id));
        let placed: Vec<Order> = placed.collect();
        let mut sold_out = BTreeMap::new();
        for after in written::<Inventory>(batch) {
            let before = self.inventories.get(&after.ticket_id);
            let before = before.filter(|before| before.offered == after.offered);
            if let Some(before) = before.filter(|_| after.available() == 0) {
                sold_out.insert(after.ticket_id, before.available());
            }
        }
        // Of several orders in one commit, it is unknown which one took the last units.
        let is_alone = placed.len() == 1;
        let now = batch.committed_at;
        for order in placed {
            let of_buyer =
                self.orders.values().filter(|known| known.state.buyer == order.state.buyer);
            let ends = of_buyer.filter_map(|known| Some((unpaid_end(known, now)?, known)));
            let mut ends: Vec<(Timestamp, &Order)> =
                ends.filter(|(end, _)| now < end.plus(UNPAID_END_KEPT)).collect();
            ends.sort_unstable_by_key(|(end, _)| *end);
            let counted = ends.len();
            let units: u32 = order.state.items.iter().map(|item| item.quantity).sum();
            let is_restricted = u32::try_from(counted).is_ok_and(|ends| ends >= UNPAID_LIMIT);
            let remembered = ends.iter().rev().take(UNPAID_ENDS_KEPT);
            let mut taken =
                order.state.items.iter().filter(|item| {
                    is_alone && sold_out.get(&item.ticket_id) == Some(&item.quantity)
                });
            let is_again = taken.any(|item| {
                let mut ended = remembered.clone().flat_map(|(_, ended)| &ended.state.items);
                ended.any(|ended| ended.ticket_id == item.ticket_id)
            });
            let is_allowed = !is_restricted || (units == 1 && !is_again) || order.is_free();
            self.findings.expect(is_allowed, Rule::HoldLimit, || {
                let (id, buyer) = (order.state.id, order.state.buyer);
                format!(
                    "order {id} has {units} units after {counted} unpaid ends of {buyer}, the last ones of the same ticket: {is_again}"
                )
            });
        }
    }

    fn check_holds(&mut self, buyer: UserId) {
        let listed = self.holdings.get(&buyer);
        let latest = self.latest;
        let counts = |order: &Order, item: &OrderItem| {
            // An order whose deadline has passed no longer counts as a hold of its buyer, even
            // before a commit expires it.
            let is_ahead = Some(order.state.expires_at) > latest;
            (order.is_active() && is_ahead) || is_counted_as_free(order, item, latest)
        };
        let mut held: BTreeMap<LimitScope, u32> = BTreeMap::new();
        let mut total = 0;
        for order in self.orders.values().filter(|order| order.state.buyer == buyer) {
            for item in order.state.items.iter().filter(|item| counts(order, item)) {
                let of_show = order.state.show_id.map(LimitScope::Show);
                for of in [LimitScope::Ticket(item.ticket_id)].into_iter().chain(of_show) {
                    *held.entry(of).or_default() += item.quantity;
                }
                total += if order.is_active() { item.quantity } else { 0 };
                let id = order.state.id;
                self.findings.expect(is_listed(listed, id, item), Rule::HoldLimit, || {
                    format!("order {id} is not among {listed:?}")
                });
            }
        }
        self.findings.expect(total <= HOLD_LIMIT_TOTAL, Rule::HoldLimit, || {
            format!("{buyer} holds {total} units, more than {HOLD_LIMIT_TOTAL}")
        });
        for (of, units) in held {
            self.findings.expect(units <= HOLD_LIMIT, Rule::HoldLimit, || {
                format!("{buyer} holds {units} of {of}, more than {HOLD_LIMIT}")
            });
        }
    }
}

/// Whether free units count towards the limits: until the start that they had when ordered.
fn is_counted_as_free(order: &Order, item: &OrderItem, now: Option<Timestamp>) -> bool {
    let placed_at = order.state.created_at;
    let begins = item.starts_at.filter(|begins| placed_at < *begins);
    let until = begins.unwrap_or(placed_at.plus(FREE_UNITS_COUNTED));
    order.is_complete() && item.unit_price.minor_units == 0 && now < Some(until)
}

/// The time at which an order ended unpaid; for an active order past its deadline, the deadline.
fn unpaid_end(order: &Order, now: Timestamp) -> Option<Timestamp> {
    let deadline = order.state.expires_at;
    order.unpaid_end().or_else(|| (order.is_active() && deadline <= now).then_some(deadline))
}
