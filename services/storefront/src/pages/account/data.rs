//! GET and POST /account/data: a copy of the stored data, and the deletion of the account.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use askama::Template;
use reqwest::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::{Language, zoned};
use crate::pages::refused::refused;
use crate::problem::Problem;
use crate::visit::Visit;

/// Whether an export has the parts of all services.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExportState {
    is_complete: bool,
}

#[derive(Template)]
#[template(path = "account/data.html")]
struct DataPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    email: String,
    /// Whether parts of the copy are missing.
    is_preparing: bool,
    /// Reasons against a deletion.
    obstacles: Vec<String>,
}

impl DataPage<'_> {
    /// Whether the deletion would forfeit credit.
    fn has_credit(&self) -> bool {
        self.form.error("forfeitCredit").is_some() || self.form.is("forfeitCredit", "1")
    }
}

/// The page.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    page(&visit, Form::default(), StatusCode::OK)
}

/// Sends the copy, or deletes the account.
pub(crate) async fn act(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let done = match form.value("do") {
        "download" => download(&visit).await,
        "erase" => erase(&visit, &form).await,
        _ => return Err(Failure::Invalid("do must be download or erase")),
    };
    let (t, failure) = (
        visit.language(),
        match done {
            Ok(response) => return Ok(response),
            Err(failure) => failure,
        },
    );
    match failure {
        Failure::Problem(problem) if problem.status == 409 && problem.code != "administrator" => {
            page(&visit, with_obstacles(t, form, &problem), StatusCode::CONFLICT)
        }
        // The outcome of an erasure is unknown.
        Failure::Problem(problem) if problem.status == 503 && form.is("do", "erase") => {
            page(&visit, form.with_error(None, t.erase_late()), StatusCode::SERVICE_UNAVAILABLE)
        }
        other => {
            let (status, form) = refused(t, form, other)?;
            page(&visit, form, status)
        }
    }
}

async fn download(visit: &Visit) -> Result<HttpResponse, Failure> {
    let path = "/api/users/me/export";
    // The text as auth sends it: numbers keep their form.
    let export: Box<RawValue> = visit.ports().api.get(visit, Target::Auth, path).await?.body;
    let state: ExportState =
        serde_json::from_str(export.get()).map_err(|error| Failure::unreadable(&error))?;
    if !state.is_complete {
        return page_while_preparing(visit);
    }
    let today = zoned(visit.ports().clock.now(), None).date();
    let name = format!("attachment; filename=\"boxoffice-data-{today}.json\"");
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.body(export.get().to_owned()))
}

async fn erase(visit: &Visit, form: &Form) -> Result<HttpResponse, Failure> {
    if !form.is("confirm", "1") {
        return Err(Failure::refused(visit.language().confirm_needed()));
    }
    let mut body = form.texts(&["password", "code"]);
    body.insert("forfeitCredit".to_owned(), json!(form.is("forfeitCredit", "1")));
    let call = (Target::Auth, Method::DELETE, "/api/users/me");
    visit.ports().api.call::<Value>(visit, call, Some(&body.into()), None).await?;
    Ok(visit.go_to("/account/deleted"))
}

/// The form with every obstacle in words. Obstacles are known by their field or their text; others
/// keep the text of auth.
fn with_obstacles(t: Language, form: Form, problem: &Problem) -> Form {
    problem.errors.iter().fold(form, |form, error| {
        let words = match (error.field.as_deref(), error.message.as_str()) {
            (Some("forfeitCredit"), _) => t.obstacle_credit(),
            (_, text) if text.starts_with("an order is not paid") => t.obstacle_orders(),
            (_, text) if text.starts_with("a payment") => t.obstacle_payments(),
            (_, text) if text.starts_with("units are") => t.obstacle_sales(),
            (_, text) => return form.with_error(None, text),
        };
        form.with_error(error.field.as_deref(), words)
    })
}

fn page(visit: &Visit, form: Form, status: StatusCode) -> Result<HttpResponse, Failure> {
    let (email, t) = (visit.signed_in()?.email, visit.language());
    let is_refused = status == StatusCode::CONFLICT && form.is("do", "erase");
    let obstacles = if is_refused { obstacles_of(&form) } else { Vec::new() };
    let page = DataPage { visit, t, form, email, is_preparing: false, obstacles };
    Ok(visit.render(status, &page))
}

fn obstacles_of(form: &Form) -> Vec<String> {
    let credit = form.error("forfeitCredit").map(str::to_owned);
    form.other_errors("forfeitCredit").into_iter().chain(credit).collect()
}

fn page_while_preparing(visit: &Visit) -> Result<HttpResponse, Failure> {
    let (email, t) = (visit.signed_in()?.email, visit.language());
    let (form, obstacles) = (Form::default(), Vec::new());
    let page = DataPage { visit, t, form, email, is_preparing: true, obstacles };
    Ok(visit.render(StatusCode::ACCEPTED, &page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::FieldError;

    #[test]
    fn every_obstacle_has_words_and_an_unknown_one_keeps_its_text() {
        let error = |field: Option<&str>, message: &str| FieldError {
            field: field.map(str::to_owned),
            message: message.to_owned(),
        };
        let problem = Problem {
            status: 409,
            code: "open_orders".to_owned(),
            detail: "Nothing was erased".to_owned(),
            errors: vec![
                error(None, "an order is not paid: pay it, cancel it or wait"),
                error(None, "a payment, refund or dispute has not ended"),
                error(None, "units are held, or sold for a future date"),
                error(Some("forfeitCredit"), "must be true: there is credit"),
                error(None, "another reason"),
            ],
            retry_after: None,
        };
        let form = with_obstacles(Language::ENGLISH, Form::default(), &problem);
        let t = Language::ENGLISH;
        assert_eq!(form.error("forfeitCredit"), Some(t.obstacle_credit()));
        let expected =
            [t.obstacle_orders(), t.obstacle_payments(), t.obstacle_sales(), "another reason"];
        assert_eq!(form.other_errors("forfeitCredit"), expected);
        assert_eq!(obstacles_of(&form).len(), 5);
    }
}
