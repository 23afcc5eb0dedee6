//! `POST /v1/payment_intents`

use serde_json::Value;

use super::paying_with;
use crate::amount;
use crate::attempt::{self, Attempt};
use crate::error::ApiError;
use crate::fields::{Fields, missing};
use crate::happening::{Cause, EventType};
use crate::intent::{CaptureMethod, Intent, Redirects, State};
use crate::world::World;

const CAPTURE_METHODS: &[(&str, CaptureMethod)] = &[
    ("automatic", CaptureMethod::Automatic),
    ("automatic_async", CaptureMethod::Automatic),
    ("manual", CaptureMethod::Manual),
];

/// Creates a payment intent, and confirms it if asked to.
pub(super) fn create_intent(
    mut fields: Fields<'_>,
    world: &mut World,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let amount = fields.integer("amount")?.ok_or_else(|| missing("amount"))?;
    let currency = amount::currency(fields.required("currency")?)?;
    amount::check(amount, currency)?;
    let capture_method = fields.choice("capture_method", CAPTURE_METHODS)?;
    fields.choice("confirmation_method", &[("automatic", ())])?;
    let redirects = redirects(&mut fields)?;
    let card = paying_with::card(&mut fields)?;
    let confirm = fields.flag("confirm")?;
    let return_url = fields.text("return_url")?;
    if return_url.is_some() && !confirm {
        let message = "return_url can be given only where confirm is true.";
        return Err(ApiError::invalid("return_url", message));
    }
    let metadata = fields.metadata()?;
    let text = |text: Option<&str>| text.map(str::to_owned);
    let mut intent = Intent {
        id: String::new(),
        client_secret: String::new(),
        amount,
        currency,
        capture_method: capture_method.unwrap_or(CaptureMethod::Automatic),
        redirects,
        metadata,
        description: text(fields.text("description")?),
        receipt_email: text(fields.text("receipt_email")?),
        statement_descriptor_suffix: text(fields.text("statement_descriptor_suffix")?),
        created: cause.at,
        is_canceled_by_operator: false,
        state: State::RequiresPaymentMethod { failed: None },
    };
    fields.finish()?;
    if confirm {
        attempt::way_back(intent.redirects, return_url)?;
    }
    if confirm && card.is_none() {
        return Err(missing("payment_method"));
    }
    intent.id = world.ids.next("pi");
    intent.client_secret = world.ids.next(&format!("{}_secret", intent.id));
    if let Some(card) = card {
        let method = paying_with::payment_method(card, world);
        intent.state = State::RequiresConfirmation { method };
    }
    world.save_intent(intent.clone());
    world.tell_intent(EventType::IntentCreated, &intent, cause);
    let method = intent.method().cloned();
    match method {
        Some(method) if confirm => {
            let return_url = text(return_url);
            attempt::attempt(intent, Attempt { method, return_url }, world, cause)
        }
        Some(_) | None => Ok(world.view(&intent)),
    }
}

fn redirects(fields: &mut Fields<'_>) -> Result<Redirects, ApiError> {
    const REMOVED: &str = "payment_method_types";
    const LISTED: &str = "allowed_payment_method_types";
    const AUTOMATIC: &str = "automatic_payment_methods";
    if fields.has_hash(REMOVED) {
        let message = format!("{REMOVED} is not supported any more; use {LISTED} or {AUTOMATIC}.");
        return Err(ApiError::parameter(
            "payment_method_types_no_longer_supported",
            REMOVED,
            message,
        ));
    }
    if fields.has_hash(LISTED) && fields.has_hash(AUTOMATIC) {
        let message = format!("Give either {AUTOMATIC} or {LISTED}.");
        return Err(ApiError::parameter("parameters_exclusive", LISTED, message));
    }
    if fields.has_hash(LISTED) {
        if fields.list(LISTED).iter().any(|listed| *listed != "card") {
            return Err(ApiError::invalid(LISTED, "Only the type card is simulated."));
        }
        return Ok(Redirects::Listed);
    }
    let enabled = [("true", true), ("false", false)];
    let enabled = fields.choice("automatic_payment_methods[enabled]", &enabled)?;
    let allowed = [("always", Redirects::Always), ("never", Redirects::Never)];
    let allowed = fields.choice("automatic_payment_methods[allow_redirects]", &allowed)?;
    match (enabled, allowed) {
        (Some(true), allowed) => Ok(allowed.unwrap_or(Redirects::Always)),
        (None, None) => Ok(Redirects::Always),
        (Some(false), _) => Ok(Redirects::Listed),
        (None, Some(_)) => Err(missing("automatic_payment_methods[enabled]")),
    }
}
