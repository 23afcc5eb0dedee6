//! An entry of the list of offers: a show, or a ticket without a show. It changes with its
//! texts, terms and times, and when it sells out or returns to sale; not with every sale.

use contract::show::ShowState;
use contract::text::folded;
use contract::ticket::TicketState;
use contract::{Currency, ImageId, Money, ShowId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Offer, Show};

/// The page of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, derive_more::Display)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A show.
    #[display("shows/{_0}")]
    Show(ShowId),
    /// A ticket without a show.
    #[display("tickets/{_0}")]
    Ticket(TicketId),
}

/// An entry of the list.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each with an index or a mark"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// Its page.
    pub subject: Subject,
    /// The version of the show or ticket.
    pub version: u64,
    /// The title.
    pub title: String,
    /// The name of the venue.
    pub venue: Option<String>,
    /// The postal address of the venue.
    pub address: Option<String>,
    /// The IANA time zone of the venue; unknown for tickets without a show.
    pub time_zone: Option<String>,
    /// The start of the event.
    pub starts_at: Option<Timestamp>,
    /// When it leaves the list.
    pub ends_at: Option<Timestamp>,
    /// The image.
    pub image: Option<ImageId>,
    /// When it was first offered.
    pub created_at: Timestamp,
    /// The tickets on offer.
    pub tickets: Vec<TicketId>,
    /// The lowest price, of the currency of the first ticket.
    pub lowest: Option<Money>,
    /// Whether the prices differ.
    pub has_several_prices: bool,
    /// Whether the show is postponed.
    pub is_postponed: bool,
    /// Whether something of it is on offer, sold out or not.
    pub is_listed: bool,
    /// Whether a unit of it can be ordered.
    pub is_available: bool,
}

impl Listing {
    /// The entry of a show, with the offers of its tickets.
    #[must_use]
    pub fn of_show(show: &Show, offers: &[Offer], now: Timestamp) -> Option<Self> {
        let state: &ShowState = show.state.as_ref()?;
        let open: Vec<&Offer> = offers.iter().filter(|offer| offer.is_open()).collect();
        let late = |offer: &&Offer| offer.ticket.as_ref().is_some_and(|ticket| ticket.late_sales);
        let listed = Self {
            subject: Subject::Show(show.id),
            version: state.version,
            title: state.title.clone(),
            venue: Some(state.venue.name.clone()),
            address: state.venue.address.clone(),
            time_zone: Some(state.venue.time_zone.clone()),
            starts_at: Some(state.starts_at),
            ends_at: (!open.iter().any(late)).then_some(state.starts_at),
            image: state.image,
            created_at: state.created_at,
            tickets: open.iter().map(|offer| offer.id).collect(),
            lowest: None,
            has_several_prices: false,
            is_postponed: matches!(state.status, contract::show::ShowStatus::Postponed { .. }),
            is_listed: !state.status.is_cancelled() && !open.is_empty(),
            is_available: false,
        };
        Some(listed.with_prices(&open).ended(now))
    }

    /// The entry of a ticket without a show.
    #[must_use]
    pub fn of_ticket(offer: &Offer, now: Timestamp) -> Option<Self> {
        let ticket: &TicketState = offer.ticket.as_ref().filter(|ticket| ticket.show.is_none())?;
        let is_listed = offer.is_open();
        let listed = Self {
            subject: Subject::Ticket(offer.id),
            version: ticket.version,
            title: ticket.title.clone(),
            venue: ticket.venue.clone(),
            address: None,
            time_zone: None,
            starts_at: ticket.starts_at,
            ends_at: ticket.starts_at.filter(|_| !ticket.late_sales),
            image: None,
            created_at: ticket.created_at,
            tickets: vec![offer.id],
            lowest: None,
            has_several_prices: false,
            is_postponed: false,
            is_listed,
            is_available: false,
        };
        let open: &[&Offer] = if is_listed { &[offer] } else { &[] };
        Some(listed.with_prices(open).ended(now))
    }

    fn with_prices(self, open: &[&Offer]) -> Self {
        let prices = || open.iter().filter_map(|offer| Some(offer.ticket.as_ref()?.price));
        let lowest = prices().next().and_then(|first| {
            let same = prices().filter(|price| price.currency == first.currency);
            same.min_by_key(|price| price.minor_units)
        });
        Self {
            lowest,
            has_several_prices: prices().any(|price| Some(price) != lowest),
            is_available: self.is_listed && open.iter().any(|offer| offer.available() > 0),
            ..self
        }
    }

    /// Without its place in the list, if its sales have ended.
    #[must_use]
    pub fn ended(self, now: Timestamp) -> Self {
        if self.ends_at.is_none_or(|ends_at| ends_at > now) {
            return self;
        }
        Self { is_listed: false, is_available: false, ..self }
    }

    /// The searched text: title, venue and address, in search form.
    #[must_use]
    pub fn searchable(&self) -> String {
        let place = [self.venue.as_deref(), self.address.as_deref()].into_iter().flatten();
        let parts: Vec<&str> = std::iter::once(self.title.as_str()).chain(place).collect();
        folded(&parts.join("\n"))
    }

    /// Sort key of the lowest price: thousandths of a major unit, because prices of different
    /// currencies have no order.
    #[must_use]
    pub fn price_key(&self) -> i64 {
        let Some(Money { minor_units, currency }) = self.lowest else { return i64::MAX };
        minor_units.saturating_mul(thousandths(currency))
    }
}

fn thousandths(currency: Currency) -> i64 {
    10_i64.pow(3 - u32::from(currency.minor_digits().min(3)))
}
