//! The course of a payment intent: an attempt to charge a card, and the release of the amount.

use std::time::Duration;

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::views;
use crate::events::event::EventType;
use crate::state::account::{Account, DueAction, Source};
use crate::state::card::{
    BankResponse, DECLINED_AFTER_PROCESSING, Decline, NOT_AUTHENTICATED, PaymentMethod,
};
use crate::state::ledger::EntryKind;
use crate::state::objects::{CaptureMethod, Charge, Failed, Intent, Outcome, State};

/// An authorisation expires after this time (Stripe: seven days for most cards online).
const HELD_FOR: Duration = Duration::from_hours(7 * 24);

/// Sends the payment to the card's bank and returns the changed payment intent.
///
/// # Errors
/// The bank declined.
pub(crate) fn attempt(
    account: &mut Account,
    mut intent: Intent,
    method: PaymentMethod,
    return_url: Option<&str>,
) -> Result<Value, ApiError> {
    let event_type = match method.card.bank {
        BankResponse::Approves => return Ok(approve(account, intent, method)),
        BankResponse::Declines(why) => return Err(decline(account, intent, method, why)),
        BankResponse::Challenges(_) => {
            let return_url = return_url.map(str::to_owned);
            intent.state = State::RequiresAction { method, return_url };
            EventType::IntentRequiresAction
        }
        BankResponse::Processes => {
            intent.state = State::Processing { method };
            EventType::IntentProcessing
        }
    };
    Ok(account.change_intent(event_type, intent))
}

/// Records the result of a challenge. Returns whether the payment intent required one.
pub(crate) fn finish_challenge(account: &mut Account, id: &str, outcome: Outcome) -> bool {
    let Some(mut intent) = account.intents.get(id).cloned() else { return false };
    let State::RequiresAction { method, .. } = intent.state.clone() else { return false };
    match (outcome, method.card.bank) {
        (Outcome::Succeeded, BankResponse::Challenges(Some(why))) => {
            decline(account, intent, method, why);
        }
        (Outcome::Succeeded, _) => _ = approve(account, intent, method),
        (Outcome::Failed, _) => {
            let failed = Failed { why: &NOT_AUTHENTICATED, method, charge: None };
            intent.state = State::RequiresPaymentMethod { failed: Some(failed) };
            account.change_intent(EventType::IntentPaymentFailed, intent);
        }
    }
    true
}

/// Records the bank's decision on a payment. Returns whether it was processing.
pub(crate) fn finish_processing(account: &mut Account, id: &str, outcome: Outcome) -> bool {
    let Some(intent) = account.intents.get(id).cloned() else { return false };
    let State::Processing { method } = intent.state.clone() else { return false };
    match outcome {
        Outcome::Succeeded => _ = approve(account, intent, method),
        Outcome::Failed => _ = decline(account, intent, method, DECLINED_AFTER_PROCESSING),
    }
    true
}

fn approve(account: &mut Account, mut intent: Intent, method: PaymentMethod) -> Value {
    let (id, at) = (account.ids.next("ch"), account.cause.at);
    let mut charge = Charge { id, method, created: at, captured: 0, refunded: 0 };
    account.enter(EntryKind::Authorized, &intent, Source::Intent, intent.amount);
    let event_type = match intent.capture_method {
        CaptureMethod::Manual => {
            let expiry = DueAction::Expiry { intent: intent.id.clone() };
            account.schedule(at.plus(HELD_FOR), expiry);
            intent.state = State::RequiresCapture { charge: charge.clone() };
            EventType::IntentAmountCapturableUpdated
        }
        CaptureMethod::Automatic => {
            charge.captured = intent.amount;
            account.enter(EntryKind::Captured, &intent, Source::Intent, intent.amount);
            intent.state = State::Succeeded { charge: charge.clone() };
            EventType::IntentSucceeded
        }
    };
    account.emit_charge(EventType::ChargeSucceeded, &intent, &charge);
    account.change_intent(event_type, intent)
}

fn decline(
    account: &mut Account,
    mut intent: Intent,
    method: PaymentMethod,
    why: &'static Decline,
) -> ApiError {
    let charge = account.ids.next("ch");
    let shown = views::payment_method(&method, intent.created);
    let failed = Failed { why, method, charge: Some(charge.clone()) };
    intent.state = State::RequiresPaymentMethod { failed: Some(failed) };
    let intent = account.change_intent(EventType::IntentPaymentFailed, intent);
    ApiError::declined(why, &charge, intent, shown)
}

/// Cancels a payment intent, and releases its authorised amount.
///
/// Since 2025-03-31 Stripe does not report this as a refund: the charge does not change, and no
/// event is sent for it.
pub(crate) fn release(
    account: &mut Account,
    mut intent: Intent,
    reason: Option<&'static str>,
) -> Value {
    let released = intent.charge().cloned();
    if released.is_some() {
        account.enter(EntryKind::Released, &intent, Source::Intent, intent.amount);
    }
    intent.is_canceled_by_operator = account.cause.is_foreign;
    intent.state = State::Canceled { at: account.cause.at, reason, released };
    account.change_intent(EventType::IntentCanceled, intent)
}

/// Expires an authorisation that was not captured in time. Has no effect in any other state.
pub(crate) fn expire(account: &mut Account, id: &str) {
    let Some(intent) = account.intents.get(id).cloned() else { return };
    let State::RequiresCapture { charge } = &intent.state else { return };
    account.emit_charge(EventType::ChargeExpired, &intent, charge);
    release(account, intent, Some("expired"));
}
