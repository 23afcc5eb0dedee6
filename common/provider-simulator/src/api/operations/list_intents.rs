//! `GET /v1/payment_intents`

use serde_json::Value;

use super::page::Listing;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::state::account::Account;
use crate::state::intent::Intent;

/// Lists payment intents, newest first.
pub(super) fn list_intents(mut fields: Fields<'_>, account: &Account) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    fields.finish()?;
    let (intents, view) = (account.intents.values(), |intent: &Intent| account.view(intent));
    listing.page("/v1/payment_intents", intents, |it| (&it.id, it.created), view)
}
