//! payment.authorized: the order accepts the payment if it is in time. Otherwise payments voids it
//! when the message of the order arrives.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{AUTHORIZED, PaymentState};

use crate::Ports;
use crate::domain::Command;
use crate::stock;

pub(super) const TYPES: &[MessageType<PaymentState>] = &[AUTHORIZED];

pub(super) async fn on_payment_authorized(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    let payment = received.state;
    let PaymentState { id: payment_id, buyer, amount, .. } = payment;
    let command = Command::AcceptPayment { payment_id, buyer, amount };
    let cause = super::caused_by(&payment);
    super::decided(&ports, move |tx| stock::payment::command(tx, &payment, command, &cause)).await
}
