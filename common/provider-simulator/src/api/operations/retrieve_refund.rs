//! `GET /v1/refunds/{id}`

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::views;
use crate::state::account::Account;

/// Reads a refund.
pub(super) fn retrieve_refund(
    id: &str,
    fields: Fields<'_>,
    account: &Account,
) -> Result<Value, ApiError> {
    fields.finish()?;
    account.refunds.get(id).map(views::refund).ok_or_else(|| ApiError::missing("refund", id, "id"))
}
