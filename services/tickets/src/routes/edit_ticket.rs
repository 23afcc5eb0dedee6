//! PUT /api/tickets/{id}

use actix_web::put;
use actix_web::web::Data;
use contract::money::Decimal;
use contract::{Currency, TicketId, Timestamp};
use store::Tx;
use web::{Body, PathId, Preconditions, Problem, Response, Trader};

use super::offer_ticket::{OfferTicketBody, terms};
use crate::Ports;
use crate::domain::{Description, Price, Quantity, Refusal, ResaleCap, Ticket, Title, Venue};
use crate::revision_request::{requester, revise};
use crate::views::{TicketView, shown};

web::body! {
    /// The new description and terms of a ticket. Absent fields have the same defaults as in an
    /// offer. A ticket of a show has the venue and the start of the show, and keeps its currency.
    pub(crate) struct EditTicketBody {
        /// 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C.
        #[schema(value_type = String, min_length = 1, max_length = 800)]
        pub(crate) title: Title,
        /// Price of one unit. Existing orders keep their price.
        #[schema(value_type = Decimal)]
        pub(crate) price: Price,
        /// Total units offered, including units sold; 1 by default.
        #[schema(value_type = Option<u32>, minimum = 1, maximum = 200_000)]
        pub(crate) quantity: Option<Quantity>,
        /// `usd` by default.
        pub(crate) currency: Option<Currency>,
        /// 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 10000)]
        pub(crate) description: Option<Description>,
        /// 1 to 200 characters, by the rules of the title.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 800)]
        pub(crate) venue: Option<Venue>,
        /// Start of the event, in the future.
        pub(crate) starts_at: Option<Timestamp>,
        /// Whether units can be ordered after the start; false by default.
        pub(crate) late_sales: Option<bool>,
        /// The highest price of a resale, in percent of the price; 100 by default, 0 forbids it.
        #[schema(value_type = Option<u16>, minimum = 0, maximum = 200)]
        pub(crate) resale_cap: Option<ResaleCap>,
        /// Whether admissions have codes of devices only, and none on paper; false by default.
        pub(crate) device_only: Option<bool>,
        /// Version of the ticket that was read; another present version is a conflict.
        pub(crate) version: Option<u64>,
    }
}

/// Replaces the description and terms of a seller's own ticket.
///
/// A withdrawn ticket is offered again. The response is sent once the change is in force: every
/// later order has the new terms. Only administrators can offer a ticket again that an
/// administrator took down.
#[utoipa::path(
    request_body = EditTicketBody,
    params(
        ("id" = TicketId, Path, description = "The ticket"),
        ("If-Match" = Option<String>, Header, description = "ETag of the ticket that was read; 412 if the ticket was edited since. A sale is not an edit"),
    ),
    responses(
        (status = 200, description = "The present ticket", body = TicketView, headers(("ETag" = String, description = "The entity tag"))),
        (status = 403, description = "`address_unverified`, `taken_down`, or not the seller of the ticket"),
        (status = 404, description = "No such ticket"),
        (status = 409, description = "`reserved`, `below_committed`, `resale`, `show_cancelled` or `version_conflict`"),
    ),
    security(("session" = [])),
)]
#[put("/api/tickets/{id}")]
pub(crate) async fn edit_ticket(
    ports: Data<Ports>,
    Trader(who): Trader,
    id: PathId<TicketId>,
    preconditions: Preconditions,
    body: Body<EditTicketBody>,
) -> Result<Response, Problem> {
    let edit = body.value;
    let version = edit.version;
    let offer = OfferTicketBody {
        show_id: None,
        title: edit.title,
        price: edit.price,
        quantity: edit.quantity,
        currency: edit.currency,
        description: edit.description,
        venue: edit.venue,
        starts_at: edit.starts_at,
        late_sales: edit.late_sales,
        resale_cap: edit.resale_cap,
        device_only: edit.device_only,
    };
    let terms = terms(offer, ports.settings.amount_rules, ports.clock.now())?;
    let (id, requester) = (id.0, requester(&who));
    let edit = move |tx: &mut Tx<'_>, ticket: &Ticket| {
        let now = tx.now();
        let change = ticket.edit(requester, terms.clone(), version, now)?;
        preconditions.check(ticket.version, || shown(ticket, now)).map_err(Refusal::from)?;
        Ok(change)
    };
    let ticket = revise(&ports, id.untyped(), edit).await?;
    Ok(shown(&ticket, ports.clock.now()))
}
