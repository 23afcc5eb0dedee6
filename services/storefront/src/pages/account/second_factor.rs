//! GET and POST /account/second-factor: codes of an application at sign-in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::Target;
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::pages::refused::refused;
use crate::visit::Visit;

const PAGE: &str = "/account/second-factor";

const ROUTE: &str = "/api/users/second-factor";

/// The beginning of the URI of every secret. Other schemes become no link.
const URI_START: &str = "otpauth://totp/";

/// Characters of a group of the secret: as many as a person keeps in mind.
const GROUP: usize = 4;

/// Whether sign-ins need a code.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FactorView {
    pub(super) is_on: bool,
    recovery_codes_left: usize,
}

/// A new secret.
#[derive(Debug, Deserialize)]
struct SecretView {
    secret: String,
    uri: String,
}

/// New recovery codes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecoveryCodesView {
    recovery_codes: Vec<String>,
}

/// The state that the page shows.
enum State {
    Off,
    /// A secret is to be confirmed.
    Started(SecretView),
    On {
        recovery_codes_left: usize,
    },
    /// Recovery codes that are shown once.
    Codes(Vec<String>),
}

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct SecondFactorPage<'v> {
    visit: &'v Visit,
    t: Language,
    form: Form,
    email: String,
    state: State,
    done: Option<&'static str>,
}

impl FactorView {
    /// The state at auth.
    pub(super) async fn load(visit: &Visit) -> Result<Self, Failure> {
        Ok(visit.ports().api.get(visit, Target::Auth, ROUTE).await?.body)
    }

    fn state(self) -> State {
        if self.is_on {
            State::On { recovery_codes_left: self.recovery_codes_left }
        } else {
            State::Off
        }
    }
}

impl SecretView {
    /// The secret in groups, to type.
    fn groups(&self) -> String {
        let characters: Vec<char> = self.secret.chars().collect();
        let groups = characters.chunks(GROUP).map(|group| group.iter().collect::<String>());
        groups.collect::<Vec<_>>().join(" ")
    }

    /// The secret of a form that was refused. It is shown again, because auth shows it once.
    fn of(form: &Form) -> Option<Self> {
        let (secret, uri) = (form.given("secret")?, form.given("uri")?);
        let is_own = uri.starts_with(URI_START);
        is_own.then(|| Self { secret: secret.to_owned(), uri: uri.to_owned() })
    }
}

/// The page.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let state = FactorView::load(&visit).await?.state();
    page(&visit, (StatusCode::OK, Form::default()), state)
}

/// Creates a secret, confirms it, replaces the recovery codes, or switches the factor off.
pub(crate) async fn act(visit: Visit, form: Form) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let done = match form.value("do") {
        "start" => start(&visit, &form).await.map(State::Started),
        "confirm" => confirm(&visit, &form).await.map(State::Codes),
        "codes" => replace_codes(&visit, &form).await.map(State::Codes),
        "stop" => stop(&visit, &form).await.map(|()| State::Off),
        _ => return Err(Failure::Invalid("do must be start, confirm, codes or stop")),
    };
    match done {
        Ok(State::Off) => Ok(visit.go_to(format!("{PAGE}?done=off"))),
        Ok(state) => page(&visit, (StatusCode::OK, Form::default()), state),
        Err(failure) => {
            let has_ended = failure.status() == StatusCode::CONFLICT;
            let (status, form) = refused(visit.language(), form, failure)?;
            let state = match SecretView::of(&form).filter(|_| !has_ended) {
                Some(secret) => State::Started(secret),
                None => FactorView::load(&visit).await?.state(),
            };
            // A code is valid once.
            page(&visit, (status, form.with("code", "")), state)
        }
    }
}

async fn start(visit: &Visit, form: &Form) -> Result<SecretView, Failure> {
    call(visit, (Method::POST, ROUTE), form, &["currentPassword"]).await
}

/// Every session ends; the cookies of a new one reach the browser with the page.
async fn confirm(visit: &Visit, form: &Form) -> Result<Vec<String>, Failure> {
    let path = format!("{ROUTE}/confirm");
    let codes: RecoveryCodesView = call(visit, (Method::POST, &path), form, &["code"]).await?;
    Ok(codes.recovery_codes)
}

async fn replace_codes(visit: &Visit, form: &Form) -> Result<Vec<String>, Failure> {
    let (path, fields) = (format!("{ROUTE}/recovery-codes"), &["currentPassword", "code"]);
    let codes: RecoveryCodesView = call(visit, (Method::POST, &path), form, fields).await?;
    Ok(codes.recovery_codes)
}

async fn stop(visit: &Visit, form: &Form) -> Result<(), Failure> {
    call(visit, (Method::DELETE, ROUTE), form, &["currentPassword", "code"]).await
}

async fn call<T: DeserializeOwned>(
    visit: &Visit,
    (method, path): (Method, &str),
    form: &Form,
    fields: &[&str],
) -> Result<T, Failure> {
    let body: Value = form.texts(fields).into();
    let reply = visit.ports().api.call(visit, (Target::Auth, method, path), Some(&body), None);
    Ok(reply.await?.body)
}

fn page(
    visit: &Visit,
    (status, form): (StatusCode, Form),
    state: State,
) -> Result<HttpResponse, Failure> {
    let (t, email) = (visit.language(), visit.signed_in()?.email);
    let done = visit.query()?.is("done", "off").then(|| t.done_factor_off());
    Ok(visit.render(status, &SecondFactorPage { visit, t, form, email, state, done }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_in_groups_of_four() {
        let secret = SecretView { secret: "ABCDEFGHIJ".to_owned(), uri: String::new() };
        assert_eq!(secret.groups(), "ABCD EFGH IJ");
    }

    #[test]
    fn a_refused_form_shows_links_of_secrets_only() {
        let of = |uri: &str| SecretView::of(&Form::of([("secret", "ABCD"), ("uri", uri)]));
        assert!(of("otpauth://totp/boxoffice:ann?secret=ABCD").is_some());
        assert!(of("javascript:alert(1)").is_none());
        assert!(SecretView::of(&Form::default()).is_none());
    }
}
