//! order.cancelled: the page of the order shows it.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::order::{CANCELLED, OrderState};

use super::tell_of_order;
use crate::Ports;

pub(super) const TYPES: &[MessageType<OrderState>] = &[CANCELLED];

pub(super) async fn on_order_cancelled(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    tell_of_order(&ports, received.state, CANCELLED.name()).await
}
