//! Views of an admission.

use contract::admission::{AdmissionStatus, Listing};
use contract::money::Decimal;
use contract::{AdmissionId, Currency, OrderId, ShowId, TicketId, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Admission, Terms};

/// State of an admission.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdmissionStateView {
    /// Its holder may enter.
    Valid,
    /// It is offered for resale, and admits no person.
    Listed,
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
    version: u64,
    issued_at: Timestamp,
    /// The price that was paid first.
    price: Decimal,
    currency: Currency,
    /// The resale of a listed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    resale: Option<ListingView>,
}

/// A resale.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingView {
    /// The ticket that is on sale.
    ticket_id: TicketId,
    price: Decimal,
    /// Whether it ends unless a purchase is under way.
    is_ending: bool,
}

impl From<&Listing> for ListingView {
    fn from(Listing { ticket_id, price, is_ending, .. }: &Listing) -> Self {
        Self { ticket_id: *ticket_id, price: price.to_decimal(), is_ending: *is_ending }
    }
}

impl From<AdmissionStatus> for AdmissionStateView {
    fn from(status: AdmissionStatus) -> Self {
        match status {
            AdmissionStatus::Valid => Self::Valid,
            AdmissionStatus::Listed => Self::Listed,
            AdmissionStatus::Used { .. } => Self::Used,
            AdmissionStatus::Void { .. } => Self::Void,
        }
    }
}

impl From<&Admission> for AdmissionView {
    fn from(admission: &Admission) -> Self {
        let Admission { state, terms, .. } = admission;
        let Terms { title, venue, starts_at, price } = terms.clone();
        let used_at = match state.status {
            AdmissionStatus::Used { at } => Some(at),
            AdmissionStatus::Valid | AdmissionStatus::Listed | AdmissionStatus::Void { .. } => None,
        };
        Self {
            id: state.id,
            order_id: admission.paid_by(),
            ticket_id: state.ticket_id,
            show_id: state.show_id,
            title,
            venue,
            starts_at,
            unit: state.unit,
            units: state.units,
            holder: state.holder,
            state: AdmissionStateView::from(state.status),
            used_at,
            credential_version: state.credential_version,
            version: state.version,
            issued_at: state.issued_at,
            price: price.to_decimal(),
            currency: price.currency,
            resale: admission.listing().map(ListingView::from),
        }
    }
}
