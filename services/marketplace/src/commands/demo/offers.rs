//! Offers: shows with their price categories and posters, and tickets without a show.

use std::collections::BTreeMap;

use contract::Currency;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use futures::try_join;
use serde::Serialize;
use serde_json::{Value, json};
use sources::Clock;
use store::Unavailable;
use tokio::task::spawn_blocking;

use super::api::{Account, Api, text};
use super::dates::{Times, times};
use super::poster::Poster;
use super::season::{Category, Order, Season, Show, SingleTicket};

/// Shows created at the same time: one poster is drawn while the service encodes another.
const SHOWS_MAX: usize = 2;

/// The accounts by e-mail address.
pub(super) type Accounts = BTreeMap<String, Account>;

/// The account of an address of the season.
pub(super) fn account<'a>(accounts: &'a Accounts, email: &str) -> Result<&'a Account, Unavailable> {
    let missing = || Unavailable::new(format!("the season has no account {email}"));
    accounts.get(email).ok_or_else(missing)
}

/// A price category, as the API takes it.
#[derive(Serialize)]
struct CategoryBody<'a> {
    #[serde(flatten)]
    category: &'a Category,
    currency: Currency,
}

/// An offer: a show, or a ticket without a show.
pub(super) struct Offer<'a> {
    pub(super) seller: &'a Account,
    /// The show, with its id.
    pub(super) show: Option<(&'a Show, String)>,
    /// The ids of the tickets.
    pub(super) tickets: Vec<String>,
    pub(super) orders: Vec<Order>,
}

/// Creates every offer of the season.
pub(super) async fn create<'a>(
    api: &Api,
    season: &'a Season,
    accounts: &'a Accounts,
) -> Result<Vec<Offer<'a>>, Unavailable> {
    let shows = season.shows.iter().map(async |show| {
        let seller = account(accounts, &show.seller)?;
        create_show(api, show, seller, season.orders_of(show)).await
    });
    let shows = stream::iter(shows).buffered(SHOWS_MAX).try_collect();
    let tickets = season
        .tickets
        .iter()
        .map(async |ticket| offer_ticket(api, ticket, account(accounts, &ticket.seller)?).await);
    let (mut offers, tickets): (Vec<_>, Vec<_>) = try_join!(shows, try_join_all(tickets))?;
    offers.extend(tickets);
    Ok(offers)
}

async fn create_show<'a>(
    api: &Api,
    show: &'a Show,
    seller: &'a Account,
    orders: Vec<Order>,
) -> Result<Offer<'a>, Unavailable> {
    let zone = &show.venue.time_zone;
    let Times { doors_at, starts_at } = times(&show.date, 0, zone, Clock::System.now())?;
    let category = |category| CategoryBody { category, currency: show.currency };
    let tickets: Vec<_> = show.categories.iter().map(category).collect();
    let body = json!({
        "title": show.title,
        "description": show.description,
        "venue": show.venue,
        "doorsAt": doors_at,
        "startsAt": starts_at,
        "tickets": tickets,
    });
    let created = api.post(seller, "/api/shows", body).await?;
    let id = text(&created, "id")?;
    if let Some(poster) = &show.poster {
        let path = format!("/api/shows/{id}/image");
        api.put_png(seller, &path, drawn(*poster).await?).await?;
    }
    let tickets = created.get("tickets").and_then(Value::as_array);
    let tickets = tickets.into_iter().flatten().map(|ticket| text(ticket, "id"));
    Ok(Offer {
        seller,
        show: Some((show, id)),
        tickets: tickets.collect::<Result<_, _>>()?,
        orders,
    })
}

/// Draws a poster, off the thread that sends requests.
async fn drawn(poster: Poster) -> Result<Vec<u8>, Unavailable> {
    let stopped = |error| Unavailable::caused_by("cannot draw a poster", error);
    spawn_blocking(move || poster.draw()).await.map_err(stopped)?
}

async fn offer_ticket<'a>(
    api: &Api,
    ticket: &'a SingleTicket,
    seller: &'a Account,
) -> Result<Offer<'a>, Unavailable> {
    let starts_at = match (&ticket.venue, &ticket.date) {
        (Some(venue), Some(date)) => {
            Some(times(date, 0, &venue.time_zone, Clock::System.now())?.starts_at)
        }
        (Some(_) | None, _) => None,
    };
    let body = json!({
        "title": ticket.title,
        "description": ticket.description,
        "venue": ticket.venue.as_ref().map(|venue| &venue.name),
        "startsAt": starts_at,
        "price": ticket.price,
        "currency": ticket.currency,
        "quantity": ticket.quantity,
    });
    let created = api.post(seller, "/api/tickets", body).await?;
    let tickets = vec![text(&created, "id")?];
    Ok(Offer { seller, show: None, tickets, orders: ticket.orders.clone() })
}
