//! Contents of letters: the facts at the time when it became owed.

use contract::notice::NoticeSubject;
use contract::order::OrderItem;
use contract::payment::RefundSummary;
use contract::show::{ShowStatus, VenueState};
use contract::{Money, OrderId, ShowId, Timestamp};
use serde::{Deserialize, Serialize};

use super::link::Link;
use super::transfer::Transfer;

/// The content of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Content {
    /// A mail about the account, requested by auth.
    Notice(Notice),
    /// An order is complete: the receipt.
    Receipt(Receipt),
    /// Money was refunded, or a refund came back.
    Refund(Refund),
    /// The show of an order was postponed, moved or cancelled.
    ShowChange(ShowChange),
    /// Admissions are offered to another person, or the offer ended.
    Transfer(Transfer),
    /// A seller sold for the first time.
    FirstSale(FirstSale),
    /// The sales of a seller on one day.
    DailySales(DailySales),
}

impl Content {
    /// Whether the account can switch such letters off.
    #[must_use]
    pub const fn is_optional(&self) -> bool {
        match self {
            Self::Notice(_) | Self::Receipt(_) | Self::Refund(_) | Self::Transfer(_) => false,
            Self::ShowChange(_) | Self::FirstSale(_) | Self::DailySales(_) => true,
        }
    }
}

/// A mail about the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The subject.
    #[serde(flatten)]
    pub subject: NoticeSubject,
    /// The link of subjects that have one; deleted when the letter is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// When the cause of the notice happened.
    pub requested_at: Timestamp,
    /// When the link expires.
    pub ends_at: Timestamp,
}

/// The receipt of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The order.
    pub order_id: OrderId,
    /// The show of all items, if they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_id: Option<ShowId>,
    /// The items.
    pub items: Vec<OrderItem>,
    /// The total price.
    pub total: Money,
    /// When the order was placed.
    pub ordered_at: Timestamp,
}

/// A refund of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// The order.
    pub order_id: OrderId,
    /// The refund, with its amount, destination and status.
    pub refund: RefundSummary,
}

/// A change of a show with which a buyer has to reckon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowChange {
    /// The order.
    pub order_id: OrderId,
    /// The show.
    pub show_id: ShowId,
    /// The version of the show that has the change. A later one makes the letter obsolete.
    pub show_version: u64,
    /// The title of the show.
    pub title: String,
    /// The place.
    pub venue: VenueState,
    /// When the doors open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doors_at: Option<Timestamp>,
    /// The start.
    pub starts_at: Timestamp,
    /// The status: postponed or cancelled.
    #[serde(flatten)]
    pub status: ShowStatus,
}

impl ShowChange {
    /// Id of the letter about this change for this order.
    #[must_use]
    pub fn letter_id(&self) -> String {
        format!("show.{}.{}.{}", self.show_id, self.show_version, self.order_id)
    }
}

/// The first sale of a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstSale {
    /// The show or ticket that was sold.
    pub title: String,
    /// Number of units.
    pub units: u32,
    /// The price of the units.
    pub amount: Money,
    /// When the order was placed.
    pub sold_at: Timestamp,
}

/// The sales of a seller on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DailySales {
    /// The start of the day, in UTC.
    pub day: Timestamp,
    /// Number of orders.
    pub orders: u32,
    /// Sold units and their price, by title, at most [`DailySales::TITLES_MAX`].
    pub titles: Vec<TitleSales>,
    /// Units and amounts of further titles are in these totals only, one for each currency.
    pub totals: Vec<Money>,
    /// Number of sold units.
    pub units: u32,
}

impl DailySales {
    /// Maximum number of titles: a mail that is read on a phone.
    pub const TITLES_MAX: usize = 20;
}

/// The sales of one title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TitleSales {
    /// The title.
    pub title: String,
    /// Number of sold units.
    pub units: u32,
    /// Their price.
    pub amount: Money,
}
