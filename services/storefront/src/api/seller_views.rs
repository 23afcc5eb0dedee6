//! Representations of other services for sellers, as far as pages show them.

use contract::money::Decimal;
use contract::{
    Currency, Money, OrderId, PaymentId, RefundId, ShowId, TicketId, Timestamp, UserId,
};
use serde::Deserialize;

/// A show, with its tickets unless it is an entry of a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShowView {
    pub(crate) id: ShowId,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    pub(crate) venue: VenueView,
    #[serde(default)]
    pub(crate) doors_at: Option<Timestamp>,
    pub(crate) starts_at: Timestamp,
    pub(crate) status: ShowStatusView,
    #[serde(default)]
    pub(crate) refunds_until: Option<Timestamp>,
    #[serde(default)]
    pub(crate) image: Option<ImageView>,
    pub(crate) user_id: UserId,
    pub(crate) version: u64,
    #[serde(default)]
    pub(crate) currency: Option<Currency>,
    /// Lowest price of a ticket on offer, if there is one.
    #[serde(default)]
    pub(crate) min_price: Option<Decimal>,
    pub(crate) available: u32,
    #[serde(default)]
    pub(crate) refunds: Option<ShowRefundsView>,
    #[serde(default)]
    pub(crate) tickets: Vec<TicketView>,
}

/// The place of a show.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VenueView {
    pub(crate) name: String,
    pub(crate) time_zone: String,
    #[serde(default)]
    pub(crate) address: Option<String>,
}

/// Paths of an image.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ImageView {
    pub(crate) small: String,
    pub(crate) medium: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowStatusView {
    Scheduled,
    Postponed,
    Cancelled,
}

/// Numbers of paid orders of a cancelled show, by the state of their refunds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct ShowRefundsView {
    pub(crate) owed: u32,
    pub(crate) done: u32,
    pub(crate) failed: u32,
}

/// A ticket: a price category of a show, or a single ticket.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketView {
    pub(crate) id: TicketId,
    pub(crate) title: String,
    pub(crate) price: Decimal,
    pub(crate) currency: Currency,
    pub(crate) quantity: u32,
    pub(crate) status: OfferView,
    pub(crate) user_id: UserId,
    pub(crate) version: u64,
    #[serde(default)]
    pub(crate) show_id: Option<ShowId>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) venue: Option<String>,
    #[serde(default)]
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) late_sales: bool,
}

/// Whether a ticket can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OfferView {
    Open,
    Withdrawn,
    TakenDown,
    Suspended,
    Ended,
    Cancelled,
}

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

/// A payment of an order, as a seller of the order sees it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OrderPaymentView {
    pub(crate) id: PaymentId,
    pub(crate) status: String,
    pub(crate) currency: Currency,
}

/// A refund of a payment.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundView {
    pub(crate) id: RefundId,
    pub(crate) status: RefundStatusView,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    pub(crate) amount: Decimal,
    pub(crate) currency: Currency,
    pub(crate) to: String,
    pub(crate) requested_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatusView {
    Requested,
    Succeeded,
    Failed,
}

/// The id of a created resource.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Created<I> {
    pub(crate) id: I,
}

impl ShowView {
    pub(crate) fn is_cancelled(&self) -> bool {
        self.status == ShowStatusView::Cancelled
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.starts_at <= now
    }
}

impl TicketView {
    pub(crate) fn money(&self) -> Money {
        money(&self.price, self.currency)
    }

    /// Whether its seller can change its terms.
    pub(crate) fn can_be_edited(&self) -> bool {
        !matches!(self.status, OfferView::TakenDown | OfferView::Cancelled)
    }
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

impl RefundView {
    pub(crate) fn money(&self) -> Money {
        money(&self.amount, self.currency)
    }
}

/// An amount in its currency; zero for another number of digits.
pub(crate) fn money(amount: &Decimal, currency: Currency) -> Money {
    amount.in_currency(currency).unwrap_or(Money::zero(currency))
}
