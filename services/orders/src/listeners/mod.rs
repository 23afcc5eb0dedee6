//! Subscriptions, one file each.

mod on_expiration_complete;
mod on_payment_authorized;
mod on_payment_ended;
mod on_payment_refunded;
mod on_payment_started;
mod on_revision_requested;
mod on_ticket_changed;
mod on_user_changed;

use ::service::{Loop, Platform};
use bus::{Handled, Undeliverable};
use contract::{OrderId, State};
use store::{Stop, Tx, Unavailable};

use crate::domain::{Cause, Command, Refusal};
use crate::stock::{self, Effect};
use crate::{NAME, Ports};

/// Opens every subscription.
pub(crate) async fn all(platform: &Platform, ports: &Ports) -> Result<Vec<Loop>, Unavailable> {
    Ok(::service::listeners! { NAME, platform, ports;
        on_ticket_changed,
        on_revision_requested,
        on_payment_started,
        on_payment_authorized,
        on_payment_ended,
        on_payment_refunded,
        on_expiration_complete,
        on_user_changed,
    })
}

/// Decides a command on an order.
async fn command(
    ports: &Ports,
    order_id: OrderId,
    command: Command,
    cause: Cause,
) -> Result<Handled, Undeliverable> {
    decided(ports, move |tx| stock::command(tx, order_id, command, &cause)).await
}

/// Decides a change of an order.
async fn decided(
    ports: &Ports,
    deciding: impl Fn(&mut Tx<'_>) -> Result<Effect, Stop<Refusal>> + Send + Sync + 'static,
) -> Result<Handled, Undeliverable> {
    let effect = ports.store.transact(deciding).await?;
    effect.count();
    Ok(handled(effect))
}

/// The message of this state, as the cause of a step.
fn caused_by<S: State>(state: &S) -> Cause {
    Cause::Message { id: format!("{}:{}:{}", S::AGGREGATE, state.id(), state.version()) }
}

const fn handled(effect: Effect) -> Handled {
    match effect {
        Effect::Changed(_) | Effect::PaymentsCopied => Handled::Applied,
        Effect::Unchanged => Handled::AlreadyApplied,
    }
}
