//! GET and POST /tickets/{id}: a ticket without a show, and an order of it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::TicketId;
use contract::ticket::TicketState;
use serde_json::json;

use super::Json;
use super::offers::Category;
use super::refused::refused;
use super::report::is_reported;
use super::visitor_commands::run;
use crate::domain::{Offer, Subject};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "ticket.html")]
struct TicketPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    ticket: &'v TicketState,
    when: Option<String>,
    categories: [Category; 1],
    is_own: bool,
    is_reported: bool,
    key: String,
    structured: Json,
}

impl TicketPage<'_> {
    fn can_be_ordered(&self) -> bool {
        self.categories.iter().any(Category::can_be_ordered)
    }

    /// The page of the seller.
    fn seller_path(&self) -> String {
        format!("/sell/tickets/{}", self.ticket.id)
    }
}

/// The page; a price category of a show leads to its show.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    page(&visit, id, Form::default(), StatusCode::OK).await
}

/// Reports the offer, or orders the chosen quantity, and leads to the order.
pub(crate) async fn order(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: TicketId = id.parse().map_err(|_| Failure::NotFound)?;
    match run(&visit, Subject::Ticket(id), &form).await {
        Ok(response) => Ok(response),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, id, form, status).await
        }
    }
}

async fn page(
    visit: &Visit,
    id: TicketId,
    form: Form,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let moment = visit.moment();
    let (store, t) = (&visit.ports().store, visit.language());
    let offer = store.find::<Offer>(&id.to_string()).await?.ok_or(Failure::NotFound)?;
    let ticket = offer.ticket.as_ref().ok_or(Failure::NotFound)?;
    if let Some(show) = ticket.show {
        return Ok(visit.go_to(format!("/shows/{}", show.id)));
    }
    let now = visit.ports().clock.now();
    let category = Category::of(t, &offer, now).ok_or(Failure::NotFound)?;
    let key = form.next_key(|| visit.new_key());
    let page = TicketPage {
        visit,
        t,
        ticket,
        when: ticket.starts_at.map(|at| t.long_time(&at, None)),
        is_reported: is_reported(visit),
        is_own: visit.user().is_some_and(|user| user.user == ticket.seller),
        key,
        structured: structured(ticket, &category),
        // The page shows it already.
        categories: [Category { description: None, ..category }],
        form,
    };
    Ok(visit.render_public(status, &page, moment))
}

fn structured(ticket: &TicketState, category: &Category) -> Json {
    Json::of(&json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": ticket.title,
        "description": ticket.description,
        "offers": category.structured(),
    }))
}
