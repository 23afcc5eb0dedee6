//! Republishes the present states that other services copy.

use contract::{sale, show_refunds};
use service::Republisher;
use store::Unavailable;

use crate::commands::pay::message_type;
use crate::domain::{Payment, Sale, ShowRefunds};

/// Publishes every payment of an order, every sale, and the refunds of every cancelled show again.
/// Returns the number of messages.
///
/// # Errors
/// [`Unavailable`] if the store or the bus is unreachable; a repeat is harmless.
pub(crate) async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    let payments = republishing.all(|payment: &Payment| {
        payment.public_state().map(|state| message_type(&state).of(state))
    });
    let sales = republishing
        .all(|sale: &Sale| sale.resale.is_none().then(|| sale::CHANGED.of(sale.state.clone())));
    let refunds = republishing.all(|show: &ShowRefunds| {
        (show.state.version > 0 && !show.is_resale).then(|| show_refunds::CHANGED.of(show.state))
    });
    Ok(payments.await? + sales.await? + refunds.await?)
}
