//! expiration.complete: a hint that a deadline has passed. The decision compares the time itself.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::expiration::{COMPLETE, ExpirationState};
use store::Tx;

use crate::Ports;
use crate::domain::{Cause, Command};
use crate::stock;

pub(super) const TYPES: &[MessageType<ExpirationState>] = &[COMPLETE];

pub(super) async fn on_expiration_complete(
    ports: Ports,
    received: Received<ExpirationState>,
) -> Result<Handled, Undeliverable> {
    let ExpirationState { order_id, expires_at, .. } = received.state;
    let expiring =
        move |tx: &mut Tx<'_>| stock::command(tx, order_id, Command::Expire, &Cause::Deadline);
    let handled = super::decided(&ports, expiring).await?;
    if handled == Handled::Applied {
        let lateness = ports.clock.now().since(expires_at);
        metrics::histogram!("order_expiry_lateness_seconds").record(lateness.as_secs_f64());
    }
    Ok(handled)
}
