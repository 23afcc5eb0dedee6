//! Republishes the present states that other services copy.

use contract::{inventory, show_terms};
use service::Republisher;
use store::Unavailable;

use crate::domain::{Inventory, Order, Show};
use crate::stock::message_type;

/// Publishes every order, every inventory and the last outcome of every show again. Returns the
/// number of messages.
///
/// # Errors
/// [`Unavailable`] if the store or the bus is unreachable; a repeat is harmless.
pub async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    let orders =
        republishing.all(|Order { state, .. }| Some(message_type(state.status).of(state.clone())));
    let inventories =
        republishing.all(|inventory: &Inventory| Some(inventory::CHANGED.of(inventory.state())));
    let shows =
        republishing.all(|show: &Show| show.terms().map(|terms| show_terms::CHANGED.of(terms)));
    Ok(orders.await? + inventories.await? + shows.await?)
}
