//! One attempt to charge a card for a payment intent.

use std::time::Duration;

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::views;
use crate::events::event::{Cause, EventType};
use crate::state::account::{Account, DueAction, Outcome, Source};
use crate::state::card::{
    BankResponse, DECLINED_AFTER_PROCESSING, Decline, NOT_AUTHENTICATED, PaymentMethod,
};
use crate::state::intent::{CaptureMethod, Charge, Failed, Intent, Redirects, State};
use crate::state::ledger::EntryKind;

/// An authorisation expires after this time (Stripe: seven days for most cards online).
const HELD_FOR: Duration = Duration::from_hours(7 * 24);

/// A card, and the URL that its owner returns to after a challenge.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) method: PaymentMethod,
    pub(crate) return_url: Option<String>,
}

/// Checks that a payment intent can be confirmed in its state.
///
/// # Errors
/// The state does not permit a confirmation.
pub(crate) fn check_confirmable(intent: &Intent, account: &Account) -> Result<(), ApiError> {
    match &intent.state {
        State::RequiresPaymentMethod { .. }
        | State::RequiresConfirmation { .. }
        | State::RequiresAction { .. } => Ok(()),
        State::Processing { .. }
        | State::RequiresCapture { .. }
        | State::Succeeded { .. }
        | State::Canceled { .. } => {
            let status = intent.status().name();
            let message = format!(
                "You cannot confirm this PaymentIntent because it has a status of {status}."
            );
            Err(ApiError::unexpected_state(message, account.view(intent)))
        }
    }
}

/// Checks that a `return_url` is present where a payment method may redirect the payer.
///
/// # Errors
/// A missing `return_url`.
pub(crate) fn check_return_url(
    redirects: Redirects,
    return_url: Option<&str>,
) -> Result<(), ApiError> {
    match (redirects, return_url) {
        (Redirects::Always, None) => {
            let message = "This PaymentIntent accepts payment methods that may redirect your customer off of your page, so \
                           you must provide a `return_url`, or set `automatic_payment_methods[allow_redirects]` to \
                           `never`, or list `allowed_payment_method_types`.";
            Err(ApiError::invalid("return_url", message))
        }
        (Redirects::Always | Redirects::Listed | Redirects::Never, _) => Ok(()),
    }
}

/// Sends the payment to the card's bank and returns the changed payment intent.
///
/// # Errors
/// The bank declined.
pub(crate) fn attempt(
    mut intent: Intent,
    attempt: Attempt,
    account: &mut Account,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let Attempt { method, return_url } = attempt;
    match method.card.bank {
        BankResponse::Approves => Ok(approve(intent, method, account, cause)),
        BankResponse::Declines(why) => Err(decline(intent, method, why, account, cause)),
        BankResponse::Challenges(_) => {
            intent.state = State::RequiresAction { method, return_url };
            Ok(account.change_intent(EventType::IntentRequiresAction, intent, cause))
        }
        BankResponse::Processes => {
            intent.state = State::Processing { method };
            Ok(account.change_intent(EventType::IntentProcessing, intent, cause))
        }
    }
}

/// Records the result of a challenge.
pub(crate) fn finish_challenge(
    intent: Intent,
    method: PaymentMethod,
    outcome: Outcome,
    account: &mut Account,
    cause: &Cause,
) {
    let after = match method.card.bank {
        BankResponse::Challenges(after) => after,
        BankResponse::Approves | BankResponse::Declines(_) | BankResponse::Processes => None,
    };
    match (outcome, after) {
        (Outcome::Succeeded, None) => _ = approve(intent, method, account, cause),
        (Outcome::Succeeded, Some(why)) => _ = decline(intent, method, why, account, cause),
        (Outcome::Failed, _) => {
            let failed = Failed { why: &NOT_AUTHENTICATED, method, charge: None };
            let state = State::RequiresPaymentMethod { failed: Some(failed) };
            let intent = Intent { state, ..intent };
            account.change_intent(EventType::IntentPaymentFailed, intent, cause);
        }
    }
}

/// Records the bank's decision on a payment that was processing.
pub(crate) fn finish_processing(
    intent: Intent,
    method: PaymentMethod,
    outcome: Outcome,
    account: &mut Account,
    cause: &Cause,
) {
    match outcome {
        Outcome::Succeeded => _ = approve(intent, method, account, cause),
        Outcome::Failed => _ = decline(intent, method, DECLINED_AFTER_PROCESSING, account, cause),
    }
}

fn approve(
    mut intent: Intent,
    method: PaymentMethod,
    account: &mut Account,
    cause: &Cause,
) -> Value {
    let id = account.ids.next("ch");
    let mut charge = Charge { id, method, created: cause.at, captured: 0, refunded: 0 };
    account.enter(EntryKind::Authorized, &intent, Source::Intent, intent.amount, cause.at);
    let event_type = match intent.capture_method {
        CaptureMethod::Manual => {
            let expiry = DueAction::Expiry { intent: intent.id.clone() };
            account.schedule(cause.at.plus(HELD_FOR), expiry);
            intent.state = State::RequiresCapture { charge: charge.clone() };
            EventType::IntentAmountCapturableUpdated
        }
        CaptureMethod::Automatic => {
            charge.captured = intent.amount;
            account.enter(EntryKind::Captured, &intent, Source::Intent, intent.amount, cause.at);
            intent.state = State::Succeeded { charge: charge.clone() };
            EventType::IntentSucceeded
        }
    };
    account.emit_charge(EventType::ChargeSucceeded, &intent, &charge, cause);
    account.change_intent(event_type, intent, cause)
}

fn decline(
    intent: Intent,
    method: PaymentMethod,
    why: &'static Decline,
    account: &mut Account,
    cause: &Cause,
) -> ApiError {
    let charge = account.ids.next("ch");
    let shown = views::payment_method(&method, intent.created);
    let failed = Failed { why, method, charge: Some(charge.clone()) };
    let state = State::RequiresPaymentMethod { failed: Some(failed) };
    let intent = Intent { state, ..intent };
    let intent = account.change_intent(EventType::IntentPaymentFailed, intent, cause);
    ApiError::declined(why, &charge, intent, shown)
}
