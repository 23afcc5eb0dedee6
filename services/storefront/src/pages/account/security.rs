//! GET and POST /account/security: the password, and the sessions.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use contract::{SessionId, Timestamp};
use futures::future::join;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::second_factor::FactorView;
use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

/// A session of the visitor.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionView {
    id: SessionId,
    device: String,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "account/security.html")]
struct SecurityPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    email: String,
    sessions: Vec<SessionView>,
    factor: FactorView,
    done: Option<&'static str>,
}

impl SecurityPage<'_> {
    fn device(&self, session: &SessionView) -> String {
        formats::device_name(*self.t, &session.device)
    }

    fn times(&self, session: &SessionView) -> String {
        let now = self.visit.ports().clock.now();
        let time = |at| self.t.list_time(at, None, now);
        self.t.session_times(&time(&session.created_at), &time(&session.last_seen_at))
    }
}

/// The page.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    page(&visit, Form::default(), StatusCode::OK).await
}

/// Changes the password, ends a session, or ends all of them.
pub(crate) async fn act(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    let user = visit.signed_in()?;
    let done = match form.value("do") {
        "password" => {
            change_password(&visit, &form).await.map(|()| "/account/security?done=password")
        }
        "end" => {
            let session: SessionId =
                form.value("session").parse().map_err(|_| Failure::NotFound)?;
            let next = if session == user.session { "/" } else { "/account/security?done=session" };
            end(&visit, session).await.map(|()| next)
        }
        "end-all" => end_all(&visit).await.map(|()| "/"),
        _ => return Err(Failure::Invalid("do must be password, end or end-all")),
    };
    match done {
        Ok(next) => Ok(visit.go_to(next)),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, form, status).await
        }
    }
}

async fn change_password(visit: &Visit, form: &Form) -> Result<(), Failure> {
    let body: Value = form.texts(&["currentPassword", "newPassword"]).into();
    let call = (Target::Auth, Method::POST, "/api/users/password");
    visit.ports().api.call::<Value>(visit, call, Some(&body), None).await?;
    Ok(())
}

async fn end(visit: &Visit, session: SessionId) -> Result<(), Failure> {
    let path = format!("/api/users/sessions/{session}");
    let call = (Target::Auth, Method::DELETE, path.as_str());
    visit.ports().api.call::<Value>(visit, call, None, None).await?;
    Ok(())
}

async fn end_all(visit: &Visit) -> Result<(), Failure> {
    let call = (Target::Auth, Method::POST, "/api/users/signout-everywhere");
    visit.ports().api.call::<Value>(visit, call, None, None).await?;
    Ok(())
}

async fn page(visit: &Visit, form: Form, status: StatusCode) -> Result<HttpResponse, Failure> {
    let (user, t) = (visit.signed_in()?, visit.language());
    let query = visit.query()?;
    let api = &visit.ports().api;
    let sessions = api.get::<Vec<SessionView>>(visit, Target::Auth, "/api/users/sessions");
    let (sessions, factor) = join(sessions, FactorView::load(visit)).await;
    let (sessions, factor) = (sessions?.body, factor?);
    let done = match query.value("done") {
        "password" => Some(t.done_password()),
        "session" => Some(t.done_session()),
        _ => None,
    };
    let page = SecurityPage { visit, t, form, email: user.email, sessions, factor, done };
    Ok(visit.render(status, &page))
}
