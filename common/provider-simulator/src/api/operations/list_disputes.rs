//! `GET /v1/disputes`

use serde_json::Value;

use super::page::{ChargeFilter, Listing};
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::views;
use crate::state::account::Account;

/// Lists disputes, newest first; with `payment_intent` or `charge` only those of that payment.
pub(super) fn list_disputes(mut fields: Fields<'_>, account: &Account) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    let wanted = ChargeFilter::read(fields, account)?;
    let disputes = account.disputes.values().filter(|it| wanted.includes(&it.intent, &it.charge));
    listing.page("/v1/disputes", disputes, |it| (&it.id, it.created), views::dispute)
}
