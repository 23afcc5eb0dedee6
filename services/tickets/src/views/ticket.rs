//! Views of a ticket.

use contract::money::Decimal;
use contract::ticket::Offer;
use contract::{Currency, OrderId, ShowId, TicketId, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use web::Response;

use crate::domain::Ticket;

/// Whether a ticket can be ordered.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OfferView {
    /// It can be ordered while units are available.
    Open,
    /// Withdrawn by its seller; an edit offers it again.
    Withdrawn,
    /// Taken down by an administrator.
    TakenDown,
    /// Its seller is banned.
    Suspended,
    /// It has begun, and late sales are not allowed.
    Ended,
    /// Its show is cancelled.
    Cancelled,
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketView {
    id: TicketId,
    title: String,
    price: Decimal,
    currency: Currency,
    /// Total units offered.
    quantity: u32,
    /// Units available for orders.
    available: u32,
    status: OfferView,
    /// The seller.
    user_id: UserId,
    version: u64,
    /// The show of which it is a price category; the venue and the start are those of the show.
    #[serde(skip_serializing_if = "Option::is_none")]
    show_id: Option<ShowId>,
    /// The order that holds or bought the only unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<Timestamp>,
    /// Whether units can be ordered after the start.
    late_sales: bool,
    /// The highest price of a resale, in percent of the price; 0 forbids it.
    resale_cap: u16,
    /// The ticket of the first sale, if this one sells an admission again.
    #[serde(skip_serializing_if = "Option::is_none")]
    resale_of: Option<TicketId>,
    /// Whether admissions have codes of devices only, and none on paper.
    device_only: bool,
    created_at: Timestamp,
}

impl TicketView {
    pub(crate) fn of(ticket: &Ticket, now: Timestamp) -> Self {
        let terms = &ticket.terms;
        Self {
            id: ticket.id,
            title: terms.title.as_str().to_owned(),
            price: terms.price.to_decimal(),
            currency: terms.price.currency,
            quantity: terms.quantity.get(),
            available: ticket.available(now),
            status: match ticket.offer {
                Offer::Open if ticket.is_cancelled() => OfferView::Cancelled,
                Offer::Open if ticket.stock.is_suspended => OfferView::Suspended,
                Offer::Open if ticket.has_begun(now) => OfferView::Ended,
                Offer::Open => OfferView::Open,
                Offer::Withdrawn => OfferView::Withdrawn,
                Offer::TakenDown => OfferView::TakenDown,
            },
            user_id: ticket.seller,
            version: ticket.version,
            show_id: ticket.show.as_ref().map(|show| show.id),
            order_id: ticket.holder(),
            description: terms.description.as_ref().map(|text| text.as_str().to_owned()),
            venue: ticket.venue().map(|text| text.as_str().to_owned()),
            starts_at: ticket.starts_at(),
            late_sales: terms.late_sales,
            resale_cap: terms.resale_cap.percent(),
            resale_of: ticket.resale.map(|resale| resale.ticket_id),
            device_only: terms.device_only,
            created_at: ticket.created_at,
        }
    }
}

pub(crate) fn shown(ticket: &Ticket, now: Timestamp) -> Response {
    Response::ok(&TicketView::of(ticket, now)).tagged(ticket.version)
}
