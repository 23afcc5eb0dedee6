//! Exports and erasures of a buyer or seller: the list of holds is deleted; orders remain, as they belong to the books, and so does the
//! standing of a seller, which nothing but the id of the account names.

use contract::UserId;
use contract::part::Obstacle;
use service::person::{Part, PersonalData, delete};
use store::{Query, Store, Unavailable};

use crate::domain::{Holdings, Order, Seller};

/// Orders looked through for one that is active: far more than a buyer can place within the time that an unpaid order lasts.
const RECENT: u32 = 1_000;

/// What orders stores about buyers.
#[derive(Clone)]
pub(crate) struct Buyers {
    store: Store,
}

impl Buyers {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }
}

impl PersonalData for Buyers {
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
