//! `POST /v1/payment_intents/{id}/confirm`

use serde_json::Value;

use super::card_parameter;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::events::event::Cause;
use crate::state::account::Account;
use crate::state::attempt::{self, Attempt};

/// Confirms a payment intent with the given card, or with its present one.
pub(super) fn confirm_intent(
    id: &str,
    mut fields: Fields<'_>,
    account: &mut Account,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let intent = account.find_intent(id, "intent")?;
    let card = card_parameter::card(&mut fields)?;
    let return_url = fields.text("return_url")?;
    fields.finish()?;
    attempt::check_return_url(intent.redirects, return_url)?;
    attempt::check_confirmable(&intent, account)?;
    let given = card.map(|card| card_parameter::payment_method(card, account));
    let Some(method) = given.or_else(|| intent.method().cloned()) else {
        let message =
            "You cannot confirm this PaymentIntent because it's missing a payment method.";
        return Err(ApiError::unexpected_state(message, account.view(&intent)));
    };
    let return_url = return_url.map(str::to_owned);
    attempt::attempt(intent, Attempt { method, return_url }, account, cause)
}
