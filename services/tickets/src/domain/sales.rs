//! Sales of shows: copies of the sales that payments publishes, and their sums by show and by hour.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::money::NoSum;
use contract::sale::SaleState;
use contract::{Currency, Money, ShowId, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

/// Length of an hour in a sum.
const HOUR: Duration = Duration::from_hours(1);

/// Reason to reject a copy of a sale: its sums would be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SaleRefusal {
    /// The show, the seller or the time of the order differ from those of the known sale.
    #[error("a sale has changed its show, its seller or its time")]
    OtherOrder,
    /// The amounts have no sum.
    #[error("{0}")]
    NoSum(#[from] NoSum),
}

/// The copy of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SaleCopy(pub SaleState);

/// The sums of the sales of a show: of all, or of the orders of one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleSums {
    /// The show.
    pub show_id: ShowId,
    /// The start of the hour, in UTC, in which the orders were placed; `None` for the sums of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour: Option<Timestamp>,
    /// Complete orders.
    pub orders: u64,
    /// Units and prices, by ticket.
    pub categories: BTreeMap<TicketId, CategorySums>,
    /// Captured amounts.
    pub paid: Money,
    /// Of these, refunded amounts.
    pub refunded: Money,
    /// Of these, amounts that payers' banks withdrew and did not return.
    pub disputed: Money,
}

/// The sums of one ticket of a show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CategorySums {
    /// Units of complete orders.
    pub sold: u64,
    /// Of these, the units that returned to sale.
    pub returned: u64,
    /// The price of the sold units.
    pub sold_for: Money,
    /// Of this, the price of the returned units.
    pub returned_for: Money,
}

impl CategorySums {
    /// Sums of no sale.
    #[must_use]
    pub const fn none(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { sold: 0, returned: 0, sold_for: zero, returned_for: zero }
    }
}

/// Whether a sale is added to sums or removed from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

impl Change {
    fn count(self, sum: u64, units: u64) -> Result<u64, NoSum> {
        let changed = match self {
            Self::Add => sum.checked_add(units),
            Self::Remove => sum.checked_sub(units),
        };
        changed.ok_or(NoSum::TooLarge)
    }

    fn amount(self, sum: Money, amount: Money) -> Result<Money, NoSum> {
        match self {
            Self::Add => sum.plus(amount),
            Self::Remove => {
                let negative = amount.minor_units.checked_neg().ok_or(NoSum::TooLarge)?;
                sum.plus(Money::new(negative, amount.currency))
            }
        }
    }
}

/// The start of the hour of a time.
#[must_use]
pub fn hour_of(time: Timestamp) -> Timestamp {
    let hour_ms = i64::try_from(HOUR.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_unix_ms(time.unix_ms().div_euclid(hour_ms).saturating_mul(hour_ms))
}

impl SaleSums {
    /// Sums of no sale.
    #[must_use]
    pub fn none(show_id: ShowId, hour: Option<Timestamp>, currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self {
            show_id,
            hour,
            orders: 0,
            categories: BTreeMap::new(),
            paid: zero,
            refunded: zero,
            disputed: zero,
        }
    }

    /// Id of the document: `{show} {start of the hour in milliseconds}`, `{show} total`.
    #[must_use]
    pub fn id(show: ShowId, hour: Option<Timestamp>) -> String {
        match hour {
            Some(hour) => format!("{show} {}", hour.unix_ms()),
            None => format!("{show} total"),
        }
    }

    /// The sums after a sale has changed, from its known state, if any, to its next one.
    ///
    /// # Errors
    /// [`NoSum`] if the currencies differ or a sum does not fit.
    pub fn changed(self, known: Option<&SaleState>, next: &SaleState) -> Result<Self, NoSum> {
        let without = match known {
            Some(known) => self.with(known, Change::Remove)?,
            None => self,
        };
        without.with(next, Change::Add)
    }

    fn with(mut self, sale: &SaleState, change: Change) -> Result<Self, NoSum> {
        self.orders = change.count(self.orders, 1)?;
        self.paid = change.amount(self.paid, sale.paid)?;
        self.refunded = change.amount(self.refunded, sale.refunded)?;
        self.disputed = change.amount(self.disputed, sale.disputed)?;
        for item in &sale.items {
            let none = CategorySums::none(self.paid.currency);
            let sums = self.categories.entry(item.ticket_id).or_insert(none);
            sums.sold = change.count(sums.sold, item.quantity.into())?;
            sums.returned = change.count(sums.returned, item.returned.into())?;
            let price = item.unit_price;
            sums.sold_for = change.amount(sums.sold_for, price.times(item.quantity)?)?;
            sums.returned_for = change.amount(sums.returned_for, price.times(item.returned)?)?;
        }
        Ok(self)
    }

    /// Units of all tickets: sold ones, and of these the returned ones.
    #[must_use]
    pub fn units(&self) -> (u64, u64) {
        let all = self.categories.values();
        all.fold((0, 0), |(sold, returned), sums| (sold + sums.sold, returned + sums.returned))
    }
}

impl SaleCopy {
    /// Whether a state belongs to the order of the copy.
    ///
    /// # Errors
    /// [`SaleRefusal::OtherOrder`].
    pub fn check_order(&self, next: &SaleState) -> Result<(), SaleRefusal> {
        let facts = |sale: &SaleState| (sale.show_id, sale.seller, sale.ordered_at);
        if facts(&self.0) == facts(next) { Ok(()) } else { Err(SaleRefusal::OtherOrder) }
    }
}
