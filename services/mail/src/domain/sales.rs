//! The sales of a seller: the first one, and those of each day.

use std::time::Duration;

use contract::order::OrderState;
use contract::{Money, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::content::{DailySales, TitleSales};

const DAY: Duration = Duration::from_hours(24);

/// Time after the end of a day at which its summary is due: late messages have arrived.
const SUMMARY_AFTER: Duration = Duration::from_hours(1);

/// A seller who has sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seller {
    /// The account.
    pub user_id: UserId,
    /// When the first order was placed.
    pub since: Timestamp,
}

/// The sales of a seller on one day in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleDay {
    /// The seller and the day.
    pub id: String,
    /// The seller.
    pub seller: UserId,
    /// The sums.
    pub sales: DailySales,
    /// When the summary is due; `None` once its letter exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When the document is deleted.
    pub forget_after: Timestamp,
}

/// The units of one seller in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSale {
    /// The title.
    pub title: String,
    /// Number of units.
    pub units: u32,
    /// Their price.
    pub amount: Money,
}

/// The units of an order, by seller. A price that is too large to multiply is left out.
#[must_use]
pub fn by_seller(order: &OrderState) -> Vec<(UserId, Vec<OwnSale>)> {
    let mut sellers: Vec<(UserId, Vec<OwnSale>)> = Vec::new();
    for item in &order.items {
        let Ok(amount) = item.unit_price.times(item.quantity) else { continue };
        let sale = OwnSale { title: item.title.clone(), units: item.quantity, amount };
        match sellers.iter_mut().find(|(seller, _)| *seller == item.seller) {
            Some((_, sales)) => sales.push(sale),
            None => sellers.push((item.seller, vec![sale])),
        }
    }
    sellers
}

impl SaleDay {
    /// Id of the day of a seller.
    #[must_use]
    pub fn id_of(seller: UserId, at: Timestamp) -> String {
        format!("{seller}.{}", start_of_day(at).unix_ms() / 86_400_000)
    }

    /// A day without sales.
    #[must_use]
    pub fn none(seller: UserId, at: Timestamp) -> Self {
        let day = start_of_day(at);
        let due_at = day.plus(DAY).plus(SUMMARY_AFTER);
        Self {
            id: Self::id_of(seller, at),
            seller,
            sales: DailySales { day, orders: 0, titles: Vec::new(), totals: Vec::new(), units: 0 },
            due_at: Some(due_at),
            forget_after: due_at.plus(super::letter::SETTLED_KEPT),
        }
    }

    /// Adds an order. Sums that overflow keep their value.
    #[must_use]
    pub fn add(&self, sold: &[OwnSale]) -> Self {
        let mut day = self.clone();
        day.sales.orders = day.sales.orders.saturating_add(1);
        for sale in sold {
            day.sales.units = day.sales.units.saturating_add(sale.units);
            let currency = sale.amount.currency;
            let totals = &mut day.sales.totals;
            match totals.iter_mut().find(|total| total.currency == currency) {
                Some(total) => *total = total.plus(sale.amount).unwrap_or(*total),
                None => totals.push(sale.amount),
            }
            let titles = &mut day.sales.titles;
            let same =
                |known: &TitleSales| known.title == sale.title && known.amount.currency == currency;
            if let Some(known) = titles.iter_mut().find(|known| same(known)) {
                known.units = known.units.saturating_add(sale.units);
                known.amount = known.amount.plus(sale.amount).unwrap_or(known.amount);
            } else if titles.len() < DailySales::TITLES_MAX {
                let OwnSale { title, units, amount } = sale.clone();
                titles.push(TitleSales { title, units, amount });
            }
        }
        day
    }

    /// The day, whose letter exists.
    #[must_use]
    pub fn summarised(&self) -> Self {
        Self { due_at: None, ..self.clone() }
    }
}

fn start_of_day(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().div_euclid(86_400_000) * 86_400_000)
}
