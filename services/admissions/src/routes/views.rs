//! Views of an admission.

use contract::admission::AdmissionStatus;
use contract::{AdmissionId, OrderId, ShowId, TicketId, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Admission, Terms};

/// State of an admission.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdmissionStateView {
    /// Its holder may enter.
    Valid,
    /// Its holder has entered.
    Used,
    /// Its unit was refunded, or its show was cancelled.
    Void,
}

/// The right of one holder to enter once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdmissionView {
    id: AdmissionId,
    order_id: OrderId,
    ticket_id: TicketId,
    #[serde(skip_serializing_if = "Option::is_none")]
    show_id: Option<ShowId>,
    /// The title of the ticket when it was ordered.
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<Timestamp>,
    /// Number of the unit among those of the ticket in the order, from 1.
    unit: u32,
    /// Units of the ticket in the order.
    units: u32,
    holder: UserId,
    state: AdmissionStateView,
    /// When its holder entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Timestamp>,
    /// Version of the code; earlier ones are not accepted.
    credential_version: u16,
    /// Whether a device shows the code, which it renews.
    is_on_device: bool,
    version: u64,
    issued_at: Timestamp,
}

impl From<&Admission> for AdmissionView {
    fn from(Admission { state, terms, device }: &Admission) -> Self {
        let Terms { title, venue, starts_at } = terms.clone();
        let (shown, used_at) = match state.status {
            AdmissionStatus::Valid => (AdmissionStateView::Valid, None),
            AdmissionStatus::Used { at } => (AdmissionStateView::Used, Some(at)),
            AdmissionStatus::Void { .. } => (AdmissionStateView::Void, None),
        };
        Self {
            id: state.id,
            order_id: state.order_id,
            ticket_id: state.ticket_id,
            show_id: state.show_id,
            title,
            venue,
            starts_at,
            unit: state.unit,
            units: state.units,
            holder: state.holder,
            state: shown,
            used_at,
            credential_version: state.credential_version,
            is_on_device: device.is_some(),
            version: state.version,
            issued_at: state.issued_at,
        }
    }
}
