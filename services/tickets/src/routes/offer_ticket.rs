//! POST /api/tickets

use actix_web::post;
use actix_web::web::Data;
use contract::amount_rules::AmountRules;
use contract::money::Decimal;
use contract::{Currency, Money, ShowId, TicketId, Timestamp, ticket};
use service::person;
use store::{Stop, Tx};
use web::{Body, Problem, Response, Trader, once};

use crate::Ports;
use crate::domain::{
    Description, IN_FUTURE, Price, Quantity, Refusal, ResaleCap, Show, Terms, Ticket, Title, Venue,
};
use crate::views::TicketView;

web::body! {
    /// Description and terms of a ticket.
    pub(crate) struct OfferTicketBody {
        /// 1 to 200 characters (grapheme clusters) on one line; stored in normalisation form C.
        #[schema(value_type = String, min_length = 1, max_length = 800)]
        pub(crate) title: Title,
        /// Price of one unit, with at most the decimals of its currency; zero for a free ticket.
        #[schema(value_type = Decimal)]
        pub(crate) price: Price,
        /// Units offered; 1 by default.
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
        /// A show of the seller, of which the ticket is a price category; `venue` and `startsAt`
        /// are those of the show, and must be absent.
        pub(crate) show_id: Option<ShowId>,
    }
}

/// Offers a ticket.
#[utoipa::path(
    request_body = OfferTicketBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key and body returns the first response")),
    responses(
        (status = 201, description = "The ticket is offered", body = TicketView, headers(("ETag" = String, description = "The entity tag"))),
        (status = 403, description = "`address_unverified`, or not the seller of the show"),
        (status = 404, description = "No such show"),
        (status = 409, description = "`show_cancelled` or `show_full`"),
    ),
    security(("session" = [])),
)]
#[post("/api/tickets")]
pub(crate) async fn offer_ticket(
    ports: Data<Ports>,
    Trader(who): Trader,
    body: Body<OfferTicketBody>,
) -> Result<Response, Problem> {
    let now = ports.clock.now();
    let show_id = body.value.show_id;
    let terms = terms(body.value, ports.settings.amount_rules, now)?;
    let id = TicketId::from(ports.ids.next(now));
    let (call, seller) = (body.call, who.user);
    let decide = move |tx: &mut Tx<'_>| {
        once(tx, &seller.to_string(), &call, |tx| {
            if person::is_erased(tx, seller)? {
                return Err(Refusal::SellerErased.into());
            }
            let offered = match show_id {
                None => Ticket::offer(id, seller, terms.clone(), tx.now())?,
                Some(show_id) => {
                    let show = tx.get::<Show>(show_id)?.ok_or(Refusal::UnknownShow)?;
                    let (show, offered) = show.offer(id, seller, terms.clone(), tx.now())?;
                    tx.save(show);
                    offered
                }
            };
            tx.publish(ticket::CREATED.of(offered.state()));
            tx.insert(offered.clone());
            let view = TicketView::of(&offered, tx.now());
            let response = Response::created(format!("/api/tickets/{id}"), &view);
            Ok::<_, Stop<Refusal>>(response.tagged(offered.version))
        })
    };
    Ok(ports.store.transact(decide).await?)
}

/// The terms of a body whose price fits its currency and the payment provider. The decision checks
/// that the start is in the future, by its own time; this function checks it only beside an invalid
/// price, so that the response lists both errors.
pub(super) fn terms(
    body: OfferTicketBody,
    rules: AmountRules,
    now: Timestamp,
) -> Result<Terms, Problem> {
    let price = price(&body.price, body.currency, rules);
    let terms = |price| Terms {
        title: body.title,
        price,
        quantity: body.quantity.unwrap_or(Quantity::ONE),
        description: body.description,
        venue: body.venue,
        starts_at: body.starts_at,
        late_sales: body.late_sales.unwrap_or_default(),
        resale_cap: body.resale_cap.unwrap_or_default(),
        device_only: body.device_only.unwrap_or_default(),
    };
    price.map(terms).map_err(|rule| {
        let problem = Problem::invalid().error("price", rule);
        match body.starts_at {
            Some(starts_at) if starts_at <= now => problem.error("startsAt", IN_FUTURE),
            Some(_) | None => problem,
        }
    })
}

/// A price that fits its currency and the payment provider. Errors: the broken rule.
pub(super) fn price(
    price: &Price,
    currency: Option<Currency>,
    rules: AmountRules,
) -> Result<Money, String> {
    let price = price.in_currency(currency.unwrap_or_default())?;
    rules.check_charge(price).map_err(|broken| broken.to_string())?;
    Ok(price)
}
