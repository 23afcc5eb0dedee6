//! One attempt to get the money of a payment intent from a card.

use std::time::Duration;

use serde_json::Value;

use crate::card::{AFTER_PONDERING, Bank, Decline, NOT_AUTHENTICATED, PaymentMethod};
use crate::error::ApiError;
use crate::happening::{Cause, EventType};
use crate::intent::{CaptureMethod, Charge, Failed, Intent, Redirects, State};
use crate::ledger::EntryKind;
use crate::views;
use crate::world::{Due, Outcome, World};

/// Held money is let go after this time (Stripe: seven days for most cards online).
const HELD_FOR: Duration = Duration::from_hours(7 * 24);

/// A card, and where its customer is to come back to.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) method: PaymentMethod,
    pub(crate) return_url: Option<String>,
}

/// Whether a payment intent can be confirmed at all.
///
/// # Errors
/// It is not in a state for it.
pub(crate) fn confirmable(intent: &Intent, world: &World) -> Result<(), ApiError> {
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
            Err(ApiError::unexpected_state(message, world.view(intent)))
        }
    }
}

/// Whether a customer who is sent elsewhere can come back.
///
/// # Errors
/// Names the parameter.
pub(crate) fn way_back(redirects: Redirects, return_url: Option<&str>) -> Result<(), ApiError> {
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

/// Asks the card's bank. The answer is the payment intent as it is then.
///
/// # Errors
/// The bank's no.
pub(crate) fn attempt(
    mut intent: Intent,
    attempt: Attempt,
    world: &mut World,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let Attempt { method, return_url } = attempt;
    match method.card.bank {
        Bank::Approves => Ok(approve(intent, method, world, cause)),
        Bank::Declines(why) => Err(decline(intent, method, why, world, cause)),
        Bank::Challenges(_) => {
            intent.state = State::RequiresAction { method, return_url };
            Ok(save(intent, EventType::IntentRequiresAction, world, cause))
        }
        Bank::Ponders => {
            intent.state = State::Processing { method };
            Ok(save(intent, EventType::IntentProcessing, world, cause))
        }
    }
}

/// Ends a challenge.
pub(crate) fn challenged(
    intent: Intent,
    method: PaymentMethod,
    outcome: Outcome,
    world: &mut World,
    cause: &Cause,
) {
    let after = match method.card.bank {
        Bank::Challenges(after) => after,
        Bank::Approves | Bank::Declines(_) | Bank::Ponders => None,
    };
    match (outcome, after) {
        (Outcome::Succeeded, None) => _ = approve(intent, method, world, cause),
        (Outcome::Succeeded, Some(why)) => _ = decline(intent, method, why, world, cause),
        (Outcome::Failed, _) => {
            let failed = Failed { why: &NOT_AUTHENTICATED, method, charge: None };
            let state = State::RequiresPaymentMethod { failed: Some(failed) };
            save(Intent { state, ..intent }, EventType::IntentPaymentFailed, world, cause);
        }
    }
}

/// Ends a bank's pondering.
pub(crate) fn pondered(
    intent: Intent,
    method: PaymentMethod,
    outcome: Outcome,
    world: &mut World,
    cause: &Cause,
) {
    match outcome {
        Outcome::Succeeded => _ = approve(intent, method, world, cause),
        Outcome::Failed => _ = decline(intent, method, AFTER_PONDERING, world, cause),
    }
}

fn approve(mut intent: Intent, method: PaymentMethod, world: &mut World, cause: &Cause) -> Value {
    let id = world.ids.next("ch");
    let mut charge = Charge { id, method, created: cause.at, captured: 0, refunded: 0 };
    world.enter(EntryKind::Authorized, &intent, intent.amount, cause.at);
    let event_type = match intent.capture_method {
        CaptureMethod::Manual => {
            let expiry = Due::Expiry { intent: intent.id.clone() };
            world.schedule(cause.at.plus(HELD_FOR), expiry);
            intent.state = State::RequiresCapture { charge: charge.clone() };
            EventType::IntentAmountCapturableUpdated
        }
        CaptureMethod::Automatic => {
            charge.captured = intent.amount;
            world.enter(EntryKind::Captured, &intent, intent.amount, cause.at);
            intent.state = State::Succeeded { charge: charge.clone() };
            EventType::IntentSucceeded
        }
    };
    world.tell_charge(EventType::ChargeSucceeded, &intent, &charge, cause);
    save(intent, event_type, world, cause)
}

fn decline(
    intent: Intent,
    method: PaymentMethod,
    why: &'static Decline,
    world: &mut World,
    cause: &Cause,
) -> ApiError {
    let charge = world.ids.next("ch");
    let shown = views::payment_method(&method, intent.created);
    let failed = Failed { why, method, charge: Some(charge.clone()) };
    let state = State::RequiresPaymentMethod { failed: Some(failed) };
    let intent = save(Intent { state, ..intent }, EventType::IntentPaymentFailed, world, cause);
    ApiError::declined(why, &charge, intent, shown)
}

fn save(intent: Intent, event_type: EventType, world: &mut World, cause: &Cause) -> Value {
    world.tell_intent(event_type, &intent, cause);
    let view = world.view(&intent);
    world.save_intent(intent);
    view
}
