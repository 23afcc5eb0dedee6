//! `GET /v1/disputes`

use serde_json::Value;

use super::listing::{Listing, OfCharge};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::views;
use crate::world::World;

/// Lists disputes, newest first; with `payment_intent` or `charge` only those of that payment.
pub(super) fn list_disputes(mut fields: Fields<'_>, world: &World) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    let wanted = OfCharge::read(fields, world)?;
    let disputes = world.disputes.iter().filter(|it| wanted.includes(&it.intent, &it.charge));
    let page = listing.page(disputes, |it| &it.id, |it| it.created)?;
    let data: Vec<Value> = page.items.iter().map(|dispute| views::dispute(dispute)).collect();
    Ok(views::list("/v1/disputes", &data, page.has_more))
}
