//! What buyers hold, after every commit of orders: no more than one may, and all of it listed.

use std::collections::{BTreeMap, BTreeSet};

use contract::{TicketId, UserId};
use orders::{Holdings, Order};
use store::engine::Batch;
use testing::checker::Rule;

use super::{Watch, each};
use crate::engines::HOLD_LIMIT;

impl Watch {
    pub(super) fn holds_committed(&mut self, batch: &Batch) {
        let mut touched = BTreeSet::new();
        each(batch, |holdings: Holdings| {
            self.holdings.insert(holdings.buyer, holdings);
        });
        each(batch, |order: Order| {
            touched.insert(order.state.buyer);
        });
        for buyer in touched {
            self.check_holds(buyer);
        }
    }

    fn check_holds(&mut self, buyer: UserId) {
        let listed = self.holdings.get(&buyer);
        let is_listed = |order: &Order| {
            order.state.items.iter().all(|item| {
                let holds = listed.into_iter().flat_map(|holdings| &holdings.holds);
                let mut of_order = holds.filter(|hold| hold.order_id == order.state.id);
                of_order.any(|hold| (hold.ticket_id, hold.units) == (item.ticket_id, item.quantity))
            })
        };
        let mut held: BTreeMap<TicketId, u32> = BTreeMap::new();
        let mut lines = Vec::new();
        // One whose deadline has passed holds nothing for its buyer any more, even if nobody has looked at it yet.
        let active = self.orders.values().filter(|order| {
            let is_ahead = Some(order.state.expires_at) > self.latest;
            order.state.buyer == buyer && order.is_active() && is_ahead
        });
        for order in active {
            for item in &order.state.items {
                *held.entry(item.ticket_id).or_default() += item.quantity;
            }
            if !is_listed(order) {
                lines.push(format!("order {} is not among {listed:?}", order.state.id));
            }
        }
        for (ticket, units) in held.into_iter().filter(|(_, units)| *units > HOLD_LIMIT) {
            lines.push(format!("{buyer} holds {units} of ticket {ticket}, more than {HOLD_LIMIT}"));
        }
        for line in lines {
            self.note(Rule::HoldLimit, line);
        }
    }
}
