//! payment.refunded: units that return to sale move from the order to its inventories.

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
    let cause = super::caused_by(&received.state);
    let PaymentState { id, order_id, returned, .. } = received.state;
    super::decided(&ports, move |tx| stock::take_back(tx, order_id, id, &returned, &cause)).await
}
