//! Views of the sums of sales.

use contract::Currency;
use contract::money::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use web::CsvCell;

use crate::domain::SaleSums;

/// Sums of sales.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaleSumsView {
    /// Complete orders.
    orders: u64,
    /// Units of complete orders.
    sold: u64,
    /// Of these, the units that returned to sale.
    returned: u64,
    currency: Currency,
    /// Captured money.
    paid: Decimal,
    /// Of this, the refunded money; requested refunds included.
    refunded: Decimal,
    /// Of this, money that payers' banks withdrew and did not return.
    disputed: Decimal,
}

impl SaleSumsView {
    /// The columns of a table with sums.
    pub(crate) const COLUMNS: [&'static str; 7] =
        ["orders", "sold", "returned", "paid", "refunded", "disputed", "currency"];

    pub(crate) fn of(sums: &SaleSums) -> Self {
        let (sold, returned) = sums.units();
        Self {
            orders: sums.orders,
            sold,
            returned,
            currency: sums.paid.currency,
            paid: sums.paid.to_decimal(),
            refunded: sums.refunded.to_decimal(),
            disputed: sums.disputed.to_decimal(),
        }
    }

    pub(crate) fn cells(&self) -> [CsvCell; 7] {
        [
            self.orders.to_string(),
            self.sold.to_string(),
            self.returned.to_string(),
            self.paid.to_string(),
            self.refunded.to_string(),
            self.disputed.to_string(),
            self.currency.to_string(),
        ]
        .map(CsvCell::Value)
    }
}
