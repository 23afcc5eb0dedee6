//! Orders, published by orders.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{AdmissionId, Money, OrderId, PaymentId, ShowId, TicketId, Timestamp, UserId};

/// Units are held for a buyer until a deadline.
pub const CREATED: MessageType<OrderState> = MessageType::new("order.created", 1);
/// A payment was started: the order awaits it, and its deadline may have moved once.
pub const UPDATED: MessageType<OrderState> = MessageType::new("order.updated", 1);
/// The units are sold: an authorised payment was accepted, or the order costs nothing, in which
/// case this is its first message. Published again when units of the order returned to sale.
pub const COMPLETED: MessageType<OrderState> = MessageType::new("order.completed", 1);
/// The order ended unpaid and its units are available again.
pub const CANCELLED: MessageType<OrderState> = MessageType::new("order.cancelled", 1);

/// The status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum OrderStatus {
    /// Units are held, nothing is paid.
    Created,
    /// A payment is in progress.
    #[serde(rename = "awaiting:payment")]
    AwaitingPayment {
        /// The last started payment.
        payment_id: PaymentId,
    },
    /// Paid, or free; the units belong to the buyer.
    Complete {
        /// The accepted payment, the only one that may be captured; `None` where the order costs
        /// nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payment_id: Option<PaymentId>,
    },
    /// Ended unpaid.
    Cancelled {
        /// The reason.
        reason: CancelReason,
    },
}

/// Reason of a cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The buyer cancelled.
    Buyer,
    /// The deadline passed.
    Expired,
    /// The show was cancelled.
    ShowCancelled,
}

/// Units of one ticket in an order, with the price fixed when they were held.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderItem {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its seller.
    pub seller: UserId,
    /// Its title when the units were held.
    pub title: String,
    /// Its venue when the units were held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// The start of the event, when the units were held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Price of one unit when it was held.
    pub unit_price: Money,
    /// Number of units.
    pub quantity: u32,
    /// Of these, the units of a complete order that returned to sale.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub returned: u32,
    /// The version of the ticket's inventory in which units last returned to sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_in_version: Option<u64>,
    /// The admission that the ticket sells again; `None` for a first sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resale: Option<AdmissionId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) const fn is_zero(units: &u32) -> bool {
    *units == 0
}

/// The full public state of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Fields")]
pub struct OrderState {
    /// The order.
    pub id: OrderId,
    /// 1 when created, one more with every change.
    pub version: u64,
    /// The buyer.
    pub buyer: UserId,
    /// The status.
    #[serde(flatten)]
    pub status: OrderStatus,
    /// The deadline for authorising a payment.
    pub expires_at: Timestamp,
    /// The show of all items; `None` where the items are tickets without a show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_id: Option<ShowId>,
    /// The ordered items; at least one.
    pub items: Vec<OrderItem>,
    /// The total price.
    pub total: Money,
    /// When it was created.
    pub created_at: Timestamp,
}

/// The fields of an [`OrderState`], side by side: three times as fast as a flattened status.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    id: OrderId,
    version: u64,
    buyer: UserId,
    status: StatusField,
    payment_id: Option<PaymentId>,
    reason: Option<CancelReason>,
    expires_at: Timestamp,
    show_id: Option<ShowId>,
    items: Vec<OrderItem>,
    total: Money,
    created_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum StatusField {
    Created,
    #[serde(rename = "awaiting:payment")]
    AwaitingPayment,
    Complete,
    Cancelled,
}

impl TryFrom<Fields> for OrderState {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let status = match fields.status {
            StatusField::Created => OrderStatus::Created,
            StatusField::AwaitingPayment => {
                let payment_id = fields.payment_id.ok_or("missing field `paymentId`")?;
                OrderStatus::AwaitingPayment { payment_id }
            }
            StatusField::Complete => OrderStatus::Complete { payment_id: fields.payment_id },
            StatusField::Cancelled => {
                let reason = fields.reason.ok_or("missing field `reason`")?;
                OrderStatus::Cancelled { reason }
            }
        };
        let Fields { id, version, buyer, expires_at, show_id, items, total, created_at, .. } =
            fields;
        Ok(Self { id, version, buyer, status, expires_at, show_id, items, total, created_at })
    }
}

state!(OrderState, "order", id, version);
