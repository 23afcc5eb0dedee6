//! expiration.complete: a hint that a deadline has passed; the order looks at the time itself.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::expiration::{COMPLETE, ExpirationState};

use crate::Ports;
use crate::domain::Command;

pub(super) const TYPES: &[MessageType<ExpirationState>] = &[COMPLETE];

pub(super) async fn on_expiration_complete(
    ports: Ports,
    received: Received<ExpirationState>,
) -> Result<Handled, Undeliverable> {
    super::command(&ports, received.state.order_id, Command::Expire).await
}
