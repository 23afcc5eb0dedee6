//! The page of a 3-D Secure challenge.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Path, ServiceConfig, get, post};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::app_state::AppState;
use crate::control::{Acted, Action};
use crate::ids::name_of;
use crate::state::objects::Outcome;

const ROUTE: &str = "/_simulator/challenges/{id}";

const PAGE: &str = r#"<!doctype html>
<html lang="en"><meta charset="utf-8"><title>3-D Secure</title>
<h1>3-D Secure, simulated</h1>
<p>A bank asks whether you are the owner of the card.</p>
<form method="post">
<button name="outcome" value="succeeded">Yes, complete the payment</button>
<button name="outcome" value="failed">No, fail it</button>
</form></html>"#;

const OVER: &str = r#"<!doctype html>
<html lang="en"><meta charset="utf-8"><title>3-D Secure</title>
<p>This challenge is over. You may close this page.</p></html>"#;

/// `outcome=succeeded`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeBody {
    outcome: Outcome,
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config.route(ROUTE, get().to(show_challenge)).route(ROUTE, post().to(finish_challenge));
}

async fn show_challenge(app: Data<AppState>, id: Path<String>) -> HttpResponse {
    match app.with(|provider, _| provider.challenge_return_url(&id)) {
        Ok(_) => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(PAGE),
        Err(_) => challenge_closed(),
    }
}

async fn finish_challenge(
    app: Data<AppState>,
    id: Path<String>,
    ending: Form<OutcomeBody>,
) -> HttpResponse {
    let outcome = ending.outcome;
    let finished: Acted<Option<String>> = app.with(|provider, now| {
        let return_url = provider.challenge_return_url(&id)?;
        provider.act(Action::EndChallenge(outcome), &id, now)?;
        Ok(return_url)
    });
    match finished {
        Ok(Some(return_url)) => {
            let to = with_result(&return_url, &id, outcome);
            HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
        }
        Ok(None) => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(OVER),
        Err(_) => challenge_closed(),
    }
}

/// The merchant's return URL, with the parameters that Stripe appends.
fn with_result(return_url: &str, id: &str, outcome: Outcome) -> String {
    let joint = if return_url.contains('?') { '&' } else { '?' };
    let id = utf8_percent_encode(id, NON_ALPHANUMERIC);
    let status = name_of(outcome);
    format!("{return_url}{joint}payment_intent={id}&redirect_status={status}")
}

fn challenge_closed() -> HttpResponse {
    HttpResponse::Conflict().content_type("text/html; charset=utf-8").body(OVER)
}
