//! Operations on payment intents.

use serde_json::Value;

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::events::event::EventType;
use crate::state::account::{Account, Source};
use crate::state::amount;
use crate::state::card::{PaymentMethod, TestCard};
use crate::state::ledger::EntryKind;
use crate::state::objects::{CaptureMethod, Intent, IntentStatus, Redirects, State};
use crate::state::payments;

const CAPTURE_METHODS: &[(&str, CaptureMethod)] = &[
    ("automatic", CaptureMethod::Automatic),
    ("automatic_async", CaptureMethod::Automatic),
    ("manual", CaptureMethod::Manual),
];

/// Creates a payment intent, and confirms it if requested.
pub(crate) fn create_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let missing = |name| move || ApiError::missing_parameter(name);
    let amount = call.amount("amount")?.ok_or_else(missing("amount"))?;
    let currency = amount::currency(call.text("currency")?.ok_or_else(missing("currency"))?)?;
    amount::check(amount, currency)?;
    let capture_method = call.choice("capture_method", CAPTURE_METHODS)?;
    call.choice("confirmation_method", &[("automatic", ())])?;
    let redirects = redirects(call)?;
    let card = call.card()?;
    let confirm = call.choice("confirm", &[("true", true), ("false", false)])?.unwrap_or(false);
    let return_url = call.text("return_url")?;
    if return_url.is_some() && !confirm {
        let message = "return_url requires confirm to be true.";
        return Err(ApiError::invalid("return_url", message));
    }
    let mut intent = Intent {
        id: String::new(),
        client_secret: String::new(),
        amount,
        currency,
        capture_method: capture_method.unwrap_or(CaptureMethod::Automatic),
        redirects,
        metadata: call.metadata()?,
        created: call.account.cause.at,
        is_canceled_by_operator: false,
        state: State::RequiresPaymentMethod { failed: None },
    };
    call.finish()?;
    if confirm {
        check_return_url(intent.redirects, return_url)?;
        card.ok_or_else(missing("payment_method"))?;
    }
    let account = &mut *call.account;
    intent.id = account.ids.next("pi");
    intent.client_secret = account.ids.next(&format!("{}_secret", intent.id));
    if let Some(card) = card {
        intent.state = State::RequiresConfirmation { method: payment_method(card, account) };
    }
    let view = account.change_intent(EventType::IntentCreated, intent.clone());
    match intent.method().cloned() {
        Some(method) if confirm => payments::attempt(account, intent, method, return_url),
        Some(_) | None => Ok(view),
    }
}

/// Confirms a payment intent with the given card, or with its present one.
pub(crate) fn confirm_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let intent = call.account.find_intent(call.id, "intent")?;
    let (card, return_url) = (call.card()?, call.text("return_url")?);
    call.finish()?;
    check_return_url(intent.redirects, return_url)?;
    let account = &mut *call.account;
    if !matches!(
        intent.status(),
        IntentStatus::RequiresPaymentMethod
            | IntentStatus::RequiresConfirmation
            | IntentStatus::RequiresAction
    ) {
        let status = intent.status().name();
        let message =
            format!("You cannot confirm this PaymentIntent because it has a status of {status}.");
        return Err(ApiError::unexpected_state(message, account.view(&intent)));
    }
    let given = card.map(|card| payment_method(card, account));
    let Some(method) = given.or_else(|| intent.method().cloned()) else {
        let message =
            "You cannot confirm this PaymentIntent because it's missing a payment method.";
        return Err(ApiError::unexpected_state(message, account.view(&intent)));
    };
    payments::attempt(account, intent, method, return_url)
}

/// Captures an authorised amount, in full or in part; the rest is released.
pub(crate) fn capture_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let mut intent = call.account.find_intent(call.id, "intent")?;
    let (requested, metadata) = (call.amount("amount_to_capture")?, call.metadata()?);
    call.finish()?;
    let account = &mut *call.account;
    let State::RequiresCapture { charge } = &intent.state else {
        let status = intent.status();
        let message = if status == IntentStatus::Succeeded {
            "This PaymentIntent could not be captured because it has already been captured."
                .to_owned()
        } else {
            format!(
                "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of the \
                 following statuses may be captured: requires_capture.",
                status.name()
            )
        };
        return Err(ApiError::unexpected_state(message, account.view(&intent)));
    };
    let (mut charge, held) = (charge.clone(), intent.amount);
    let amount = requested.unwrap_or(held);
    if amount > held {
        let message =
            format!("The amount to capture, {amount}, is greater than the {held} that can be.");
        return Err(ApiError::refused(Some("amount_too_large"), "amount_to_capture", message));
    }
    intent.metadata.extend(metadata);
    charge.captured = amount;
    account.enter(EntryKind::Captured, &intent, Source::Intent, amount);
    if amount < held {
        account.enter(EntryKind::Released, &intent, Source::Intent, held - amount);
    }
    account.emit_charge(EventType::ChargeCaptured, &intent, &charge);
    intent.state = State::Succeeded { charge };
    Ok(account.change_intent(EventType::IntentSucceeded, intent))
}

/// Cancels a payment intent. Rejects one that is captured, processing or already cancelled.
pub(crate) fn cancel_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let intent = call.account.find_intent(call.id, "intent")?;
    call.finish()?;
    let status = intent.status();
    if matches!(status, IntentStatus::Processing | IntentStatus::Succeeded | IntentStatus::Canceled)
    {
        let message = format!(
            "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the \
             following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, \
             requires_action.",
            status.name()
        );
        return Err(ApiError::unexpected_state(message, call.account.view(&intent)));
    }
    Ok(payments::release(call.account, intent, None))
}

/// Reads a payment intent.
pub(crate) fn retrieve_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.finish()?;
    let intent = call.account.find_intent(call.id, "intent")?;
    Ok(call.account.view(&intent))
}

/// Creates a payment method from a card, for one payment.
fn payment_method(card: &'static TestCard, account: &mut Account) -> PaymentMethod {
    PaymentMethod { id: account.ids.next("pm"), card }
}

/// Checks that a `return_url` is present where a payment method may redirect the payer.
fn check_return_url(redirects: Redirects, return_url: Option<&str>) -> Result<(), ApiError> {
    if redirects == Redirects::Always && return_url.is_none() {
        let message = "This PaymentIntent accepts payment methods that may redirect your customer off of your page, so \
                       you must provide a `return_url`, or set `automatic_payment_methods[allow_redirects]` to \
                       `never`.";
        return Err(ApiError::invalid("return_url", message));
    }
    Ok(())
}

fn redirects(call: &mut Call<'_>) -> Result<Redirects, ApiError> {
    const ENABLED: &str = "automatic_payment_methods[enabled]";
    let enabled = call.choice(ENABLED, &[("true", ())])?;
    let allowed = [("always", Redirects::Always), ("never", Redirects::Never)];
    let allowed = call.choice("automatic_payment_methods[allow_redirects]", &allowed)?;
    if allowed.is_some() && enabled.is_none() {
        return Err(ApiError::missing_parameter(ENABLED));
    }
    Ok(allowed.unwrap_or(Redirects::Always))
}
