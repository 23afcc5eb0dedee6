//! The season that the demo creates: accounts, offers and sales, written in `season.json`.

use contract::Currency;
use contract::money::Decimal;
use serde::{Deserialize, Serialize};
use store::Unavailable;

use super::poster::Poster;

/// Accounts, offers and sales.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Season {
    /// The password of every account.
    pub(super) password: String,
    /// The e-mail address of the administrator.
    pub(super) administrator: String,
    /// The e-mail addresses of the sellers of shows.
    pub(super) sellers: Vec<String>,
    /// The e-mail addresses of the buyers, some of which also sell single tickets.
    pub(super) buyers: Vec<String>,
    /// The shows.
    pub(super) shows: Vec<Show>,
    /// The tickets without a show.
    pub(super) tickets: Vec<SingleTicket>,
}

/// A show with its price categories, its sales and its later change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Show {
    pub(super) seller: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) venue: Venue,
    pub(super) date: Date,
    /// The currency of every category.
    pub(super) currency: Currency,
    pub(super) categories: Vec<Category>,
    /// Without a poster the show has no image.
    pub(super) poster: Option<Poster>,
    pub(super) orders: Vec<Order>,
    #[serde(default)]
    pub(super) crowds: Vec<Crowd>,
    pub(super) change: Option<Change>,
}

/// The place of a show, as the API takes it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Venue {
    pub(super) name: String,
    pub(super) time_zone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
}

/// A start, in the time zone of its venue.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Date {
    /// Days after today.
    pub(super) in_days: i64,
    /// The time of day, such as `19:30`.
    pub(super) at: jiff::civil::Time,
    /// Minutes between the opening of the doors and the start.
    #[serde(default)]
    pub(super) doors_minutes: i64,
}

/// A price category, as the API takes it with the currency of its show.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Category {
    pub(super) title: String,
    pub(super) price: Decimal,
    pub(super) quantity: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) late_sales: bool,
}

/// A ticket without a show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SingleTicket {
    pub(super) seller: String,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) venue: Option<Venue>,
    pub(super) date: Option<Date>,
    pub(super) price: Decimal,
    pub(super) currency: Currency,
    pub(super) quantity: u32,
    pub(super) orders: Vec<Order>,
}

/// An order of one buyer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    pub(super) buyer: String,
    /// Positions of categories, each with its units.
    pub(super) items: Vec<(usize, u32)>,
    #[serde(default)]
    pub(super) end: End,
}

/// The end of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum End {
    /// Paid by the first card, or free.
    #[default]
    Paid,
    /// Paid by a second card, after a decline.
    PaidByAnotherCard,
    /// Not paid in time.
    Expired,
    /// Cancelled by its buyer.
    Cancelled,
    /// Paid, then refunded in full by the seller; its units return to sale.
    Refunded,
    /// Paid, then this amount is refunded by the seller.
    PartlyRefunded(Decimal),
    /// Paid, then returned by its payer after the postponement of its show.
    Returned,
}

/// Paid orders of one category, shared evenly by all buyers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Crowd {
    /// The position of the category.
    pub(super) category: usize,
    /// Units of each order.
    pub(super) quantity: u32,
    /// The number of orders.
    pub(super) orders: usize,
}

/// A change of a show after its sales.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum Change {
    /// It does not take place.
    Cancelled,
    /// It takes place later.
    Postponed {
        /// Days between the first and the later start.
        by_days: i64,
        /// Days from now for which units can be returned.
        refunds_days: u32,
    },
}

impl Season {
    /// Reads the file. Its failure is a bug.
    pub(super) fn parse() -> Result<Self, Unavailable> {
        let cannot = |error| Unavailable::caused_by("cannot read the season of the demo", error);
        serde_json::from_str(include_str!("season.json")).map_err(cannot)
    }

    /// The orders of a show, the crowd's too.
    pub(super) fn orders_of(&self, show: &Show) -> Vec<Order> {
        let crowds = show.crowds.iter().flat_map(|crowd| {
            let buyers = self.buyers.iter().cycle().take(crowd.orders);
            let items = vec![(crowd.category, crowd.quantity)];
            buyers.map(move |buyer| Order {
                buyer: buyer.clone(),
                items: items.clone(),
                end: End::Paid,
            })
        });
        show.orders.iter().cloned().chain(crowds).collect()
    }
}

impl End {
    /// Whether the order is complete at its end.
    pub(super) fn is_complete(&self) -> bool {
        match self {
            Self::Expired | Self::Cancelled => false,
            Self::Paid
            | Self::PaidByAnotherCard
            | Self::Refunded
            | Self::PartlyRefunded(_)
            | Self::Returned => true,
        }
    }
}
