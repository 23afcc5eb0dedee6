//! payment.authorized: accepted if it came in time. If not, payments sees it by the order's own message, and voids.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{AUTHORIZED, PaymentState};

use crate::Ports;
use crate::domain::Command;

pub(super) const TYPES: &[MessageType<PaymentState>] = &[AUTHORIZED];

pub(super) async fn on_payment_authorized(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    let PaymentState { id: payment_id, buyer, amount, .. } = received.state;
    let command = Command::AcceptPayment { payment_id, buyer, amount };
    super::command_by_payment(&ports, received.state, command).await
}
