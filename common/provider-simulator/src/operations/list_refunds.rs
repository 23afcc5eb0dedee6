//! `GET /v1/refunds`

use serde_json::Value;

use super::listing::Listing;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::refund::Refund;
use crate::views;
use crate::world::World;

/// Lists refunds, those of one payment if asked, the newest first.
pub(super) fn list_refunds(mut fields: Fields<'_>, world: &World) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    let intent = fields.text("payment_intent")?;
    let charge = fields.text("charge")?;
    fields.finish()?;
    if let Some(intent) = intent {
        world.find_intent(intent, "payment_intent")?;
    }
    let wanted = |refund: &&Refund| {
        intent.is_none_or(|intent| refund.intent == intent)
            && charge.is_none_or(|charge| refund.charge == charge)
    };
    let refunds = world.refunds.iter().filter(wanted);
    let page = listing.page(refunds, |it| &it.id, |it| it.created)?;
    let data: Vec<Value> = page.items.iter().map(|refund| views::refund(refund)).collect();
    Ok(views::list("/v1/refunds", &data, page.has_more))
}
