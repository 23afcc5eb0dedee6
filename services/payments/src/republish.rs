//! What others keep copies of, published again as it stands.

use contract::MessageType;
use contract::payment::{AUTHORIZED, CAPTURED, DECLINED, PaymentState, STARTED, VOIDED};
use service::Republishing;
use store::Unavailable;

use crate::domain::{Payment, State};

/// Publishes every payment again; answers how many messages.
///
/// # Errors
/// [`Unavailable`] when the store or the bus does not answer; doing it again does no harm.
pub async fn republish(republishing: &Republishing) -> Result<u64, Unavailable> {
    let message = |payment: &Payment| Some(message_type(&payment.state).of(payment.public_state()));
    republishing.all(message).await
}

/// The message that told of a state first; what is decided and not yet done was last told of as authorised.
const fn message_type(state: &State) -> MessageType<PaymentState> {
    match state {
        State::Started { .. } => STARTED,
        State::Authorized { .. } | State::Capturing { .. } | State::Voiding { .. } => AUTHORIZED,
        State::Captured { .. } => CAPTURED,
        State::Voided { .. } => VOIDED,
        State::Declined { .. } => DECLINED,
    }
}
