//! `GET /v1/refunds/{id}`

use serde_json::Value;

use crate::error::ApiError;
use crate::fields::Fields;
use crate::views;
use crate::world::World;

/// Reads a refund.
pub(super) fn retrieve_refund(
    id: &str,
    fields: Fields<'_>,
    world: &World,
) -> Result<Value, ApiError> {
    fields.finish()?;
    world.refund(id).map(views::refund).ok_or_else(|| ApiError::missing("refund", id, "id"))
}
