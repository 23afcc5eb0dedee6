//! GET and POST /sell/tickets/new: a single ticket, without a show.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use contract::{Currency, TicketId};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::api::Target;
use crate::api::offer_views::TicketView;
use crate::api::seller_views::Created;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::selling::local_time::{ZONE_DEFAULT, zone, zones};
use crate::selling::refusals::{error, explained, invalid};
use crate::selling::terms::currencies;
use crate::selling::{details, terms};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sell/new_ticket.html")]
struct NewTicketPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    currency: Currency,
    currencies: Vec<Currency>,
    zones: &'static [String],
    key: String,
}

/// The form.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let form = Form::of([("timeZone", ZONE_DEFAULT), ("quantity", "1")]);
    Ok(page(&visit, form, StatusCode::OK))
}

/// Offers the ticket, and leads to its page.
pub(crate) async fn offer(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let t = visit.language();
    match offered(&visit, &form).await {
        Ok(id) => Ok(visit.go_to(format!("/sell/tickets/{id}?saved=1"))),
        Err(failure) => {
            let failure = explained(t, failure, "");
            let status = failure.status();
            Ok(page(&visit, form.refused(visit.language(), failure)?, status))
        }
    }
}

async fn offered(visit: &Visit, form: &Form) -> Result<TicketId, Failure> {
    let t = visit.language();
    let body = body(t, form, None)?;
    let call = (Target::Tickets, Method::POST, "/api/tickets");
    let body = Some(&body.into());
    let reply = visit.ports().api.call::<Created<TicketId>>(visit, call, body, form.given("key"));
    Ok(reply.await?.body.id)
}

/// The fields of the API. A start that the form does not change remains that of `present`.
///
/// # Errors
/// The form's errors: an unknown zone, an invalid time, an invalid price.
pub(super) fn body(
    t: Language,
    form: &Form,
    present: Option<&TicketView>,
) -> Result<Map<String, Value>, Failure> {
    let mut errors = Vec::new();
    let mut body = Map::new();
    let currency = terms::chosen_currency(t, form, present.map(|ticket| ticket.currency));
    let terms = currency.and_then(|currency| match present {
        Some(_) => terms::edited(t, form, currency),
        None => terms::body(t, form, "", currency),
    });
    match terms {
        Ok(terms) => body = terms,
        Err(error) => errors.push(error),
    }
    body.extend(form.given("venue").map(|venue| ("venue".to_owned(), json!(venue))));
    let start = present.and_then(|ticket| ticket.starts_at);
    match zone(form.value("timeZone")) {
        None => errors.push(error("timeZone", t.unknown_zone())),
        Some(zone) => match details::moments(t, form, &zone, &[("startsAt", start)]) {
            Err(Failure::Problem(problem)) => errors.extend(problem.errors),
            moments => body.extend(moments?),
        },
    }
    if errors.is_empty() { Ok(body) } else { Err(invalid(errors)) }
}

fn page(visit: &Visit, form: Form, status: StatusCode) -> HttpResponse {
    let t = visit.language();
    let (currency, key) = (terms::currency(t, &form), form.next_key(|| visit.new_key()));
    let (zones, currencies) = (zones(), currencies());
    visit.render(status, &NewTicketPage { visit, t, form, currency, currencies, zones, key })
}
