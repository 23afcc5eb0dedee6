//! `GET /v1/payment_intents`

use serde_json::Value;

use super::listing::Listing;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::views;
use crate::world::World;

/// Lists payment intents, the newest first.
pub(super) fn list_intents(mut fields: Fields<'_>, world: &World) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    fields.finish()?;
    let page = listing.page(world.intents.iter(), |it| &it.id, |it| it.created)?;
    let data: Vec<Value> = page.items.iter().map(|intent| world.view(intent)).collect();
    Ok(views::list("/v1/payment_intents", &data, page.has_more))
}
