//! Repeated publication of the payments of orders.

use service::Republisher;
use store::Unavailable;

use crate::commands::pay::message_type;
use crate::domain::Payment;

/// Publishes every payment of an order again; returns the number of messages.
///
/// # Errors
/// [`Unavailable`] if the store or the bus is unavailable; the operation can be repeated.
pub async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    let message =
        |payment: &Payment| payment.public_state().map(|state| message_type(&state).of(state));
    republishing.all(message).await
}
