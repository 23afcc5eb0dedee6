//! GET and POST /admin: finds accounts and offers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use contract::{ShowId, TicketId, UserId};
use reqwest::Method;
use serde_json::json;

use crate::api::Target;
use crate::api::offer_views::{ShowView, TicketView};
use crate::api::user_view::UserView;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "admin/find.html")]
struct FindPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
}

/// The offer that a text names.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Show(ShowId),
    Ticket(TicketId),
    /// An id alone.
    Either(ShowId, TicketId),
}

/// The forms.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    Ok(visit.show(&FindPage { visit: &visit, t: visit.language(), form: Form::default() }))
}

/// Leads to the page of the account or the offer. The searched text is in the body only: browsers
/// and proxies store URLs.
pub(crate) async fn find(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let (found, field, none) = match form.value("do") {
        "account" => {
            (account(&visit, form.value("email")).await, "email", t.admin_find_account_none())
        }
        "offer" => (offer(&visit, form.value("offer")).await, "offer", t.admin_find_offer_none()),
        _ => return Err(Failure::Invalid("do must be account or offer")),
    };
    let (status, form) = match found {
        Ok(path) => return Ok(visit.go_to(path)),
        Err(failure) if failure.status() == StatusCode::NOT_FOUND => {
            (StatusCode::UNPROCESSABLE_ENTITY, form.with_error(Some(field), none))
        }
        Err(failure) => refused(t, form, failure)?,
    };
    Ok(visit.render(status, &FindPage { visit: &visit, t, form }))
}

async fn account(visit: &Visit, text: &str) -> Result<String, Failure> {
    let (api, text) = (&visit.ports().api, text.trim());
    let user: UserView = if let Ok(id) = text.parse::<UserId>() {
        api.get(visit, Target::Auth, &format!("/api/users/{id}/account")).await?.body
    } else {
        let call = (Target::Auth, Method::POST, "/api/users/lookup");
        api.call(visit, call, Some(&json!({"email": text})), None).await?.body
    };
    Ok(format!("/admin/users/{}", user.id))
}

async fn offer(visit: &Visit, text: &str) -> Result<String, Failure> {
    let (show, ticket) = match named(text).ok_or(Failure::NotFound)? {
        Named::Show(id) => (Some(id), None),
        Named::Ticket(id) => (None, Some(id)),
        Named::Either(show, ticket) => (Some(show), Some(ticket)),
    };
    let api = &visit.ports().api;
    if let Some(id) = show {
        let path = format!("/api/shows/{id}");
        match api.get::<ShowView>(visit, Target::Tickets, &path).await {
            Ok(_) => return Ok(format!("/admin/shows/{id}")),
            Err(failure) if failure.status() == StatusCode::NOT_FOUND => {}
            Err(failure) => return Err(failure),
        }
    }
    let id = ticket.ok_or(Failure::NotFound)?;
    api.get::<TicketView>(visit, Target::Tickets, &format!("/api/tickets/{id}")).await?;
    Ok(format!("/admin/tickets/{id}"))
}

/// The offer of a page's address, or of an id.
fn named(text: &str) -> Option<Named> {
    let text = text.trim().split(['?', '#']).next()?.trim_end_matches('/');
    let mut segments = text.rsplit('/');
    let id = segments.next()?;
    match segments.next() {
        Some("shows") => Some(Named::Show(id.parse().ok()?)),
        Some("tickets") => Some(Named::Ticket(id.parse().ok()?)),
        Some(_) => None,
        None => Some(Named::Either(id.parse().ok()?, id.parse().ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6920f3a1b2c3d4e5f6071829";

    #[test]
    fn an_offer_is_named_by_its_page_or_its_id() {
        let show = || Some(Named::Show(ID.parse().unwrap()));
        let ticket = || Some(Named::Ticket(ID.parse().unwrap()));
        assert_eq!(named(&format!(" https://tickets.example/shows/{ID}?done=1#top ")), show());
        assert_eq!(named(&format!("/admin/shows/{ID}/")), show());
        assert_eq!(named(&format!("http://localhost:3000/tickets/{ID}")), ticket());
        let either = Some(Named::Either(ID.parse().unwrap(), ID.parse().unwrap()));
        assert_eq!(named(ID), either);
        for text in ["", "shows", "/shows/1", "/orders/6920f3a1b2c3d4e5f6071829", "../../x"] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
