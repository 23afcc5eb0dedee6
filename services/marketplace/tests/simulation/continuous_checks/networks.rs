//! Counts of networks, after every commit of orders: each equals the held units of the network's
//! active orders, and a count that grows is within the network's share.

use std::collections::BTreeMap;

use contract::TicketId;
use orders::NetworkHolds;
use orders::domain::NetworkShare;
use store::Document as _;
use store::batch::Batch;
use testing::checker::Rule;

use super::{ContinuousChecks, each, removed};
use crate::engines::{HOLD_LIMIT, NETWORK_HOLD_SHARE};

impl ContinuousChecks {
    pub(super) fn networks_committed(&mut self, batch: &Batch) {
        let mut written = Vec::new();
        each(batch, |count: NetworkHolds| written.push(count));
        for count in written {
            let known = self.networks.insert(count.document_id(), count.clone());
            let grew = known.is_none_or(|known| known.held < count.held);
            let ceiling = self.ceiling(count.ticket_id);
            self.expect(!grew || count.held <= ceiling, Rule::HoldLimit, || {
                format!("more than {ceiling} are held from one network: {count:?}")
            });
        }
        let gone: Vec<String> = removed::<NetworkHolds>(batch).map(str::to_owned).collect();
        for id in gone {
            self.networks.remove(&id);
        }
        let mut held: BTreeMap<String, u32> = BTreeMap::new();
        for order in self.orders.values() {
            let ended = !order.is_active() && order.network.is_some();
            assert!(!ended, "{order:?} has ended and names its network");
            let Some(network) = &order.network else { continue };
            for item in &order.state.items {
                let id = NetworkHolds::id_of(item.ticket_id, network);
                *held.entry(id).or_default() += item.quantity;
            }
        }
        let counted: BTreeMap<String, u32> =
            self.networks.iter().map(|(id, count)| (id.clone(), count.held)).collect();
        self.expect(counted == held, Rule::HoldLimit, || {
            format!("networks are counted as {counted:?}, their orders hold {held:?}")
        });
    }

    /// The number of units of a ticket that a network may hold.
    fn ceiling(&self, ticket: TicketId) -> u32 {
        let percent = NETWORK_HOLD_SHARE.try_into().expect("the share is not zero");
        let share = NetworkShare { percent, per_buyer: HOLD_LIMIT.try_into().ok() };
        let capacity = self.inventories.get(&ticket).map_or(0, orders::Inventory::capacity);
        share.ceiling(capacity)
    }
}
