//! GET and POST /account/mail: which mails the account receives, and in which language.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

const ROUTE: &str = "/api/mail/preferences";

/// The mails of an account.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PreferencesView {
    language: Option<contract::Language>,
    show_changes: bool,
    sales: bool,
    is_refused: bool,
}

#[derive(Template)]
#[template(path = "account/mail.html")]
struct MailPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    email: String,
    /// Whether the server of the address refuses mails.
    is_refused: bool,
    languages: [(&'static str, &'static str); 4],
    done: Option<&'static str>,
}

/// The page.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    page(&visit, None, StatusCode::OK).await
}

/// Saves the preferences.
pub(crate) async fn save(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let language = match form.given("language") {
        None => None,
        Some(tag) => {
            let known = contract::Language::of_tag(tag).filter(|known| known.tag() == tag);
            Some(known.ok_or(Failure::Invalid("language must be en-GB, en-US or de"))?)
        }
    };
    let body = json!({
        "language": language,
        "showChanges": form.is("showChanges", "1"),
        "sales": form.is("sales", "1"),
    });
    let call = (Target::Mail, Method::PUT, ROUTE);
    match visit.ports().api.call::<Value>(&visit, call, Some(&body), None).await {
        Ok(_) => Ok(visit.go_to("/account/mail?done=saved")),
        Err(failure) => {
            let (status, form) = refused(visit.language(), form, failure)?;
            page(&visit, Some(form), status).await
        }
    }
}

/// The page with a form that was refused, or with the present preferences.
async fn page(
    visit: &Visit,
    refused: Option<Form>,
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let (t, email) = (visit.language(), visit.signed_in()?.email);
    let present: PreferencesView = visit.ports().api.get(visit, Target::Mail, ROUTE).await?.body;
    let checked = |is_on: bool| if is_on { "1" } else { "" };
    let of_present = || {
        Form::of([
            ("language", present.language.map_or("", contract::Language::tag)),
            ("showChanges", checked(present.show_changes)),
            ("sales", checked(present.sales)),
        ])
    };
    let page = MailPage {
        visit,
        t,
        form: refused.unwrap_or_else(of_present),
        email,
        is_refused: present.is_refused,
        languages: [
            ("", t.mails_language_sign_up()),
            (contract::Language::English.tag(), t.mails_english()),
            (contract::Language::AmericanEnglish.tag(), t.mails_american()),
            (contract::Language::German.tag(), t.mails_german()),
        ],
        done: visit.query()?.is("done", "saved").then(|| t.done_mails()),
    };
    Ok(visit.render(status, &page))
}
