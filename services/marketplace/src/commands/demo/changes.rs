//! Changes after the sales: refunds, a postponement, a cancellation, and returned units.

use std::time::Duration;

use serde_json::{Value, json};
use sources::Clock;
use store::Unavailable;

use super::api::{Account, Api};
use super::dates::times;
use super::offers::Offer;
use super::purchases::{Purchase, items};
use super::season::{Change, End, Show};

/// Makes every change; returns once the refunds of cancelled shows are paid.
pub(super) async fn make(
    api: &Api,
    offers: &[Offer<'_>],
    purchases: &[Purchase<'_>],
) -> Result<(), Unavailable> {
    for purchase in purchases {
        refund(api, purchase).await?;
    }
    for offer in offers {
        if let Some((show, id)) = &offer.show
            && let Some(change) = show.change
        {
            change_show(api, offer.seller, (show, id), change).await?;
        }
    }
    Ok(())
}

/// Returns units of postponed shows, as their payers. Payments permits it once it has received the
/// message of the postponement.
pub(super) async fn return_units(api: &Api, purchases: &[Purchase<'_>]) -> Result<(), Unavailable> {
    for purchase in purchases.iter().filter(|purchase| purchase.order.end == End::Returned) {
        request_refund(api, purchase, purchase.buyer, json!({})).await?;
    }
    Ok(())
}

/// The refund of a purchase by its seller, if there is one.
async fn refund(api: &Api, purchase: &Purchase<'_>) -> Result<(), Unavailable> {
    let body = match &purchase.order.end {
        End::Refunded => json!({"returns": items(purchase.offer, purchase.order)?}),
        End::PartlyRefunded(amount) => json!({"amount": amount}),
        End::Paid | End::PaidByAnotherCard | End::Expired | End::Cancelled | End::Returned => {
            return Ok(());
        }
    };
    request_refund(api, purchase, purchase.offer.seller, body).await
}

async fn request_refund(
    api: &Api,
    purchase: &Purchase<'_>,
    requester: &Account,
    body: Value,
) -> Result<(), Unavailable> {
    let Some(payment) = &purchase.payment else { return Ok(()) };
    api.post(requester, &format!("/api/payments/{payment}/refunds"), body).await.map(drop)
}

async fn change_show(
    api: &Api,
    seller: &Account,
    (show, id): (&Show, &str),
    change: Change,
) -> Result<(), Unavailable> {
    let path = format!("/api/shows/{id}");
    match change {
        Change::Cancelled => {
            api.post(seller, &format!("{path}/cancel"), json!({})).await?;
            let is_refunded = |show: &Value| {
                show.pointer("/refunds/owed") == Some(&json!(0))
                    && show.pointer("/refunds/done") != Some(&json!(0))
            };
            api.get_until(seller, &path, is_refunded).await?;
        }
        Change::Postponed { by_days, refunds_days } => {
            let now = Clock::System.now();
            let later = times(&show.date, by_days, &show.venue.time_zone, now)?;
            let period = Duration::from_hours(24 * u64::from(refunds_days));
            let body = json!({
                "startsAt": later.starts_at,
                "doorsAt": later.doors_at,
                "refundsUntil": now.plus(period),
            });
            api.post(seller, &format!("{path}/postpone"), body).await?;
        }
    }
    Ok(())
}
