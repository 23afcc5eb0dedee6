//! GET and POST /admin/users/{id}: an account with its offers, and a ban.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use contract::UserId;
use futures::future::join;
use reqwest::Method;
use serde_json::Value;

use super::offer_status;
use crate::api::offer_views::{ShowView, TicketView};
use crate::api::user_view::UserView;
use crate::api::{Reply, Target};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::pages::{cursor_of, next_of};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "admin/user.html")]
struct UserPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    user: UserView,
    is_own: bool,
    shows: Vec<ShowView>,
    next_shows: Option<String>,
    tickets: Vec<TicketView>,
    next_tickets: Option<String>,
    done: Option<&'static str>,
}

impl UserPage<'_> {
    fn status_of_show(&self, show: &ShowView) -> (&'static str, &'static str) {
        offer_status::of_show(self.t, show.status)
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
    let id: UserId = id.parse().map_err(|_| Failure::NotFound)?;
    page(&visit, id, Form::default(), StatusCode::OK).await
}

/// Bans the account, or lifts its ban.
pub(crate) async fn act(
    visit: Visit,
    id: Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let id: UserId = id.parse().map_err(|_| Failure::NotFound)?;
    let command @ ("ban" | "unban") = form.value("do") else {
        return Err(Failure::Invalid("do must be ban or unban"));
    };
    let done = if form.is("confirm", "1") {
        change(&visit, id, command).await
    } else {
        Err(Failure::refused(visit.language().confirm_needed()))
    };
    match done {
        Ok(()) => Ok(visit.go_to(format!("/admin/users/{id}?done={command}"))),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, id, form, status).await
        }
    }
}

async fn change(visit: &Visit, id: UserId, command: &str) -> Result<(), Failure> {
    let path = format!("/api/users/{id}/{command}");
    let call = (Target::Auth, Method::POST, path.as_str());
    visit.ports().api.call::<Value>(visit, call, None, None).await?;
    Ok(())
}

async fn page(
    visit: &Visit,
    id: UserId,
    form: Form,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let (own, t) = (visit.signed_in()?, visit.language());
    let query = visit.query()?;
    let api = &visit.ports().api;
    let path = format!("/api/users/{id}/account");
    let user: UserView = api.get(visit, Target::Auth, &path).await?.body;
    let list = |kind: &str, order: &str| {
        let path = format!("/api/{kind}?seller={id}&status=all&sort={order}&limit=10");
        cursor_of(&path, query, kind)
    };
    let (of_shows, of_tickets) = (list("shows", "latest"), list("tickets", "newest"));
    let shows = api.get::<Vec<ShowView>>(visit, Target::Tickets, &of_shows);
    let tickets = api.get::<Vec<TicketView>>(visit, Target::Tickets, &of_tickets);
    let (shows, tickets) = join(shows, tickets).await;
    let (shows, tickets) = (shows?, tickets?);
    let page = UserPage {
        visit,
        t,
        form,
        is_own: own.user == id,
        next_shows: next_page(id, &shows, "shows"),
        next_tickets: next_page(id, &tickets, "tickets"),
        shows: shows.body,
        tickets: tickets.body,
        user,
        done: match query.value("done") {
            "ban" => Some(t.admin_done_banned()),
            "unban" => Some(t.admin_done_unbanned()),
            _ => None,
        },
    };
    Ok(visit.render(status, &page))
}

/// The page with the next entries of one of the lists; the other one begins anew.
fn next_page<T>(id: UserId, list: &Reply<Vec<T>>, kind: &str) -> Option<String> {
    let next = next_of(&format!("/admin/users/{id}"), list.next.as_deref()?)?;
    Some(format!("{}#{kind}", next.replace("?cursor=", &format!("?{kind}="))))
}
