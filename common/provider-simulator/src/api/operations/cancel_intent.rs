//! `POST /v1/payment_intents/{id}/cancel`

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::events::event::Cause;
use crate::state::account::Account;
use crate::state::intent::State;
use crate::state::release;

const REASONS: &[(&str, &str)] = &[
    ("duplicate", "duplicate"),
    ("fraudulent", "fraudulent"),
    ("requested_by_customer", "requested_by_customer"),
    ("abandoned", "abandoned"),
];

/// Cancels a payment intent. Rejects one that is captured, processing or already cancelled.
pub(super) fn cancel_intent(
    id: &str,
    mut fields: Fields<'_>,
    account: &mut Account,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let intent = account.find_intent(id, "intent")?;
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
            return Err(ApiError::unexpected_state(message, account.view(&intent)));
        }
    };
    Ok(release::release(intent, held, reason, account, cause))
}
