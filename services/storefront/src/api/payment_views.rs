//! Representations of payments, refunds and disputes, as far as pages show them.

use contract::money::Decimal;
use contract::{
    Currency, DisputeId, Money, OrderId, PaymentId, RefundId, TicketId, Timestamp, UserId,
};
use serde::Deserialize;

use super::amounts::money;
use super::views::ActionView;

/// A payment or a top-up.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentDetails {
    pub(crate) id: PaymentId,
    /// Absent if it is a top-up.
    #[serde(default)]
    pub(crate) order_id: Option<OrderId>,
    /// The provider's id; absent if credit pays.
    #[serde(default)]
    pub(crate) stripe_id: Option<String>,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) action: Option<ActionView>,
    pub(crate) amount: Decimal,
    pub(crate) currency: Currency,
    #[serde(default)]
    pub(crate) consent: Option<Consent>,
    pub(crate) version: u64,
    pub(crate) started_at: Timestamp,
    /// Present in the lists of administrators.
    #[serde(default)]
    pub(crate) payer: Option<UserId>,
}

/// The part of a payer's consent that no refund has used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Consent {
    pub(crate) credit: bool,
    pub(crate) returns: Vec<Units>,
}

/// Units of one ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Units {
    pub(crate) ticket_id: TicketId,
    pub(crate) quantity: u32,
}

/// A refund.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundDetails {
    pub(crate) id: RefundId,
    pub(crate) payment_id: PaymentId,
    #[serde(default)]
    pub(crate) order_id: Option<OrderId>,
    #[serde(default)]
    pub(crate) stripe_id: Option<String>,
    pub(crate) status: RefundState,
    /// Why it failed.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    pub(crate) amount: Decimal,
    pub(crate) currency: Currency,
    pub(crate) to: String,
    pub(crate) origin: String,
    #[serde(default)]
    pub(crate) returns: Vec<Units>,
    pub(crate) requested_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundState {
    Requested,
    Succeeded,
    Failed,
}

/// A dispute.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisputeDetails {
    pub(crate) id: DisputeId,
    pub(crate) stripe_id: String,
    pub(crate) payment_id: PaymentId,
    #[serde(default)]
    pub(crate) order_id: Option<OrderId>,
    pub(crate) payer: UserId,
    pub(crate) status: String,
    pub(crate) amount: Decimal,
    pub(crate) currency: Currency,
    pub(crate) opened_at: Timestamp,
    #[serde(default)]
    pub(crate) closed_at: Option<Timestamp>,
}

impl PaymentDetails {
    pub(crate) fn money(&self) -> Money {
        money(&self.amount, self.currency)
    }

    pub(crate) const fn is_by_card(&self) -> bool {
        self.stripe_id.is_some()
    }
}

impl RefundDetails {
    pub(crate) fn money(&self) -> Money {
        money(&self.amount, self.currency)
    }
}

impl DisputeDetails {
    pub(crate) fn money(&self) -> Money {
        money(&self.amount, self.currency)
    }
}

/// The units of a ticket in a list.
pub(crate) fn units_of(list: &[Units], ticket: TicketId) -> u32 {
    list.iter()
        .filter(|units| units.ticket_id == ticket)
        .fold(0_u32, |sum, units| sum.saturating_add(units.quantity))
}
