//! POST /api/shows

use actix_web::post;
use actix_web::web::Data;
use contract::amount_rules::AmountRules;
use contract::money::Decimal;
use contract::{Currency, ShowId, TicketId, Timestamp, show, ticket};
use service::person;
use store::{Stop, Tx};
use web::nested::{List, Nested};
use web::{Body, Problem, Response, Trader, once};

use super::offer_ticket::price;
use crate::Ports;
use crate::domain::{
    Description, Details, Price, Quantity, Refusal, ResaleCap, SHOW_TICKETS_MAX, Show, Terms, Title,
};
use crate::show_bodies::VenueBody;
use crate::views::ShowView;

web::body! {
    /// A show, and tickets that are offered with it.
    pub(crate) struct CreateShowBody {
        /// 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C.
        #[schema(value_type = String, min_length = 1, max_length = 800)]
        pub(crate) title: Title,
        /// 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 10000)]
        pub(crate) description: Option<Description>,
        /// The place.
        #[schema(value_type = VenueBody)]
        pub(crate) venue: Nested<VenueBody>,
        /// When the doors open; not after the start.
        pub(crate) doors_at: Option<Timestamp>,
        /// The start, in the future.
        pub(crate) starts_at: Timestamp,
        /// Its tickets, the price categories, in one currency; none by default. Further ones are
        /// offered with their `showId`.
        #[schema(value_type = Option<Vec<ShowTicketBody>>, max_items = 50)]
        pub(crate) tickets: Nested<List<ShowTicketBody, SHOW_TICKETS_MAX>>,
    }
}

web::body! {
    /// Description and terms of a ticket of a show.
    pub(crate) struct ShowTicketBody {
        /// 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C.
        #[schema(value_type = String, min_length = 1, max_length = 800)]
        pub(crate) title: Title,
        /// Price of one unit, with at most the decimals of its currency; zero for a free ticket.
        #[schema(value_type = Decimal)]
        pub(crate) price: Price,
        /// Units offered; 1 by default.
        #[schema(value_type = Option<u32>, minimum = 1, maximum = 200_000)]
        pub(crate) quantity: Option<Quantity>,
        /// `usd` by default; the same for all tickets of the show.
        pub(crate) currency: Option<Currency>,
        /// 1 to 5,000 characters. Line breaks and tabs are kept; CRLF becomes LF.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 10000)]
        pub(crate) description: Option<Description>,
        /// Whether units can be ordered after the start; false by default.
        pub(crate) late_sales: Option<bool>,
        /// The highest price of a resale, in percent of the price; 100 by default, 0 forbids it.
        #[schema(value_type = Option<u16>, minimum = 0, maximum = 200)]
        pub(crate) resale_cap: Option<ResaleCap>,
        /// Whether admissions have codes of devices only, and none on paper; false by default.
        pub(crate) device_only: Option<bool>,
    }
}

/// Creates a show, with its tickets.
#[utoipa::path(
    request_body = CreateShowBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key and body returns the first response")),
    responses(
        (status = 201, description = "The show is created, and its tickets are offered", body = ShowView, headers(("ETag" = String, description = "The entity tag"))),
        (status = 403, description = "`address_unverified`"),
    ),
    security(("session" = [])),
)]
#[post("/api/shows")]
pub(crate) async fn create_show(
    ports: Data<Ports>,
    Trader(who): Trader,
    body: Body<CreateShowBody>,
) -> Result<Response, Problem> {
    let now = ports.clock.now();
    let CreateShowBody { title, description, venue, doors_at, starts_at, tickets } = body.value;
    let terms = terms(tickets.0.0, ports.settings.amount_rules)?;
    let details = Details { title, description, venue: venue.0.into(), doors_at, starts_at };
    let id = ShowId::from(ports.ids.next(now));
    let offers = terms.into_iter().map(|terms| (TicketId::from(ports.ids.next(now)), terms));
    let offers: Vec<_> = offers.collect();
    let (call, requester) = (body.call, who.user.to_string());
    let decide = move |tx: &mut Tx<'_>| {
        once(tx, &requester, &call, |tx| {
            if person::is_erased(tx, who.user)? {
                return Err(Refusal::SellerErased.into());
            }
            let mut show = Show::create(id, who.user, details.clone(), tx.now())?;
            let mut tickets = Vec::with_capacity(offers.len());
            for (id, terms) in &offers {
                let (extended, offered) = show.offer(*id, who.user, terms.clone(), tx.now())?;
                show = extended;
                tickets.push(offered);
            }
            tx.publish(show::CREATED.of(show.state()));
            tx.insert(show.clone());
            for ticket in &tickets {
                tx.publish(ticket::CREATED.of(ticket.state()));
                tx.insert(ticket.clone());
            }
            let view = ShowView::of(&show, &tickets, Some(&who), tx.now());
            let response = Response::created(format!("/api/shows/{id}"), &view);
            Ok::<_, Stop<Refusal>>(response.tagged(show.version))
        })
    };
    Ok(ports.store.transact(decide).await?)
}

/// The terms of tickets in one currency, whose prices fit it and the payment provider.
fn terms(tickets: Vec<ShowTicketBody>, rules: AmountRules) -> Result<Vec<Terms>, Problem> {
    let currency = tickets.first().map(|first| first.currency.unwrap_or_default());
    let (mut terms, mut errors) = (Vec::with_capacity(tickets.len()), Vec::new());
    for (at, ticket) in tickets.into_iter().enumerate() {
        let ShowTicketBody { title, price: own, quantity, .. } = ticket;
        if Some(ticket.currency.unwrap_or_default()) != currency {
            let rule = "must be that of the first ticket".to_owned();
            errors.push((format!("tickets.{at}.currency"), rule));
        }
        match price(&own, ticket.currency, rules) {
            Ok(price) => terms.push(Terms {
                title,
                price,
                quantity: quantity.unwrap_or(Quantity::ONE),
                description: ticket.description,
                venue: None,
                starts_at: None,
                late_sales: ticket.late_sales.unwrap_or_default(),
                resale_cap: ticket.resale_cap.unwrap_or_default(),
                device_only: ticket.device_only.unwrap_or_default(),
            }),
            Err(rule) => errors.push((format!("tickets.{at}.price"), rule)),
        }
    }
    if errors.is_empty() {
        return Ok(terms);
    }
    let invalid = |problem: Problem, (field, rule)| problem.error(field, rule);
    Err(errors.into_iter().fold(Problem::invalid(), invalid))
}
