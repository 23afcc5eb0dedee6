//! The end of a payment intent without a capture: the authorised amount is released.

use serde_json::Value;

use crate::events::event::{Cause, EventType};
use crate::state::account::{Account, Source};
use crate::state::intent::{Charge, Intent, State};
use crate::state::ledger::EntryKind;

/// Cancels a payment intent, and releases its authorised amount.
///
/// Since 2025-03-31 Stripe does not report this as a refund: the charge does not change, and no
/// event is sent for it.
pub(crate) fn release(
    mut intent: Intent,
    held: Option<Charge>,
    reason: Option<&'static str>,
    account: &mut Account,
    cause: &Cause,
) -> Value {
    if held.is_some() {
        account.enter(EntryKind::Released, &intent, Source::Intent, intent.amount, cause.at);
    }
    intent.is_canceled_by_operator = account.is_foreign;
    intent.state = State::Canceled { at: cause.at, reason, released: held };
    account.change_intent(EventType::IntentCanceled, intent, cause)
}

/// Expires an authorisation that was not captured in time. Has no effect in any other state.
pub(crate) fn expire(intent: &str, account: &mut Account, cause: &Cause) {
    let Some(intent) = account.intents.get(intent).cloned() else { return };
    let State::RequiresCapture { charge } = intent.state.clone() else { return };
    account.emit_charge(EventType::ChargeExpired, &intent, &charge, cause);
    release(intent, Some(charge), Some("expired"), account, cause);
}
