//! The control API, `/_simulator/…`: reports, changes of the provider's behaviour by tests, and
//! actions of an operator and of a bank, which no request of the client causes.

use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::app_state::AppState;
use crate::control::{Action, WrongState};

#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("unknown field {0}")]
    Unknown(String),
    #[error(transparent)]
    State(#[from] WrongState),
    #[error("no such route")]
    Route,
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Json(_) | Self::Unknown(_) => StatusCode::BAD_REQUEST,
            Self::State(_) => StatusCode::CONFLICT,
            Self::Route => StatusCode::NOT_FOUND,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).json(json!({ "error": self.to_string() }))
    }
}

/// Handles a request to the control API; `path` is the part behind `/_simulator/`.
pub(super) async fn control(
    app: Data<AppState>,
    request: HttpRequest,
    path: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Refused> {
    let report = |report: Value| Ok(HttpResponse::Ok().json(report));
    let path: Vec<&str> = path.split('/').collect();
    match (request.method(), path.as_slice()) {
        (&Method::GET, ["ledger"]) => return report(app.with(|it, _| json!(it.ledger))),
        (&Method::GET, ["events"]) => {
            return report(app.with(
                |it, _| json!({ "outstanding": it.webhooks.outstanding(), "events": it.events }),
            ));
        }
        (&Method::GET, ["faults"]) => {
            return report(app.with(
                |it, _| json!({ "faults": it.faults, "webhook_faults": it.webhooks.faults }),
            ));
        }
        (&Method::POST, ["dashboard", intent, action]) => {
            let body = if body.is_empty() { &b"{}"[..] } else { &body };
            let amount: Option<i64> = field("amount", body)?;
            let action = match *action {
                "capture" => Action::Capture(amount),
                "cancel" => Action::Cancel,
                "refund" => Action::Refund(amount),
                "dispute" => Action::OpenDispute(amount),
                _ => return Err(Refused::Route),
            };
            let id = app.with(|it, now| it.act(action, intent, now))?;
            return report(json!({ "id": id }));
        }
        (&Method::POST, ["faults"]) => {
            let fault = parse(&body)?;
            app.with(|it, _| it.faults.push(fault));
        }
        (&Method::DELETE, ["faults"]) => app.with(|it, _| it.clear_faults()),
        (&Method::POST, ["webhook-faults"]) => {
            let fault = parse(&body)?;
            app.with(|it, _| it.webhooks.faults.push(fault));
        }
        (&Method::PUT, ["webhook-order"]) => {
            let order = field("order", &body)?;
            app.with(|it, _| it.webhooks.order = order);
        }
        (&Method::PUT, ["webhook"]) => app.set_webhook(Some(parse(&body)?)),
        (&Method::DELETE, ["webhook"]) => app.set_webhook(None),
        (&Method::POST, ["events", id, "resend"]) => app.with(|it, now| it.resend(id, now))?,
        (&Method::POST, [kind @ ("processing" | "refunds" | "disputes"), id]) => {
            let outcome = field("outcome", &body)?;
            let action = match *kind {
                "processing" => Action::EndProcessing(outcome),
                "refunds" => Action::EndRefund(outcome),
                _ => Action::CloseDispute(outcome),
            };
            app.with(|it, now| it.act(action, id, now))?;
        }
        (&Method::POST, ["reset"]) => app.with(|it, _| it.reset()),
        _ => return Err(Refused::Route),
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Parses a body. An unknown field is rejected, so that a misspelt option is not ignored.
fn parse<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, Refused> {
    let given: Value = serde_json::from_slice(body)?;
    let read = T::deserialize(&given)?;
    let known = serde_json::to_value(&read)?;
    let mut names = given.as_object().into_iter().flat_map(|given| given.keys());
    match names.find(|name| known.get(name).is_none()) {
        Some(name) => Err(Refused::Unknown(name.clone())),
        None => Ok(read),
    }
}

/// Parses the only field of a body, such as `{"outcome": "succeeded"}`; a missing field is null.
fn field<T: DeserializeOwned>(name: &str, body: &[u8]) -> Result<T, Refused> {
    let mut fields: Map<String, Value> = serde_json::from_slice(body)?;
    let value = fields.remove(name).unwrap_or_default();
    match fields.keys().next() {
        Some(unknown) => Err(Refused::Unknown(unknown.clone())),
        None => Ok(serde_json::from_value(value)?),
    }
}
