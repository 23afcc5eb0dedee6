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
use super::report::{REPORT, is_reported, report};
use super::show::place;
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
    if let Some(rendered) = visit.rendered() {
        return Ok(rendered);
    }
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
    let done = if form.is("do", REPORT) {
        report(&visit, Subject::Ticket(id), &form).await
    } else {
        let placed = place(&visit, &form).await;
        placed.map(|order| visit.go_to(format!("/orders/{}", order.id)))
    };
    match done {
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
    let revision = visit.ports().pages.revision();
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
    if status == StatusCode::OK {
        Ok(visit.show_public(&page, revision))
    } else {
        Ok(visit.render(status, &page))
    }
}

fn structured(ticket: &TicketState, category: &Category) -> Json {
    let availability = if category.can_be_ordered() { "InStock" } else { "SoldOut" };
    Json::of(&json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": ticket.title,
        "description": ticket.description,
        "offers": {
            "@type": "Offer",
            "price": ticket.price.to_decimal().to_string(),
            "priceCurrency": ticket.price.currency.code().to_uppercase(),
            "availability": format!("https://schema.org/{availability}"),
        },
    }))
}
