//! Representations of other services for sellers, as far as pages show them.

use contract::money::Decimal;
use contract::{Currency, Money, OrderId, TicketId, Timestamp};
use serde::Deserialize;

use super::amounts::money;

/// Sums of sales. Amounts are read from their text, which serde keeps only without `flatten`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SumsView {
    /// The hour of the orders; without it, they are all orders.
    #[serde(default)]
    pub(crate) hour: Option<Timestamp>,
    pub(crate) orders: u64,
    pub(crate) sold: u64,
    pub(crate) returned: u64,
    pub(crate) currency: Currency,
    pub(crate) paid: Decimal,
    pub(crate) refunded: Decimal,
    pub(crate) disputed: Decimal,
}

/// The sales of a show.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ShowSalesView {
    pub(crate) offered: u64,
    pub(crate) held: u64,
    orders: u64,
    sold: u64,
    returned: u64,
    currency: Currency,
    paid: Decimal,
    refunded: Decimal,
    disputed: Decimal,
    pub(crate) categories: Vec<CategorySalesView>,
    /// A page of the hours, the latest first.
    #[serde(default)]
    pub(crate) hours: Vec<SumsView>,
}

/// The sales of one ticket of a show.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategorySalesView {
    pub(crate) ticket_id: TicketId,
    pub(crate) offered: u64,
    pub(crate) held: u64,
    pub(crate) sold: u64,
    pub(crate) returned: u64,
}

/// A complete order of a show.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaleView {
    pub(crate) order_id: OrderId,
    pub(crate) ordered_at: Timestamp,
    pub(crate) items: Vec<SaleItemView>,
    pub(crate) status: SaleStatusView,
    pub(crate) currency: Currency,
    pub(crate) paid: Decimal,
    pub(crate) refunded: Decimal,
    pub(crate) disputed: Decimal,
}

/// Units of one ticket in a complete order.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaleItemView {
    pub(crate) ticket_id: TicketId,
    pub(crate) quantity: u32,
    pub(crate) returned: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SaleStatusView {
    NothingPaid,
    Paid,
    PartlyRefunded,
    Refunded,
    Disputed,
}

/// The id of a created resource.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Created<I> {
    pub(crate) id: I,
}

impl ShowSalesView {
    pub(crate) fn sums(&self) -> SumsView {
        SumsView {
            hour: None,
            orders: self.orders,
            sold: self.sold,
            returned: self.returned,
            currency: self.currency,
            paid: self.paid.clone(),
            refunded: self.refunded.clone(),
            disputed: self.disputed.clone(),
        }
    }
}

impl SumsView {
    /// Units of complete orders that have not returned to sale.
    pub(crate) fn kept(&self) -> u64 {
        self.sold.saturating_sub(self.returned)
    }

    pub(crate) fn paid(&self) -> Money {
        money(&self.paid, self.currency)
    }

    pub(crate) fn refunded(&self) -> Money {
        money(&self.refunded, self.currency)
    }

    pub(crate) fn disputed(&self) -> Money {
        money(&self.disputed, self.currency)
    }

    /// Captured money without refunds and withdrawn money.
    pub(crate) fn earned(&self) -> Money {
        let [paid, refunded, disputed] =
            [self.paid(), self.refunded(), self.disputed()].map(|money| money.minor_units);
        Money::new(paid.saturating_sub(refunded).saturating_sub(disputed), self.currency)
    }
}

impl SaleView {
    pub(crate) fn paid(&self) -> Money {
        money(&self.paid, self.currency)
    }

    pub(crate) fn refunded(&self) -> Money {
        money(&self.refunded, self.currency)
    }

    pub(crate) fn disputed(&self) -> Money {
        money(&self.disputed, self.currency)
    }

    /// Captured money that was neither refunded nor withdrawn.
    pub(crate) fn refundable(&self) -> Money {
        let [paid, refunded, disputed] =
            [self.paid(), self.refunded(), self.disputed()].map(|money| money.minor_units);
        let left = paid.saturating_sub(refunded).saturating_sub(disputed);
        Money::new(left.max(0), self.currency)
    }
}
