//! order.completed: the page of the order shows it.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::order::{COMPLETED, OrderState};

use crate::Ports;
use crate::live::send_order_to_buyer;

pub(super) const TYPES: &[MessageType<OrderState>] = &[COMPLETED];

pub(super) async fn on_order_completed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    send_order_to_buyer(&ports, received.state, COMPLETED.name()).await
}
