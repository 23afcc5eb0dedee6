//! GET and POST /admin/shows/{id}: a show with its tickets, and its cancellation.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::ShowId;
use reqwest::Method;
use serde_json::Value;

use super::offer_status;
use crate::api::Target;
use crate::api::offer_views::{ShowStatus, ShowView, TicketView};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "admin/show.html")]
struct ShowPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    show: ShowView,
    status: (&'static str, &'static str),
    when: String,
    done: Option<&'static str>,
}

impl ShowPage<'_> {
    fn is_cancelled(&self) -> bool {
        self.show.status == ShowStatus::Cancelled
    }

    fn status_of_ticket(&self, ticket: &TicketView) -> (&'static str, &'static str) {
        offer_status::of_ticket(self.t, ticket.status)
    }

    fn price_of(&self, ticket: &TicketView) -> String {
        offer_status::price_of(self.t, ticket)
    }

    fn units_of(&self, ticket: &TicketView) -> String {
        offer_status::units_of(self.t, ticket)
    }
}

/// The page.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id: ShowId = id.parse().map_err(|_| Failure::NotFound)?;
    page(&visit, id, Form::default(), StatusCode::OK).await
}

/// Cancels the show.
pub(crate) async fn cancel(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id: ShowId = id.parse().map_err(|_| Failure::NotFound)?;
    let done = if form.is("confirm", "1") {
        let path = format!("/api/shows/{id}/cancel");
        let call = (Target::Tickets, Method::POST, path.as_str());
        visit.ports().api.call::<Value>(&visit, call, None, None).await.map(|_| ())
    } else {
        Err(Failure::refused(visit.language().confirm_needed()))
    };
    match done {
        Ok(()) => Ok(visit.go_to(format!("/admin/shows/{id}?done=cancel"))),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, id, form, status).await
        }
    }
}

async fn page(
    visit: &Visit,
    id: ShowId,
    form: Form,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let query = visit.query()?;
    let path = format!("/api/shows/{id}");
    let show: ShowView = visit.ports().api.get(visit, Target::Tickets, &path).await?.body;
    let page = ShowPage {
        visit,
        t,
        form,
        status: offer_status::of_show(t, show.status),
        when: t.long_time(&show.starts_at, Some(&show.venue.time_zone)),
        done: query.is("done", "cancel").then(|| t.admin_done_show_cancelled()),
        show,
    };
    Ok(visit.render(status, &page))
}
