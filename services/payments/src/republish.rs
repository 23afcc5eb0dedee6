//! What others keep copies of, published again as it stands.

use service::Republishing;
use store::Unavailable;

use crate::domain::Payment;
use crate::settling::message_type;

/// Publishes every payment of an order again; answers how many messages.
///
/// # Errors
/// [`Unavailable`] when the store or the bus does not answer; doing it again does no harm.
pub async fn republish(republishing: &Republishing) -> Result<u64, Unavailable> {
    let message =
        |payment: &Payment| payment.public_state().map(|state| message_type(&state).of(state));
    republishing.all(message).await
}
