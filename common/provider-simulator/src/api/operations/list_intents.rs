//! `GET /v1/payment_intents`

use serde_json::Value;

use super::page::Listing;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::views;
use crate::state::account::Account;

/// Lists payment intents, newest first.
pub(super) fn list_intents(mut fields: Fields<'_>, account: &Account) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    fields.finish()?;
    let page = listing.page(account.intents.iter(), |it| &it.id, |it| it.created)?;
    let data: Vec<Value> = page.items.iter().map(|intent| account.view(intent)).collect();
    Ok(views::list("/v1/payment_intents", &data, page.has_more))
}
