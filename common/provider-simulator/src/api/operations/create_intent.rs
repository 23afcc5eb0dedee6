//! `POST /v1/payment_intents`

use serde_json::Value;

use super::card_parameter;
use crate::api::error::ApiError;
use crate::api::fields::{Fields, missing};
use crate::events::event::{Cause, EventType};
use crate::state::account::Account;
use crate::state::amount;
use crate::state::attempt::{self, Attempt};
use crate::state::intent::{CaptureMethod, Intent, Redirects, State};

const CAPTURE_METHODS: &[(&str, CaptureMethod)] = &[
    ("automatic", CaptureMethod::Automatic),
    ("automatic_async", CaptureMethod::Automatic),
    ("manual", CaptureMethod::Manual),
];

/// Creates a payment intent, and confirms it if requested.
pub(super) fn create_intent(
    mut fields: Fields<'_>,
    account: &mut Account,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let amount = fields.integer("amount")?.ok_or_else(|| missing("amount"))?;
    let currency = amount::currency(fields.required("currency")?)?;
    amount::check(amount, currency)?;
    let capture_method = fields.choice("capture_method", CAPTURE_METHODS)?;
    fields.choice("confirmation_method", &[("automatic", ())])?;
    let redirects = redirects(&mut fields)?;
    let card = card_parameter::card(&mut fields)?;
    let confirm = fields.flag("confirm")?;
    let return_url = fields.text("return_url")?;
    if return_url.is_some() && !confirm {
        let message = "return_url requires confirm to be true.";
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
        attempt::check_return_url(intent.redirects, return_url)?;
    }
    if confirm && card.is_none() {
        return Err(missing("payment_method"));
    }
    intent.id = account.ids.next("pi");
    intent.client_secret = account.ids.next(&format!("{}_secret", intent.id));
    if let Some(card) = card {
        let method = card_parameter::payment_method(card, account);
        intent.state = State::RequiresConfirmation { method };
    }
    let view = account.change_intent(EventType::IntentCreated, intent.clone(), cause);
    let method = intent.method().cloned();
    match method {
        Some(method) if confirm => {
            let return_url = text(return_url);
            attempt::attempt(intent, Attempt { method, return_url }, account, cause)
        }
        Some(_) | None => Ok(view),
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
        let message = format!("NewRefund either {AUTOMATIC} or {LISTED}.");
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
