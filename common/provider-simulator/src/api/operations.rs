//! Operations on payment intents and refunds.

use contract::Currency;
use serde_json::Value;

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::views;
use crate::events::EventType;
use crate::provider::{Provider, Source};
use crate::state::card::{PaymentMethod, TestCard};
use crate::state::ledger::EntryKind;
use crate::state::objects::{
    CaptureMethod, Dispute, Intent, IntentStatus, Redirects, Refund, RefundStatus, State,
};
use crate::state::transitions;

const CAPTURE_METHODS: &[(&str, CaptureMethod)] = &[
    ("automatic", CaptureMethod::Automatic),
    ("automatic_async", CaptureMethod::Automatic),
    ("manual", CaptureMethod::Manual),
];

/// The greatest amount: eight digits, or nine in idr and inr (Stripe, "minimum and maximum charge
/// amounts").
const AMOUNT_MAX: i64 = 99_999_999;

/// The smallest amounts, in Stripe's minor units, and their currencies (the same page). The table is
/// independent of the client's, so that a comparison of the two can fail.
const AMOUNTS_MIN: &[(i64, &str)] = &[
    (30, "gbp"),
    (50, "aud brl cad chf eur inr jpy nzd sgd usd"),
    (100, "bgn"),
    (200, "aed myr pln ron"),
    (250, "dkk"),
    (300, "nok sek"),
    (400, "hkd"),
    (1_000, "mxn thb"),
    (1_500, "czk"),
    (17_500, "huf"),
];

/// Creates a payment intent, and confirms it if requested.
pub(crate) fn create_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let missing = |name| move || ApiError::missing_parameter(name);
    let amount = call.amount("amount")?.ok_or_else(missing("amount"))?;
    let currency = currency(call.text("currency")?.ok_or_else(missing("currency"))?)?;
    check_amount(amount, currency)?;
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
        created: call.provider.cause.at,
        is_canceled_by_operator: false,
        state: State::RequiresPaymentMethod { failed: None },
    };
    call.finish()?;
    if confirm {
        check_return_url(intent.redirects, return_url)?;
        card.ok_or_else(missing("payment_method"))?;
    }
    let provider = &mut *call.provider;
    intent.id = provider.ids.next("pi");
    intent.client_secret = provider.ids.next(&format!("{}_secret", intent.id));
    if let Some(card) = card {
        intent.state = State::RequiresConfirmation { method: payment_method(card, provider) };
    }
    let view = provider.change_intent(EventType::IntentCreated, intent.clone());
    match intent.method().cloned() {
        Some(method) if confirm => transitions::attempt(provider, intent, method, return_url),
        Some(_) | None => Ok(view),
    }
}

/// Confirms a payment intent with the given card, or with its present one.
pub(crate) fn confirm_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let intent = call.provider.find_intent(call.id, "intent")?;
    let (card, return_url) = (call.card()?, call.text("return_url")?);
    call.finish()?;
    check_return_url(intent.redirects, return_url)?;
    let provider = &mut *call.provider;
    if !matches!(
        intent.status(),
        IntentStatus::RequiresPaymentMethod
            | IntentStatus::RequiresConfirmation
            | IntentStatus::RequiresAction
    ) {
        let status = intent.status().name();
        let message =
            format!("You cannot confirm this PaymentIntent because it has a status of {status}.");
        return Err(ApiError::unexpected_state(message, provider.view(&intent)));
    }
    let given = card.map(|card| payment_method(card, provider));
    let Some(method) = given.or_else(|| intent.method().cloned()) else {
        let message =
            "You cannot confirm this PaymentIntent because it's missing a payment method.";
        return Err(ApiError::unexpected_state(message, provider.view(&intent)));
    };
    transitions::attempt(provider, intent, method, return_url)
}

/// Captures an authorised amount, in full or in part; the rest is released.
pub(crate) fn capture_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let mut intent = call.provider.find_intent(call.id, "intent")?;
    let (requested, metadata) = (call.amount("amount_to_capture")?, call.metadata()?);
    call.finish()?;
    let provider = &mut *call.provider;
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
        return Err(ApiError::unexpected_state(message, provider.view(&intent)));
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
    provider.enter(EntryKind::Captured, &intent, Source::Intent, amount);
    if amount < held {
        provider.enter(EntryKind::Released, &intent, Source::Intent, held - amount);
    }
    provider.emit_charge(EventType::ChargeCaptured, &intent, &charge);
    intent.state = State::Succeeded { charge };
    Ok(provider.change_intent(EventType::IntentSucceeded, intent))
}

/// Cancels a payment intent. Rejects one that is captured, processing or already cancelled.
pub(crate) fn cancel_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let intent = call.provider.find_intent(call.id, "intent")?;
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
        return Err(ApiError::unexpected_state(message, call.provider.view(&intent)));
    }
    Ok(transitions::release(call.provider, intent, None))
}

pub(crate) fn retrieve_intent(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.finish()?;
    let intent = call.provider.find_intent(call.id, "intent")?;
    Ok(call.provider.view(&intent))
}

/// Refunds the remaining amount of a payment, or a part of it; never more than was captured.
pub(crate) fn create_refund(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let missing = || ApiError::missing_parameter("payment_intent");
    let intent = call.text("payment_intent")?.ok_or_else(missing)?;
    let intent = call.provider.find_intent(intent, "payment_intent")?;
    let (requested, metadata) = (call.amount("amount")?, call.metadata()?);
    call.finish()?;
    let refused = |code, param, message| Err(ApiError::refused(code, param, message));
    let State::Succeeded { charge } = &intent.state else {
        let id = &intent.id;
        let message =
            format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
        return refused(None, "payment_intent", message);
    };
    let (charge, provider) = (charge.clone(), &mut *call.provider);
    if provider.disputes_of(&intent.id).any(Dispute::has_money) {
        let message = format!("Charge {} has been charged back; cannot issue a refund.", charge.id);
        return refused(Some("charge_disputed"), "payment_intent", message);
    }
    let left = charge.captured - charge.refunded;
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return refused(Some("charge_already_refunded"), "payment_intent", message);
    }
    let amount = requested.unwrap_or(left);
    if amount > left {
        let message = format!(
            "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        );
        return refused(None, "amount", message);
    }
    let refund = Refund {
        id: provider.ids.next("re"),
        intent: intent.id.clone(),
        charge: charge.id.clone(),
        amount,
        currency: intent.currency,
        metadata,
        created: provider.cause.at,
        status: RefundStatus::Pending,
    };
    Ok(transitions::refund(provider, refund, intent, charge))
}

pub(crate) fn retrieve_refund(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.finish()?;
    let refund = call.provider.refunds.get(call.id).map(views::refund);
    refund.ok_or_else(|| ApiError::missing("refund", call.id, "id"))
}

fn payment_method(card: &'static TestCard, provider: &mut Provider) -> PaymentMethod {
    PaymentMethod { id: provider.ids.next("pm"), card }
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

fn currency(code: &str) -> Result<Currency, ApiError> {
    code.parse().map_err(|_| ApiError::invalid("currency", format!("Invalid currency: {code}")))
}

/// Checks the amount of a new payment intent, which is above zero.
fn check_amount(amount: i64, currency: Currency) -> Result<(), ApiError> {
    let code = currency.code();
    let least = AMOUNTS_MIN.iter().find(|(_, codes)| codes.contains(code));
    let least = least.map_or(1, |(least, _)| *least);
    if amount < least {
        let message =
            format!("Amount must be at least {least} of the smallest unit of {currency}.");
        return Err(ApiError::parameter("amount_too_small", "amount", message));
    }
    let most = if matches!(code, "idr" | "inr") { 999_999_999 } else { AMOUNT_MAX };
    if amount > most {
        let message = format!("Amount must be no more than {most}.");
        return Err(ApiError::parameter("amount_too_large", "amount", message));
    }
    // Card networks accept three decimals only with a trailing zero. The Icelandic krona has no
    // decimals, but amounts have two.
    let step = match (code, currency.minor_digits()) {
        ("isk", _) => 100,
        (_, 3) => 10,
        _ => 1,
    };
    if amount % step != 0 {
        let message = format!("Amounts in {currency} must be divisible by {step}.");
        return Err(ApiError::invalid("amount", message));
    }
    Ok(())
}
