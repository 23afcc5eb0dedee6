//! `POST /v1/payment_intents/{id}/capture`

use serde_json::Value;

use crate::amount;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::happening::{Cause, EventType};
use crate::intent::{Intent, State};
use crate::ledger::EntryKind;
use crate::world::World;

/// Takes money that is held, all of it or a part; what is not taken is let go.
pub(super) fn capture_intent(
    id: &str,
    mut fields: Fields<'_>,
    world: &mut World,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let mut intent = world.find_intent(id, "intent")?;
    let asked = fields.integer("amount_to_capture")?;
    let metadata = fields.metadata()?;
    fields.finish()?;
    if let Some(asked) = asked {
        amount::positive("amount_to_capture", asked)?;
    }
    let mut charge = capturable(&intent, world)?;
    let amount = asked.unwrap_or(intent.amount);
    if amount > intent.amount {
        let held = intent.amount;
        let message =
            format!("The amount to capture, {amount}, is greater than the {held} that can be.");
        return Err(ApiError::refused(Some("amount_too_large"), "amount_to_capture", message));
    }
    intent.metadata.extend(metadata);
    charge.captured = amount;
    world.enter(EntryKind::Captured, &intent, amount, cause.at);
    if amount < intent.amount {
        world.enter(EntryKind::Released, &intent, intent.amount - amount, cause.at);
    }
    world.tell_charge(EventType::ChargeCaptured, &intent, &charge, cause);
    intent.state = State::Succeeded { charge };
    world.tell_intent(EventType::IntentSucceeded, &intent, cause);
    let view = world.view(&intent);
    world.save_intent(intent);
    Ok(view)
}

fn capturable(intent: &Intent, world: &World) -> Result<crate::intent::Charge, ApiError> {
    let message = match &intent.state {
        State::RequiresCapture { charge } => return Ok(charge.clone()),
        State::Succeeded { .. } => {
            "This PaymentIntent could not be captured because it has already been captured."
                .to_owned()
        }
        State::RequiresPaymentMethod { .. }
        | State::RequiresConfirmation { .. }
        | State::RequiresAction { .. }
        | State::Processing { .. }
        | State::Canceled { .. } => format!(
            "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of the \
             following statuses may be captured: requires_capture.",
            intent.status().name()
        ),
    };
    Err(ApiError::unexpected_state(message, world.view(intent)))
}
