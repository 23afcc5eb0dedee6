//! Parts of pages that show offers.

use contract::{Money, TicketId, Timestamp};
use serde_json::{Map, Value, json};

use crate::domain::{Listing, Offer};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

/// Units of one category in one order, as offered by the form; orders allows 100 in all.
const CHOICES_MAX: u32 = 100;

/// Units from which on the number left is stressed.
const FEW: u32 = 10;

/// An entry of the list, as it is shown.
pub(super) struct Card {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) when: Option<(String, String)>,
    pub(super) place: Option<String>,
    pub(super) image: Option<String>,
    pub(super) price: String,
    pub(super) is_postponed: bool,
    pub(super) stock: Stock,
}

/// The stock of a ticket, or of all tickets of a show.
pub(super) struct Stock {
    pub(super) topics: String,
    pub(super) available: u32,
    pub(super) text: String,
}

/// A price category, or the only one of a ticket without a show.
pub(super) struct Category {
    pub(super) id: TicketId,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) price: String,
    pub(super) amount: Money,
    pub(super) stock: Stock,
    /// Whether its admissions have codes on phones only.
    pub(super) is_device_only: bool,
    /// Why it cannot be ordered, apart from its stock.
    pub(super) closed: Option<&'static str>,
}

impl Stock {
    fn of(t: Language, offers: &[&Offer]) -> Self {
        let available =
            offers.iter().fold(0_u32, |sum, offer| sum.saturating_add(offer.available()));
        let topics: Vec<String> = offers.iter().map(|offer| offer.id.to_string()).collect();
        let text = match available {
            0 => t.sold_out().to_owned(),
            units => t.units_left(&t.number(units)),
        };
        Self { topics: topics.join(" "), available, text }
    }

    pub(super) fn is_out(&self) -> bool {
        self.available == 0
    }

    pub(super) fn is_few(&self) -> bool {
        (1..=FEW).contains(&self.available)
    }
}

impl Category {
    /// The category of an offer whose ticket is known.
    pub(super) fn of(t: Language, offer: &Offer, now: Timestamp) -> Option<Self> {
        let ticket = offer.ticket.as_ref()?;
        let closed = if !offer.is_open() {
            Some(t.not_on_offer())
        } else if offer.has_ended(now) {
            Some(t.sales_ended())
        } else {
            None
        };
        Some(Self {
            id: offer.id,
            title: ticket.title.clone(),
            description: ticket.description.clone(),
            price: price(t, ticket.price),
            amount: ticket.price,
            stock: Stock::of(t, &[offer]),
            is_device_only: ticket.device_only,
            closed,
        })
    }

    pub(super) fn can_be_ordered(&self) -> bool {
        self.closed.is_none() && !self.stock.is_out()
    }

    /// Its description as an offer of schema.org.
    pub(super) fn structured(&self) -> Map<String, Value> {
        let availability = if self.can_be_ordered() { "InStock" } else { "SoldOut" };
        let offer = [
            ("@type", json!("Offer")),
            ("price", json!(self.amount.to_decimal().to_string())),
            ("priceCurrency", json!(self.amount.currency.code().to_uppercase())),
            ("availability", json!(format!("https://schema.org/{availability}"))),
        ];
        offer.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Units to choose from.
    pub(super) fn choices(&self) -> u32 {
        self.stock.available.min(CHOICES_MAX)
    }

    /// The units in a form.
    pub(super) fn chosen(&self, form: &Form) -> String {
        let chosen = form.value(&format!("quantity.{}", self.id));
        if chosen.is_empty() { "0".to_owned() } else { chosen.to_owned() }
    }
}

/// A price; `Free` for nothing.
pub(crate) fn price(t: Language, money: Money) -> String {
    if money.minor_units == 0 { t.free().to_owned() } else { t.money(&money) }
}

/// The entries as they are shown, with their present stock.
pub(super) async fn cards(visit: &Visit, listings: Vec<Listing>) -> Result<Vec<Card>, Failure> {
    let ids = listings.iter().flat_map(|listing| &listing.tickets);
    let mut offers = visit.ports().store.find_all::<Offer>(ids).await?.into_iter();
    let (t, now) = (visit.language(), visit.ports().clock.now());
    let card = |listing: Listing| {
        let of_listing: Vec<Offer> =
            offers.by_ref().take(listing.tickets.len()).flatten().collect();
        let of_listing: Vec<&Offer> = of_listing.iter().collect();
        let zone = listing.time_zone.as_deref();
        let place = [listing.venue.as_deref(), listing.address.as_deref()];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        Card {
            path: format!("/{}", listing.subject),
            when: listing.starts_at.map(|at| (at.to_string(), t.list_time(&at, zone, now))),
            place: (!place.is_empty()).then(|| place.join(", ")),
            image: listing.image.map(|image| format!("/api/images/{image}/small")),
            price: match listing.lowest {
                Some(lowest) if listing.has_several_prices && lowest.minor_units == 0 => {
                    t.free_and_more().to_owned()
                }
                Some(lowest) if listing.has_several_prices => t.price_from(&t.money(&lowest)),
                Some(lowest) => price(t, lowest),
                None => String::new(),
            },
            is_postponed: listing.is_postponed,
            stock: Stock::of(t, &of_listing),
            title: listing.title,
        }
    };
    Ok(listings.into_iter().map(card).collect())
}
