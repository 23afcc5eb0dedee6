//! `GET /v1/refunds`

use serde_json::Value;

use super::listing::{Listing, OfCharge};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::views;
use crate::world::World;

/// Lists refunds, those of one payment if asked, the newest first.
pub(super) fn list_refunds(mut fields: Fields<'_>, world: &World) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    let wanted = OfCharge::read(fields, world)?;
    let refunds = world.refunds.iter().filter(|it| wanted.includes(&it.intent, &it.charge));
    let page = listing.page(refunds, |it| &it.id, |it| it.created)?;
    let data: Vec<Value> = page.items.iter().map(|refund| views::refund(refund)).collect();
    Ok(views::list("/v1/refunds", &data, page.has_more))
}
