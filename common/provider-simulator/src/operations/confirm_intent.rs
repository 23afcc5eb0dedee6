//! `POST /v1/payment_intents/{id}/confirm`

use serde_json::Value;

use super::paying_with;
use crate::attempt::{self, Attempt};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::happening::Cause;
use crate::world::World;

/// Asks a card for the money of a payment intent: the given one, or the one it has.
pub(super) fn confirm_intent(
    id: &str,
    mut fields: Fields<'_>,
    world: &mut World,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let intent = world.find_intent(id, "intent")?;
    let card = paying_with::card(&mut fields)?;
    let return_url = fields.text("return_url")?;
    fields.finish()?;
    attempt::way_back(intent.redirects, return_url)?;
    attempt::confirmable(&intent, world)?;
    let given = card.map(|card| paying_with::payment_method(card, world));
    let Some(method) = given.or_else(|| intent.method().cloned()) else {
        let message =
            "You cannot confirm this PaymentIntent because it's missing a payment method.";
        return Err(ApiError::unexpected_state(message, world.view(&intent)));
    };
    let return_url = return_url.map(str::to_owned);
    attempt::attempt(intent, Attempt { method, return_url }, world, cause)
}
