//! Subscriptions, one file each.

mod on_expiration_complete;
mod on_payment_authorized;
mod on_payment_ended;
mod on_payment_refunded;
mod on_payment_started;
mod on_revision_requested;
mod on_show_revision_requested;
mod on_ticket_changed;
mod on_user_changed;

use bus::{Handled, Undeliverable};
use contract::State;
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Cause, Refusal};
use crate::stock::Effect;

::service::listeners! { crate::NAME, crate::Ports;
    on_ticket_changed,
    on_revision_requested,
    on_show_revision_requested,
    on_payment_started,
    on_payment_authorized,
    on_payment_ended,
    on_payment_refunded,
    on_expiration_complete,
    on_user_changed,
}

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
