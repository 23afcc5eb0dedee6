//! GET and POST /sell/tickets/{id}: a single ticket for its seller.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::Currency;
use jiff::tz::TimeZone;
use reqwest::Method;
use serde_json::{Map, Value};

use super::figures::Units;
use super::new_ticket::body;
use super::own::{Tag, explanation, own_ticket, withdraw};
use super::submitted::Submitted;
use crate::api::Target;
use crate::api::offer_views::{OfferStatus, TicketView};
use crate::domain::Offer;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::price;
use crate::selling::local_time::{ZONE_DEFAULT, local_text, zone, zones};
use crate::selling::refusals::{explained, is_conflict};
use crate::selling::terms::{self, currencies};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sell/ticket.html")]
struct SellerTicketPage<'v> {
    visit: &'v Visit,
    t: Language,
    ticket: &'v TicketView,
    tag: Tag,
    explanation: Option<&'static str>,
    price: String,
    when: Option<String>,
    /// Absent until the inventory is known here.
    units: Option<Units>,
    currencies: Vec<Currency>,
    zones: &'static [String],
    edit: Form,
    /// The errors of the form that withdraws it or offers it again.
    offer: Form,
    is_saved: bool,
}

/// The page; a price category of a show leads to its show.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let ticket = own_ticket(&visit, &id).await?;
    if let Some(show) = ticket.show_id {
        return Ok(visit.go_to(format!("/sell/shows/{show}")));
    }
    page(&visit, &ticket, &Submitted::default(), StatusCode::OK).await
}

/// Edits the ticket, withdraws it or offers it again.
pub(crate) async fn act(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let ticket = own_ticket(&visit, &id).await?;
    let t = visit.language();
    let failure = match run(&visit, &ticket, &form).await {
        Ok(()) => return Ok(visit.go_to(format!("/sell/tickets/{}?saved=1", ticket.id))),
        Err(failure) => explained(t, failure, t.refused_reserved_ticket()),
    };
    let status = failure.status();
    let submitted = if is_conflict(&failure) {
        Submitted::conflict(form)
    } else {
        Submitted::refused(form.refused(visit.language(), failure)?)
    };
    // The present state, which the refusal may be about.
    let ticket = own_ticket(&visit, &id).await?;
    page(&visit, &ticket, &submitted, status).await
}

async fn run(visit: &Visit, ticket: &TicketView, form: &Form) -> Result<(), Failure> {
    let t = visit.language();
    match form.value("do") {
        "edit" => {
            let mut body = body(t, form, Some(ticket))?;
            body.extend(form.number("version").map(|version| ("version".to_owned(), version)));
            put(visit, ticket, body).await
        }
        "offer" => put(visit, ticket, terms::present(ticket)).await,
        "withdraw" => withdraw(visit, ticket).await,
        _ => Err(Failure::Invalid("do must be edit, offer or withdraw")),
    }
}

async fn put(visit: &Visit, ticket: &TicketView, body: Map<String, Value>) -> Result<(), Failure> {
    let path = format!("/api/tickets/{}", ticket.id);
    let call = (Target::Tickets, Method::PUT, path.as_str());
    visit.ports().api.call::<Value>(visit, call, Some(&body.into()), None).await?;
    Ok(())
}

async fn page(
    visit: &Visit,
    ticket: &TicketView,
    submitted: &Submitted,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let offer = visit.ports().store.find::<Offer>(&ticket.id.to_string()).await?;
    let units = offer.as_ref().and_then(Units::of_stock);
    let known = units.unwrap_or(Units::offered(ticket.quantity.into()));
    let of = |command| submitted.or(t, command, Form::default());
    let (withdraw, again) = (of("withdraw"), of("offer"));
    let query = visit.query()?;
    let edit = submitted.or(t, "edit", form(t, ticket));
    let offer = if withdraw.has_errors() { withdraw } else { again };
    let page = SellerTicketPage {
        visit,
        t,
        tag: Tag::of_ticket(t, ticket.status, known),
        explanation: explanation(t, ticket.status),
        price: price(t, ticket.money()),
        when: ticket.starts_at.map(|at| t.long_time(&at, None)),
        units,
        currencies: currencies(),
        zones: zones(),
        is_saved: query.is("saved", "1") && !edit.has_errors() && !offer.has_errors(),
        edit,
        offer,
        ticket,
    };
    Ok(visit.render(status, &page))
}

/// The form of a single ticket. The API keeps no zone of it.
fn form(t: Language, ticket: &TicketView) -> Form {
    let zone = zone(ZONE_DEFAULT).unwrap_or(TimeZone::UTC);
    let start = ticket.starts_at.map(|at| local_text(at, &zone)).unwrap_or_default();
    terms::form(t, ticket)
        .with("venue", ticket.venue.clone().unwrap_or_default())
        .with("timeZone", ZONE_DEFAULT)
        .with("startsAt", start)
}

impl SellerTicketPage<'_> {
    fn chosen_currency(&self) -> Currency {
        self.edit.value("currency").parse().unwrap_or(self.ticket.currency)
    }

    fn is_withdrawn(&self) -> bool {
        self.ticket.status == OfferStatus::Withdrawn
    }

    fn is_open(&self) -> bool {
        matches!(self.ticket.status, OfferStatus::Open | OfferStatus::Suspended)
    }
}
