//! `GET /v1/payment_intents/{id}`

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::state::account::Account;

/// Reads a payment intent.
pub(super) fn retrieve_intent(
    id: &str,
    fields: Fields<'_>,
    account: &Account,
) -> Result<Value, ApiError> {
    fields.finish()?;
    let intent = account.find_intent(id, "intent")?;
    Ok(account.view(&intent))
}
