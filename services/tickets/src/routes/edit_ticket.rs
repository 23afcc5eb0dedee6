//! PUT /api/tickets/{id}

use actix_web::put;
use actix_web::web::Data;
use contract::money::Decimal;
use contract::{Currency, TicketId, Timestamp};
use web::{Answer, Body, PathId, Preconditions, Problem, ProblemBody, SignedIn};

use super::offer_ticket::{OfferTicketBody, terms};
use super::views::{TicketView, shown};
use crate::Ports;
use crate::domain::{Description, Price, Quantity, Ticket, Title, Venue};
use crate::revising::{requester, revise};

web::body! {
    /// A ticket as its seller wants it from now on; what is left out is as when it is offered.
    pub(crate) struct EditTicketBody {
        /// 1 to 200 characters as readers count them, on one line; stored in normalisation form C.
        #[schema(value_type = String, min_length = 1, max_length = 800)]
        pub(crate) title: Title,
        /// Price of one unit; orders made keep theirs.
        #[schema(value_type = Decimal)]
        pub(crate) price: Price,
        /// Units offered in all, sold ones included; 1 unless given.
        #[schema(value_type = Option<u32>, minimum = 1, maximum = 200_000)]
        pub(crate) quantity: Option<Quantity>,
        /// `usd` unless given.
        pub(crate) currency: Option<Currency>,
        /// 1 to 5,000 characters; line ends and tabs are kept, CRLF becomes LF.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 10000)]
        pub(crate) description: Option<Description>,
        /// 1 to 200 characters, as the title.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 800)]
        pub(crate) venue: Option<Venue>,
        /// When it begins; in the future.
        pub(crate) starts_at: Option<Timestamp>,
        /// Whether it can be ordered after it has begun; `false` unless given.
        pub(crate) late_sales: Option<bool>,
        /// The version that was read; another one is a conflict.
        pub(crate) version: Option<u64>,
    }
}

/// Replaces the description and terms of a seller's own ticket, and offers it again if it was withdrawn. The response is sent once
/// the change is in force: every later order is placed on the new terms. A ticket that an administrator took down can be offered again
/// by administrators only.
#[utoipa::path(
    tag = "tickets",
    request_body = EditTicketBody,
    params(
        ("id" = TicketId, Path, description = "The ticket"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read; 412 if the ticket was edited since, while sales count as no edit"),
    ),
    responses(
        (status = 200, description = "The ticket as it is now", body = TicketView, headers(("ETag" = String, description = "The entity tag"))),
        (status = 400, description = "The request breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Somebody else's ticket, or taken_down", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such ticket", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "reserved, below_committed or version_conflict", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Another version than If-Match names", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
#[put("/api/tickets/{id}")]
pub(crate) async fn edit_ticket(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<TicketId>,
    preconditions: Preconditions,
    body: Body<EditTicketBody>,
) -> Result<Answer, Problem> {
    let EditTicketBody {
        title,
        price,
        quantity,
        currency,
        description,
        venue,
        starts_at,
        late_sales,
        version,
    } = body.value;
    let body = OfferTicketBody {
        title,
        price,
        quantity,
        currency,
        description,
        venue,
        starts_at,
        late_sales,
    };
    let terms = terms(body, ports.settings.amount_rules, ports.clock.now())?;
    let (id, requester) = (id.0, requester(&who));
    let edit = move |ticket: &Ticket, now| {
        let change = ticket.edit(requester, terms.clone(), version, now)?;
        preconditions.check(ticket.version, || shown(ticket, now))?;
        Ok(change)
    };
    let ticket = revise(&ports, id, edit).await?;
    Ok(shown(&ticket, ports.clock.now()))
}
