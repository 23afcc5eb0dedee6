//! An order, as its buyer sees it.

use contract::money::Decimal;
use contract::order::{CancelReason, OrderItem, OrderState, OrderStatus};
use contract::{Currency, OrderId, TicketId, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// Where an order stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) enum StatusView {
    /// Units are held, nothing is paid.
    #[serde(rename = "created")]
    Created,
    /// A payment is on its way.
    #[serde(rename = "awaiting:payment")]
    AwaitingPayment,
    /// Paid.
    #[serde(rename = "complete")]
    Complete,
    /// Ended unpaid.
    #[serde(rename = "cancelled")]
    Cancelled,
}

/// Units of one ticket, at the price when they were held.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderItemView {
    ticket_id: TicketId,
    title: String,
    price: Decimal,
    quantity: u32,
    /// Of these, the units that were refunded and went back to sale.
    returned: u32,
}

/// The ticket of the first item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderTicketView {
    id: TicketId,
    title: String,
    price: Decimal,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderView {
    id: OrderId,
    status: StatusView,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<CancelReason>,
    user_id: UserId,
    expires_at: Timestamp,
    items: Vec<OrderItemView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<OrderTicketView>,
    total: Decimal,
    currency: Currency,
    version: u64,
    created_at: Timestamp,
}

impl From<&OrderItem> for OrderItemView {
    fn from(item: &OrderItem) -> Self {
        Self {
            ticket_id: item.ticket_id,
            title: item.title.clone(),
            price: item.unit_price.to_decimal(),
            quantity: item.quantity,
            returned: item.returned,
        }
    }
}

impl From<&OrderState> for OrderView {
    fn from(order: &OrderState) -> Self {
        let (status, reason) = match order.status {
            OrderStatus::Created => (StatusView::Created, None),
            OrderStatus::AwaitingPayment { .. } => (StatusView::AwaitingPayment, None),
            OrderStatus::Complete { .. } => (StatusView::Complete, None),
            OrderStatus::Cancelled { reason } => (StatusView::Cancelled, Some(reason)),
        };
        let ticket = order.items.first().map(|item| OrderTicketView {
            id: item.ticket_id,
            title: item.title.clone(),
            price: item.unit_price.to_decimal(),
        });
        Self {
            id: order.id,
            status,
            reason,
            user_id: order.buyer,
            expires_at: order.expires_at,
            items: order.items.iter().map(OrderItemView::from).collect(),
            ticket,
            total: order.total.to_decimal(),
            currency: order.total.currency,
            version: order.version,
            created_at: order.created_at,
        }
    }
}
