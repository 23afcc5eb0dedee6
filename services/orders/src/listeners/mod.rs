//! One file a subscription.

mod on_expiration_complete;
mod on_payment_authorized;
mod on_payment_refunded;
mod on_payment_started;
mod on_ticket_changed;

use ::service::Platform;
use bus::{Handled, Listener, Undeliverable};
use contract::OrderId;
use store::Unavailable;

use crate::domain::Command;
use crate::stock::{self, Effect};
use crate::{NAME, Ports};

/// Makes every subscription.
pub(crate) async fn all(platform: &Platform, ports: &Ports) -> Result<Vec<Listener>, Unavailable> {
    Ok(::service::listeners! { NAME, platform, ports;
        on_ticket_changed,
        on_payment_started,
        on_payment_authorized,
        on_payment_refunded,
        on_expiration_complete,
    })
}

/// Has a command on an order decided.
async fn command(
    ports: &Ports,
    order_id: OrderId,
    command: Command,
) -> Result<Handled, Undeliverable> {
    let effect = ports.store.transact(move |tx| stock::command(tx, order_id, command)).await?;
    Ok(handled(effect))
}

const fn handled(effect: Effect) -> Handled {
    match effect {
        Effect::Changed => Handled::Applied,
        Effect::Unchanged => Handled::AlreadyApplied,
    }
}
