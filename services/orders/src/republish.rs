//! What others keep copies of, published again as it stands.

use contract::inventory;
use service::Republisher;
use store::Unavailable;

use crate::domain::{Inventory, Order};
use crate::stock::message_type;

/// Publishes every order and every inventory again; answers how many messages.
///
/// # Errors
/// [`Unavailable`] when the store or the bus does not answer; doing it again does no harm.
pub async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    let orders =
        republishing.all(|Order { state, .. }| Some(message_type(state.status).of(state.clone())));
    let inventories =
        republishing.all(|inventory: &Inventory| Some(inventory::CHANGED.of(inventory.state())));
    Ok(orders.await? + inventories.await?)
}
