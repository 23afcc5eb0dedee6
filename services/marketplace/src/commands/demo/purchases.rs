//! Orders and their payments. Buyers order at the same time; each one orders after the other.

use futures::future::try_join_all;
use serde_json::{Value, json};
use store::Unavailable;

use super::api::{Account, Api, text};
use super::offers::{Accounts, Offer};
use super::season::{End, Order};

/// The route that pays an order.
const PAYMENTS: &str = "/api/payments";

/// A card that the test provider accepts.
const CARD: &str = "tok_visa";

/// A card that the test provider declines.
const DECLINED_CARD: &str = "tok_declined";

/// A placed order.
pub(super) struct Purchase<'a> {
    pub(super) offer: &'a Offer<'a>,
    pub(super) buyer: &'a Account,
    pub(super) order: &'a Order,
    /// The id of the order.
    pub(super) id: String,
    /// The id of its payment; `None` if it is free or not paid.
    pub(super) payment: Option<String>,
}

/// Places and pays every order; returns once each has its end.
pub(super) async fn make<'a>(
    api: &Api,
    offers: &'a [Offer<'a>],
    accounts: &'a Accounts,
) -> Result<Vec<Purchase<'a>>, Unavailable> {
    let buying = accounts.values().map(|buyer| buy(api, offers, buyer));
    let purchases: Vec<Purchase<'_>> = try_join_all(buying).await?.into_iter().flatten().collect();
    for purchase in &purchases {
        let ended = |order: &Value| {
            let status = order.get("status").and_then(Value::as_str);
            matches!(status, Some("complete" | "cancelled"))
        };
        let path = format!("/api/orders/{}", purchase.id);
        let order = api.get_until(purchase.buyer, &path, ended).await?;
        let expected = if purchase.order.end.is_complete() { "complete" } else { "cancelled" };
        if text(&order, "status")? != expected {
            return Err(Unavailable::new(format!("an order is not {expected}: {order}")));
        }
    }
    Ok(purchases)
}

/// The orders of one buyer, those that expire first: their time runs meanwhile.
async fn buy<'a>(
    api: &Api,
    offers: &'a [Offer<'a>],
    buyer: &'a Account,
) -> Result<Vec<Purchase<'a>>, Unavailable> {
    let orders =
        offers.iter().flat_map(|offer| offer.orders.iter().map(move |order| (offer, order)));
    let mut orders: Vec<_> = orders.filter(|(_, order)| order.buyer == buyer.email).collect();
    orders.sort_by_key(|(_, order)| order.end != End::Expired);
    let mut purchases = Vec::with_capacity(orders.len());
    for (offer, order) in orders {
        purchases.push(place(api, offer, order, buyer).await?);
    }
    Ok(purchases)
}

async fn place<'a>(
    api: &Api,
    offer: &'a Offer<'a>,
    order: &'a Order,
    buyer: &'a Account,
) -> Result<Purchase<'a>, Unavailable> {
    let items: Vec<Value> = items(offer, order)?;
    let placed = api.post(buyer, "/api/orders", json!({"items": items})).await?;
    let id = text(&placed, "id")?;
    let card = |token: &str| json!({"orderId": id, "token": token});
    let is_free = text(&placed, "status")? == "complete";
    let payment = match &order.end {
        End::Expired => None,
        End::Cancelled => {
            api.delete(buyer, &format!("/api/orders/{id}")).await?;
            None
        }
        End::Paid if is_free => None,
        End::Paid
        | End::PaidByAnotherCard
        | End::Refunded
        | End::PartlyRefunded(_)
        | End::Returned => {
            if order.end == End::PaidByAnotherCard {
                api.try_post(buyer, PAYMENTS, card(DECLINED_CARD)).await?;
            }
            Some(text(&api.post(buyer, PAYMENTS, card(CARD)).await?, "id")?)
        }
    };
    Ok(Purchase { offer, buyer, order, id, payment })
}

/// The items of an order, as bodies of orders and refunds name them.
pub(super) fn items(offer: &Offer<'_>, order: &Order) -> Result<Vec<Value>, Unavailable> {
    let item = |(category, units): &(usize, u32)| {
        let missing = || Unavailable::new(format!("an offer has no category {category}"));
        let ticket = offer.tickets.get(*category).ok_or_else(missing)?;
        Ok(json!({"ticketId": ticket, "quantity": units}))
    };
    order.items.iter().map(item).collect()
}
