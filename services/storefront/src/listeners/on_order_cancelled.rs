//! order.cancelled: the page of the order shows it.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::order::{CANCELLED, OrderState};

use crate::Ports;
use crate::live::send_order_to_buyer;

pub(super) const TYPES: &[MessageType<OrderState>] = &[CANCELLED];

pub(super) async fn on_order_cancelled(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    send_order_to_buyer(&ports, received.state, CANCELLED.name()).await
}
