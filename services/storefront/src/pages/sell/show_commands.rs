//! POST /sell/shows/{id}: changes of a show and of its categories.

use actix_web::web::{Path, Payload};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse};
use contract::TicketId;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use web::{ClientAddress, FileBody};

use super::own::{own_show, withdraw};
use super::show::page;
use super::submitted::Submitted;
use crate::api::Target;
use crate::api::offer_views::{ShowView, TicketView};
use crate::failure::Failure;
use crate::form::Form;
use crate::selling::refusals::{error, explained, invalid, is_conflict};
use crate::selling::upload::{self, Upload};
use crate::selling::{details, terms};
use crate::visit::Visit;

/// Runs the command of a form; a form with a file replaces the image.
pub(crate) async fn act(
    visit: Visit,
    id: Path<String>,
    address: ClientAddress,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let show = own_show(&visit, &id).await?;
    let mut payload = payload.into_inner();
    let (form, done) = if upload::is_upload(&request) {
        let Ok(body) = FileBody::from_request(&request, &mut payload).await;
        let form = Form::of([("do", "image")]);
        match upload::read(visit.language(), &request, address, body).await {
            Ok(upload) => (form, replace_image(&visit, &show, upload).await),
            Err(failure) => (form, Err(failure)),
        }
    } else {
        let form = Form::from_request(&request, &mut payload).await?;
        let done = run(&visit, &show, &form).await;
        (form, done)
    };
    let t = visit.language();
    let failure = match done {
        Ok(()) => return Ok(visit.go_to(format!("/sell/shows/{}?saved=1", show.id))),
        Err(failure) => explained(t, failure, t.refused_reserved_show()),
    };
    let status = failure.status();
    let submitted = if is_conflict(&failure) {
        Submitted::conflict(form)
    } else {
        Submitted::refused(form.refused(visit.language(), failure)?)
    };
    // The present state, which the refusal may be about.
    let show = own_show(&visit, &id).await?;
    page(&visit, &show, &submitted, status).await
}

async fn run(visit: &Visit, show: &ShowView, form: &Form) -> Result<(), Failure> {
    match form.value("do") {
        "edit" => edit(visit, show, form).await,
        "remove_image" => {
            let path = format!("/api/shows/{}/image", show.id);
            call(visit, (Method::DELETE, &path), None, None).await
        }
        "add" => add(visit, show, form).await,
        "category" => edit_category(visit, show, form).await,
        "withdraw" => withdraw(visit, ticket_of(show, form)?).await,
        "offer" => {
            let ticket = ticket_of(show, form)?;
            let path = format!("/api/tickets/{}", ticket.id);
            call(visit, (Method::PUT, &path), Some(terms::present(ticket)), None).await
        }
        "postpone" => postpone(visit, show, form).await,
        "cancel" => cancel(visit, show, form).await,
        _ => Err(Failure::Invalid("do must be a command of this page")),
    }
}

async fn edit(visit: &Visit, show: &ShowView, form: &Form) -> Result<(), Failure> {
    let mut body = details::body(visit.language(), form, Some(show))?;
    body.extend(form.number("version").map(|version| ("version".to_owned(), version)));
    let path = format!("/api/shows/{}", show.id);
    call(visit, (Method::PUT, &path), Some(body), None).await
}

async fn replace_image(visit: &Visit, show: &ShowView, upload: Upload) -> Result<(), Failure> {
    let api = &visit.ports().api;
    let path = format!("/api/shows/{}/image", show.id);
    let request = api.request(Target::Tickets, Method::PUT, &path);
    let request = request.header(CONTENT_TYPE, upload.media_type).body(upload.bytes);
    api.send::<()>(visit, request).await?;
    Ok(())
}

async fn add(visit: &Visit, show: &ShowView, form: &Form) -> Result<(), Failure> {
    let t = visit.language();
    let chosen = || terms::chosen_currency(t, form, None);
    let currency = show.currency.map_or_else(chosen, Ok);
    let body = currency.and_then(|currency| terms::body(t, form, "", currency));
    let mut body = body.map_err(|error| invalid(vec![error]))?;
    body.insert("showId".to_owned(), json!(show.id));
    call(visit, (Method::POST, "/api/tickets"), Some(body), form.given("key")).await
}

async fn edit_category(visit: &Visit, show: &ShowView, form: &Form) -> Result<(), Failure> {
    let ticket = ticket_of(show, form)?;
    let body = terms::edited(visit.language(), form, ticket.currency);
    let mut body = body.map_err(|error| invalid(vec![error]))?;
    body.extend(form.number("version").map(|version| ("version".to_owned(), version)));
    let path = format!("/api/tickets/{}", ticket.id);
    call(visit, (Method::PUT, &path), Some(body), None).await
}

/// The ticket that a form names. Errors: [`Failure::NotFound`] if the show has no such ticket.
fn ticket_of<'s>(show: &'s ShowView, form: &Form) -> Result<&'s TicketView, Failure> {
    let id: TicketId = form.value("ticket").parse().map_err(|_| Failure::NotFound)?;
    show.tickets.iter().find(|ticket| ticket.id == id).ok_or(Failure::NotFound)
}

async fn postpone(visit: &Visit, show: &ShowView, form: &Form) -> Result<(), Failure> {
    let body = details::postponed(visit.language(), form, show)?;
    let path = format!("/api/shows/{}/postpone", show.id);
    call(visit, (Method::POST, &path), Some(body), None).await
}

async fn cancel(visit: &Visit, show: &ShowView, form: &Form) -> Result<(), Failure> {
    if !form.is("confirmed", "true") {
        return Err(invalid(vec![error("confirmed", visit.language().confirm_cancellation())]));
    }
    let path = format!("/api/shows/{}/cancel", show.id);
    call(visit, (Method::POST, &path), None, None).await
}

async fn call(
    visit: &Visit,
    (method, path): (Method, &str),
    body: Option<Map<String, Value>>,
    key: Option<&str>,
) -> Result<(), Failure> {
    let body = body.map(Value::from);
    let call = (Target::Tickets, method, path);
    visit.ports().api.call::<Value>(visit, call, body.as_ref(), key).await?;
    Ok(())
}
