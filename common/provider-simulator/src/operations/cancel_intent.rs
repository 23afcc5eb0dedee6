//! `POST /v1/payment_intents/{id}/cancel`

use serde_json::Value;

use crate::error::ApiError;
use crate::fields::Fields;
use crate::happening::Cause;
use crate::intent::State;
use crate::release;
use crate::world::World;

const REASONS: &[(&str, &str)] = &[
    ("duplicate", "duplicate"),
    ("fraudulent", "fraudulent"),
    ("requested_by_customer", "requested_by_customer"),
    ("abandoned", "abandoned"),
];

/// Gives a payment intent up. One whose money was taken, that a bank thinks about, or that is given up already is refused.
pub(super) fn cancel_intent(
    id: &str,
    mut fields: Fields<'_>,
    world: &mut World,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let intent = world.find_intent(id, "intent")?;
    let reason = fields.choice("cancellation_reason", REASONS)?;
    fields.finish()?;
    let held = match &intent.state {
        State::RequiresPaymentMethod { .. }
        | State::RequiresConfirmation { .. }
        | State::RequiresAction { .. } => None,
        State::RequiresCapture { charge } => Some(charge.clone()),
        State::Processing { .. } | State::Succeeded { .. } | State::Canceled { .. } => {
            let message = format!(
                "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the \
                 following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, \
                 requires_action.",
                intent.status().name()
            );
            return Err(ApiError::unexpected_state(message, world.view(&intent)));
        }
    };
    Ok(release::release(intent, held, reason, world, cause))
}
