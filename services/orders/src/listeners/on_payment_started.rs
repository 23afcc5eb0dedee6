//! payment.started: the order awaits the payment; a near deadline is extended once.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{PaymentState, STARTED};

use crate::Ports;
use crate::domain::Command;
use crate::stock;

pub(super) const TYPES: &[MessageType<PaymentState>] = &[STARTED];

pub(super) async fn on_payment_started(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    let (payment, extension) = (received.state, ports.settings.payment_extension);
    let command = Command::AwaitPayment { payment_id: payment.id, extension };
    let cause = super::caused_by(&payment);
    super::decided(&ports, move |tx| stock::payment::command(tx, &payment, command, &cause)).await
}
