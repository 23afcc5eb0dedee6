//! The end of a payment intent without money: what was held is let go.

use serde_json::Value;

use crate::happening::{Cause, EventType};
use crate::intent::{Charge, Intent, State};
use crate::ledger::EntryKind;
use crate::world::World;

/// Cancels a payment intent, and lets go of what it holds.
///
/// Since 2025-03-31 that is no refund at Stripe: its charge stays as it was, and there is no event about it.
pub(crate) fn release(
    mut intent: Intent,
    held: Option<Charge>,
    reason: Option<&'static str>,
    world: &mut World,
    cause: &Cause,
) -> Value {
    if held.is_some() {
        world.enter(EntryKind::Released, &intent, intent.amount, cause.at);
    }
    intent.is_canceled_by_operator = world.is_foreign;
    intent.state = State::Canceled { at: cause.at, reason, released: held };
    world.tell_intent(EventType::IntentCanceled, &intent, cause);
    let view = world.view(&intent);
    world.save_intent(intent);
    view
}

/// Nobody captured in time. One that is not waiting for it any more stays as it is.
pub(crate) fn expire(intent: &str, world: &mut World, cause: &Cause) {
    let Some(intent) = world.intent(intent).cloned() else { return };
    let State::RequiresCapture { charge } = intent.state.clone() else { return };
    world.tell_charge(EventType::ChargeExpired, &intent, &charge, cause);
    release(intent, Some(charge), Some("expired"), world, cause);
}
