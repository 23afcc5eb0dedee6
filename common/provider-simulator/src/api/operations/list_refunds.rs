//! `GET /v1/refunds`

use serde_json::Value;

use super::page::{ChargeFilter, Listing};
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::views;
use crate::state::account::Account;

/// Lists refunds, newest first; optionally those of one payment.
pub(super) fn list_refunds(mut fields: Fields<'_>, account: &Account) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    let wanted = ChargeFilter::read(fields, account)?;
    let refunds = account.refunds.values().filter(|it| wanted.includes(&it.intent, &it.charge));
    listing.page("/v1/refunds", refunds, |it| (&it.id, it.created), views::refund)
}
