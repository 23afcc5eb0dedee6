//! payment.refunded: units that go back to sale are taken out of the order and put on sale again.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{PaymentState, REFUNDED};

use crate::Ports;
use crate::stock;

pub(super) const TYPES: &[MessageType<PaymentState>] = &[REFUNDED];

pub(super) async fn on_payment_refunded(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    let PaymentState { id, order_id, returned, .. } = received.state;
    let taken_back = ports.store.transact(move |tx| stock::take_back(tx, order_id, id, &returned));
    Ok(super::handled(taken_back.await?))
}
