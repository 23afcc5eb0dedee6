//! A payment, as its payer sees it.

use contract::money::Decimal;
use contract::payment::PaymentStatus;
use contract::{Currency, OrderId, PaymentId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Payment;

/// Where a payment stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentStatusView {
    /// The provider is being asked.
    Started,
    /// The provider holds the money; the order decides.
    Authorized,
    /// The money was taken; the order is complete.
    Captured,
    /// The money was let go.
    Voided,
    /// The provider said no.
    Declined,
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentView {
    id: PaymentId,
    order_id: OrderId,
    status: PaymentStatusView,
    amount: Decimal,
    currency: Currency,
    version: u64,
    started_at: Timestamp,
}

impl From<&Payment> for PaymentView {
    fn from(payment: &Payment) -> Self {
        let state = payment.public_state();
        let status = match state.status {
            PaymentStatus::Started => PaymentStatusView::Started,
            PaymentStatus::Authorized { .. } => PaymentStatusView::Authorized,
            PaymentStatus::Captured => PaymentStatusView::Captured,
            PaymentStatus::Voided => PaymentStatusView::Voided,
            PaymentStatus::Declined { .. } => PaymentStatusView::Declined,
        };
        Self {
            id: state.id,
            order_id: state.order_id,
            status,
            amount: state.amount.to_decimal(),
            currency: state.amount.currency,
            version: state.version,
            started_at: state.started_at,
        }
    }
}
