//! Exports and erasures of a buyer or seller. An erasure deletes the list of holds. Orders remain,
//! because the books refer to them, and so does the copy of a seller's account, which contains only
//! its id.

use contract::UserId;
use contract::part::Obstacle;
use service::person::{Part, PersonalData, delete};
use store::{Query, Unavailable};

use crate::Ports;
use crate::domain::{Holdings, Order, Seller};

/// Orders searched for an active one: far more than a buyer can place within the lifetime of an
/// unpaid order.
const RECENT: u32 = 1_000;

impl PersonalData for Ports {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        let orders = Query::on("by_buyer").equals(user).descending();
        part.query::<Order>(&self.store, orders, &[]).await?;
        part.find::<Holdings>(&self.store, &user.to_string()).await?;
        part.find::<Seller>(&self.store, &user.to_string()).await
    }

    async fn obstacles(&self, user: UserId, _: bool) -> Result<Vec<Obstacle>, Unavailable> {
        let recent = Query::on("by_buyer").equals(user).descending().limit(RECENT);
        let recent: Vec<Order> = self.store.query(recent).await?;
        let is_open = recent.iter().any(Order::is_active);
        Ok(is_open.then_some(Obstacle::OpenOrders).into_iter().collect())
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        delete::<Holdings>(&self.store, vec![user.to_string()]).await
    }
}
