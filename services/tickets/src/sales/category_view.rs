//! View of the sales of one ticket of a show.

use contract::money::Decimal;
use contract::{Currency, TicketId};
use serde::Serialize;
use utoipa::ToSchema;
use web::CsvCell;

use crate::domain::{CategorySums, Ticket};

/// The sales of one ticket of a show.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategorySalesView {
    ticket_id: TicketId,
    title: String,
    /// Price of one unit at present.
    price: Decimal,
    currency: Currency,
    /// Total units offered.
    offered: u32,
    /// Units in orders that are not paid yet.
    held: u32,
    /// Units of complete orders.
    sold: u64,
    /// Of these, the units that returned to sale.
    returned: u64,
    /// The price of the sold units, at the prices of their orders.
    sold_for: Decimal,
    /// Of this, the price of the returned units.
    returned_for: Decimal,
}

impl CategorySalesView {
    /// The columns of a table of categories.
    pub(crate) const COLUMNS: [&'static str; 10] = [
        "ticket_id",
        "title",
        "price",
        "offered",
        "held",
        "sold",
        "returned",
        "sold_for",
        "returned_for",
        "currency",
    ];

    pub(crate) fn of(ticket: &Ticket, sums: Option<&CategorySums>) -> Self {
        let price = ticket.terms.price;
        let none = CategorySums::none(price.currency);
        let CategorySums { sold, returned, sold_for, returned_for } = *sums.unwrap_or(&none);
        Self {
            ticket_id: ticket.id,
            title: ticket.terms.title.as_str().to_owned(),
            price: price.to_decimal(),
            currency: price.currency,
            offered: ticket.terms.quantity.get(),
            held: ticket.stock.held,
            sold,
            returned,
            sold_for: sold_for.to_decimal(),
            returned_for: returned_for.to_decimal(),
        }
    }

    pub(crate) const fn offered(&self) -> u32 {
        self.offered
    }

    pub(crate) const fn held(&self) -> u32 {
        self.held
    }

    pub(crate) fn cells(&self) -> [CsvCell; 10] {
        [
            CsvCell::Value(self.ticket_id.to_string()),
            CsvCell::Text(self.title.clone()),
            CsvCell::Value(self.price.to_string()),
            CsvCell::Value(self.offered.to_string()),
            CsvCell::Value(self.held.to_string()),
            CsvCell::Value(self.sold.to_string()),
            CsvCell::Value(self.returned.to_string()),
            CsvCell::Value(self.sold_for.to_string()),
            CsvCell::Value(self.returned_for.to_string()),
            CsvCell::Value(self.currency.to_string()),
        ]
    }
}
