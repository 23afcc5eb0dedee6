//! `POST /v1/payment_intents/{id}/capture`

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::events::event::{Cause, EventType};
use crate::state::account::{Account, Source};
use crate::state::amount;
use crate::state::intent::{Intent, State};
use crate::state::ledger::EntryKind;

/// Captures an authorised amount, in full or in part; the rest is released.
pub(super) fn capture_intent(
    id: &str,
    mut fields: Fields<'_>,
    account: &mut Account,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let mut intent = account.find_intent(id, "intent")?;
    let requested = fields.integer("amount_to_capture")?;
    let metadata = fields.metadata()?;
    fields.finish()?;
    if let Some(requested) = requested {
        amount::positive("amount_to_capture", requested)?;
    }
    let mut charge = capturable(&intent, account)?;
    let amount = requested.unwrap_or(intent.amount);
    if amount > intent.amount {
        let held = intent.amount;
        let message =
            format!("The amount to capture, {amount}, is greater than the {held} that can be.");
        return Err(ApiError::refused(Some("amount_too_large"), "amount_to_capture", message));
    }
    intent.metadata.extend(metadata);
    charge.captured = amount;
    account.enter(EntryKind::Captured, &intent, Source::Intent, amount, cause.at);
    if amount < intent.amount {
        let rest = intent.amount - amount;
        account.enter(EntryKind::Released, &intent, Source::Intent, rest, cause.at);
    }
    account.emit_charge(EventType::ChargeCaptured, &intent, &charge, cause);
    intent.state = State::Succeeded { charge };
    Ok(account.change_intent(EventType::IntentSucceeded, intent, cause))
}

fn capturable(
    intent: &Intent,
    account: &Account,
) -> Result<crate::state::intent::Charge, ApiError> {
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
    Err(ApiError::unexpected_state(message, account.view(intent)))
}
