//! View of a sale, for the seller of its show.

use contract::money::Decimal;
use contract::sale::{SaleItem, SaleState};
use contract::{Currency, OrderId, TicketId, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use web::CsvCell;

/// Whether the money of an order was paid, and returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SaleStatusView {
    /// Nothing is captured: the order is free, or its payment is in progress.
    NothingPaid,
    /// Paid.
    Paid,
    /// Part of the money was refunded.
    PartlyRefunded,
    /// All of the money was refunded.
    Refunded,
    /// The payer's bank withdrew money.
    Disputed,
}

impl SaleStatusView {
    fn of(sale: &SaleState) -> Self {
        let (paid, refunded) = (sale.paid.minor_units, sale.refunded.minor_units);
        if sale.disputed.minor_units > 0 {
            Self::Disputed
        } else if paid == 0 {
            Self::NothingPaid
        } else if refunded == 0 {
            Self::Paid
        } else if refunded < paid {
            Self::PartlyRefunded
        } else {
            Self::Refunded
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::NothingPaid => "nothing_paid",
            Self::Paid => "paid",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
        }
    }
}

/// Units of one ticket in a complete order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaleItemView {
    ticket_id: TicketId,
    unit_price: Decimal,
    quantity: u32,
    /// Of these, the units that returned to sale.
    returned: u32,
}

/// A complete order of a show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaleView {
    order_id: OrderId,
    /// The buyer.
    buyer_id: UserId,
    ordered_at: Timestamp,
    items: Vec<SaleItemView>,
    status: SaleStatusView,
    currency: Currency,
    /// Captured money.
    paid: Decimal,
    /// Of this, the refunded money; requested refunds included.
    refunded: Decimal,
    /// Of this, money that the payer's bank withdrew and did not return.
    disputed: Decimal,
}

impl SaleView {
    /// The columns of a table of orders.
    pub(crate) const COLUMNS: [&'static str; 10] = [
        "order_id",
        "buyer_id",
        "ordered_at",
        "units",
        "returned",
        "status",
        "paid",
        "refunded",
        "disputed",
        "currency",
    ];

    pub(crate) fn of(sale: &SaleState) -> Self {
        let item = |item: &SaleItem| SaleItemView {
            ticket_id: item.ticket_id,
            unit_price: item.unit_price.to_decimal(),
            quantity: item.quantity,
            returned: item.returned,
        };
        Self {
            order_id: sale.order_id,
            buyer_id: sale.buyer,
            ordered_at: sale.ordered_at,
            items: sale.items.iter().map(item).collect(),
            status: SaleStatusView::of(sale),
            currency: sale.paid.currency,
            paid: sale.paid.to_decimal(),
            refunded: sale.refunded.to_decimal(),
            disputed: sale.disputed.to_decimal(),
        }
    }

    pub(crate) fn cells(&self) -> [CsvCell; 10] {
        let units: u64 = self.items.iter().map(|item| u64::from(item.quantity)).sum();
        let returned: u64 = self.items.iter().map(|item| u64::from(item.returned)).sum();
        [
            self.order_id.to_string(),
            self.buyer_id.to_string(),
            self.ordered_at.to_string(),
            units.to_string(),
            returned.to_string(),
            self.status.name().to_owned(),
            self.paid.to_string(),
            self.refunded.to_string(),
            self.disputed.to_string(),
            self.currency.to_string(),
        ]
        .map(CsvCell::Value)
    }
}
