//! Orders, with their copies in payments and their deadlines in expiration.

use expiration::domain::State;
use orders::{Holdings, NetworkHolds, Order};
use payments::OrderCopy;
use store::Unavailable;
use testing::checker::Evidence;
use testing::checker::evidence::{DeadlineFacts, HoldFacts, NetworkCount};

use super::{Reader, every};

impl Reader {
    pub(super) async fn read_orders(&self, evidence: &mut Evidence) -> Result<(), Unavailable> {
        let orders: Vec<Order> = every(self.store(orders::NAME)?).await?;
        let network = |order: &Order| Some((order.state.id, order.network.as_ref()?.to_string()));
        evidence.networks = orders.iter().filter_map(network).collect();
        let counts: Vec<NetworkHolds> = every(self.store(orders::NAME)?).await?;
        evidence.network_counts = counts.iter().map(count).collect();
        evidence.orders = orders.into_iter().map(|order| order.state).collect();
        let holdings: Vec<Holdings> = every(self.store(orders::NAME)?).await?;
        evidence.holds = holdings.iter().flat_map(holds).collect();
        let copies: Vec<OrderCopy> = every(self.store(payments::NAME)?).await?;
        evidence.order_copies = copies.into_iter().map(|copy| copy.order).collect();
        let fact = |deadline: expiration::Deadline| DeadlineFacts {
            order_id: deadline.order_id,
            version: deadline.version,
            expires_at: deadline.expires_at,
            is_pending: deadline.state == State::Pending,
        };
        evidence.deadlines = self.deadlines().await?.into_iter().map(fact).collect();
        Ok(())
    }
}

fn holds(holdings: &Holdings) -> impl Iterator<Item = HoldFacts> {
    holdings.holds.iter().map(|hold| HoldFacts {
        buyer: holdings.buyer,
        order_id: hold.order_id,
        ticket_id: hold.ticket_id,
        units: hold.units,
    })
}

fn count(count: &NetworkHolds) -> NetworkCount {
    let (ticket_id, units) = (count.ticket_id, count.held);
    NetworkCount { ticket_id, network: count.network.to_string(), units }
}
