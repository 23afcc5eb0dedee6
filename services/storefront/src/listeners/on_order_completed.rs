//! order.completed: the page of the order shows it.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::order::{COMPLETED, OrderState};

use super::tell_of_order;
use crate::Ports;

pub(super) const TYPES: &[MessageType<OrderState>] = &[COMPLETED];

pub(super) async fn on_order_completed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    tell_of_order(&ports, received.state, COMPLETED.name()).await
}
