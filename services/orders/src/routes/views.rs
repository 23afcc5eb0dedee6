//! Views of an order.

use std::collections::HashMap;

use contract::money::Decimal;
use contract::order::{CancelReason, OrderItem, OrderStatus};
use contract::payment::{RefundMethod, RefundStatus, RefundSummary};
use contract::show::ShowStatus;
use contract::ticket::Offer;
use contract::{
    Currency, Money, OrderId, PaymentId, RefundId, ShowId, TicketId, Timestamp, UserId,
};
use serde::Serialize;
use utoipa::ToSchema;
use web::Response;

use crate::domain::{Inventory, Order, PaymentCopy, PaymentCopyStatus};

/// Status of an order.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatusView {
    /// Units are held; no payment has started.
    Created,
    /// A payment is in progress.
    #[serde(rename = "awaiting:payment")]
    AwaitingPayment,
    /// Paid, or free.
    Complete,
    /// Cancelled by its buyer, expired, or ended with its show.
    Cancelled,
}

/// Units of one ticket, with the terms of the ticket when they were held.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderItemView {
    ticket_id: TicketId,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<Timestamp>,
    price: Decimal,
    quantity: u32,
    /// Units of these that were refunded and returned to sale.
    returned: u32,
    /// Changes of the ticket since its units were held.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<ChangedView>,
}

/// Changes of a ticket since its units were ordered: the present value of each field that differs.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangedView {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// null if the ticket no longer has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    venue: Option<Present<String>>,
    /// null if the ticket no longer has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Timestamp>)]
    starts_at: Option<Present<Timestamp>>,
    /// Whether the ticket is no longer offered.
    withdrawn: bool,
    /// Cancellation or postponement of the show.
    #[serde(skip_serializing_if = "Option::is_none")]
    show: Option<ChangedShowView>,
}

/// Change of a show since units of it were ordered.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(crate) enum ChangedShowView {
    /// The show takes place at another time or venue.
    Postponed {
        /// Until this time the payer may return the units for their price.
        #[serde(rename = "refundsUntil")]
        refunds_until: Timestamp,
    },
    /// The show does not take place.
    Cancelled,
}

/// A present value, which may be null.
#[derive(Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Present<T>(Option<T>);

/// A payment of the order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderPaymentView {
    id: PaymentId,
    status: PaymentCopyStatus,
    amount: Decimal,
    /// The amount refunded so far.
    refunded: Decimal,
}

/// A successful refund of a payment of the order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderRefundView {
    id: RefundId,
    payment_id: PaymentId,
    amount: Decimal,
    to: RefundMethod,
    status: RefundStatus,
    at: Timestamp,
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
    /// Reason of the cancellation.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<CancelReason>,
    user_id: UserId,
    expires_at: Timestamp,
    /// The show of all items.
    #[serde(skip_serializing_if = "Option::is_none")]
    show_id: Option<ShowId>,
    items: Vec<OrderItemView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<OrderTicketView>,
    total: Decimal,
    currency: Currency,
    /// Payments of the order, oldest first, at most 20.
    payments: Vec<OrderPaymentView>,
    /// Refunds of the order's payments.
    refunds: Vec<OrderRefundView>,
    version: u64,
    created_at: Timestamp,
}

impl OrderItemView {
    fn of(item: &OrderItem, now: Option<&Inventory>) -> Self {
        Self {
            ticket_id: item.ticket_id,
            title: item.title.clone(),
            venue: item.venue.clone(),
            starts_at: item.starts_at,
            price: item.unit_price.to_decimal(),
            quantity: item.quantity,
            returned: item.returned,
            changed: now.and_then(|now| ChangedView::of(item, now)),
        }
    }
}

impl ChangedView {
    /// `None` if the ticket is unchanged.
    fn of(item: &OrderItem, now: &Inventory) -> Option<Self> {
        let is_moved = (&item.venue, item.starts_at) != (&now.venue, now.starts_at);
        let show = now.show.and_then(|show| match show.status {
            ShowStatus::Postponed { refunds_until } if is_moved => {
                Some(ChangedShowView::Postponed { refunds_until })
            }
            ShowStatus::Scheduled | ShowStatus::Postponed { .. } => None,
            ShowStatus::Cancelled => Some(ChangedShowView::Cancelled),
        });
        let changed = Self {
            title: (item.title != now.title).then(|| now.title.clone()),
            venue: (item.venue != now.venue).then(|| Present(now.venue.clone())),
            starts_at: (item.starts_at != now.starts_at).then_some(Present(now.starts_at)),
            withdrawn: now.offer != Offer::Open,
            show,
        };
        let nothing =
            Self { title: None, venue: None, starts_at: None, withdrawn: false, show: None };
        (changed != nothing).then_some(changed)
    }
}

impl From<&PaymentCopy> for OrderPaymentView {
    fn from(payment: &PaymentCopy) -> Self {
        let PaymentCopy { id, status, amount, refunded, .. } = payment;
        let refunded = refunded.unwrap_or(Money::zero(amount.currency));
        let (amount, refunded) = (amount.to_decimal(), refunded.to_decimal());
        Self { id: *id, status: *status, amount, refunded }
    }
}

impl OrderRefundView {
    fn of(payment_id: PaymentId, refund: &RefundSummary) -> Self {
        let RefundSummary { id, amount, to, status, at } = *refund;
        Self { id, payment_id, amount: amount.to_decimal(), to, status, at }
    }
}

impl OrderView {
    /// View of an order and the changes of its tickets. A ticket that is not among `tickets` shows
    /// no change.
    pub(crate) fn of(order: &Order, tickets: &HashMap<TicketId, Inventory>) -> Self {
        let Order { state, payments, .. } = order;
        let (status, reason) = match state.status {
            OrderStatus::Created => (StatusView::Created, None),
            OrderStatus::AwaitingPayment { .. } => (StatusView::AwaitingPayment, None),
            OrderStatus::Complete { .. } => (StatusView::Complete, None),
            OrderStatus::Cancelled { reason } => (StatusView::Cancelled, Some(reason)),
        };
        let ticket = state.items.first().map(|item| OrderTicketView {
            id: item.ticket_id,
            title: item.title.clone(),
            price: item.unit_price.to_decimal(),
        });
        let item = |item: &OrderItem| OrderItemView::of(item, tickets.get(&item.ticket_id));
        let refunds = payments.iter().flat_map(|payment| {
            payment.refunds.iter().map(|refund| OrderRefundView::of(payment.id, refund))
        });
        Self {
            id: state.id,
            status,
            reason,
            user_id: state.buyer,
            expires_at: state.expires_at,
            show_id: state.show_id,
            items: state.items.iter().map(item).collect(),
            ticket,
            total: state.total.to_decimal(),
            currency: state.total.currency,
            payments: payments.iter().map(OrderPaymentView::from).collect(),
            refunds: refunds.collect(),
            version: state.version,
            created_at: state.created_at,
        }
    }
}

/// Response with an order and the changes of its tickets.
pub(crate) fn shown(order: &Order, tickets: &HashMap<TicketId, Inventory>) -> Response {
    Response::ok(&OrderView::of(order, tickets)).tagged(order.state.version)
}
