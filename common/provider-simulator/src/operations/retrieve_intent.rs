//! `GET /v1/payment_intents/{id}`

use serde_json::Value;

use crate::error::ApiError;
use crate::fields::Fields;
use crate::world::World;

/// Reads a payment intent.
pub(super) fn retrieve_intent(
    id: &str,
    fields: Fields<'_>,
    world: &World,
) -> Result<Value, ApiError> {
    fields.finish()?;
    let intent = world.find_intent(id, "intent")?;
    Ok(world.view(&intent))
}
