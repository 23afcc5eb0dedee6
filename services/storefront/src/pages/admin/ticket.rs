//! GET and POST /admin/tickets/{id}: a ticket, taken down or offered again.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::TicketId;
use reqwest::Method;
use serde_json::Value;

use super::offer_status;
use crate::api::Target;
use crate::api::offer_views::{OfferStatus, TicketView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::selling::terms;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "admin/ticket.html")]
struct TicketPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    ticket: TicketView,
    status: (&'static str, &'static str),
    price: String,
    units: String,
    done: Option<&'static str>,
}

impl TicketPage<'_> {
    fn is_taken_down(&self) -> bool {
        self.ticket.status == OfferStatus::TakenDown
    }
}

/// The page.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id: TicketId = id.parse().map_err(|_| Failure::NotFound)?;
    page(&visit, id, Form::default(), StatusCode::OK).await
}

/// Takes the ticket down, or offers it again.
pub(crate) async fn act(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id: TicketId = id.parse().map_err(|_| Failure::NotFound)?;
    let done = match form.value("do") {
        _ if !form.is("confirm", "1") => Err(Failure::refused(visit.language().confirm_needed())),
        "take-down" => take_down(&visit, id).await,
        "restore" => restore(&visit, id, &form).await,
        _ => return Err(Failure::Invalid("do must be take-down or restore")),
    };
    match done {
        Ok(done) => Ok(visit.go_to(format!("/admin/tickets/{id}?done={done}"))),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, id, form, status).await
        }
    }
}

async fn take_down(visit: &Visit, id: TicketId) -> Result<&'static str, Failure> {
    let path = format!("/api/tickets/{id}");
    let call = (Target::Tickets, Method::DELETE, path.as_str());
    visit.ports().api.call::<Value>(visit, call, None, None).await?;
    Ok("take-down")
}

/// Offers the ticket with its present terms, if it has the version of the form.
async fn restore(visit: &Visit, id: TicketId, form: &Form) -> Result<&'static str, Failure> {
    let path = format!("/api/tickets/{id}");
    let ticket: TicketView = visit.ports().api.get(visit, Target::Tickets, &path).await?.body;
    let version = form.value("version").parse().unwrap_or(ticket.version);
    let body = terms::present(&TicketView { version, ..ticket }).into();
    let call = (Target::Tickets, Method::PUT, path.as_str());
    visit.ports().api.call::<Value>(visit, call, Some(&body), None).await?;
    Ok("restore")
}

async fn page(
    visit: &Visit,
    id: TicketId,
    form: Form,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let query = visit.query()?;
    let path = format!("/api/tickets/{id}");
    let ticket: TicketView = visit.ports().api.get(visit, Target::Tickets, &path).await?.body;
    let page = TicketPage {
        visit,
        t,
        form,
        status: offer_status::of_ticket(t, ticket.status),
        price: offer_status::price_of(t, &ticket),
        units: offer_status::units_of(t, &ticket),
        ticket,
        done: match query.value("done") {
            "take-down" => Some(t.admin_done_taken_down()),
            "restore" => Some(t.admin_done_restored()),
            _ => None,
        },
    };
    Ok(visit.render(status, &page))
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;
    use serde_json::json;

    use super::*;

    fn ticket(show: Option<&str>) -> TicketView {
        let at = serde_json::to_value(Timestamp::from_unix_ms(0)).unwrap();
        let ticket = json!({
            "id": "6920f3a1b2c3d4e5f6071829", "title": "Stalls", "price": 12.5, "currency": "eur",
            "quantity": 3, "available": 2, "status": "taken_down", "version": 4,
            "userId": "6920f3a1b2c3d4e5f6071829", "showId": show, "description": "a\nb",
            "venue": "Hall", "startsAt": at, "lateSales": true, "deviceOnly": true,
            "createdAt": at,
        });
        serde_json::from_value(ticket).unwrap()
    }

    fn edit(show: Option<&str>) -> Value {
        terms::present(&ticket(show)).into()
    }

    #[test]
    fn a_ticket_is_offered_again_with_its_own_terms() {
        let at = serde_json::to_value(Timestamp::from_unix_ms(0)).unwrap();
        let expected = json!({
            "title": "Stalls", "price": 12.5, "currency": "eur", "quantity": 3, "version": 4,
            "lateSales": true, "deviceOnly": true, "description": "a\nb", "venue": "Hall", "startsAt": at,
        });
        assert_eq!(edit(None), expected);
    }

    #[test]
    fn a_price_category_leaves_venue_and_start_to_its_show() {
        let edit = edit(Some("6920f3a1b2c3d4e5f6071829"));
        assert!(edit.get("venue").is_none() && edit.get("startsAt").is_none());
    }
}
