//! The API itself, `/v1/…`.

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures::stream;

use super::api_key;
use super::app_state::AppState;
use crate::api::error::ApiError;
use crate::api::params::Params;
use crate::api::request::{Method, Request};
use crate::api::response::{PendingId, Reply, Response};

const KEY: &str = "Idempotency-Key";

/// Handles a request to the API.
pub(super) async fn api(app: Data<AppState>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if let Err(error) = api_key::check(header(&request, AUTHORIZATION.as_str())) {
        return plain(&error);
    }
    let Some(call) = read(&request, &body) else {
        return plain(&ApiError::no_route(request.method().as_str(), request.path()));
    };
    let response = match app.with(|provider, now| provider.handle(&call, now)) {
        Reply::Response(response) => Some(response),
        Reply::Closed => None,
        Reply::Later { pending, at } => {
            app.clock.sleep_until(at).await;
            collect(&app, pending)
        }
    };
    let (method, path) = (call.method.name(), call.path.as_str());
    let Some(response) = response else {
        tracing::info!(method, path, "connection closed without a response");
        return closed();
    };
    let status = response.status;
    tracing::info!(method, path, status, replayed = response.replay_of.is_some(), "answered");
    respond(&response, call.idempotency_key.as_deref())
}

/// `None` after a reset.
fn collect(app: &AppState, pending: PendingId) -> Option<Response> {
    app.with(|provider, now| provider.collect(pending, now))
}

fn read(request: &HttpRequest, body: &[u8]) -> Option<Request> {
    let (method, form) = match request.method().as_str() {
        "GET" => (Method::Get, request.query_string().to_owned()),
        "POST" => (Method::Post, String::from_utf8_lossy(body).into_owned()),
        "DELETE" => (Method::Delete, String::new()),
        _ => return None,
    };
    Some(Request {
        method,
        path: request.path().to_owned(),
        params: Params::parse(&form),
        // Stripe ignores the key of a request that changes nothing.
        idempotency_key: match method {
            Method::Post => header(request, KEY).map(str::to_owned),
            Method::Get | Method::Delete => None,
        },
    })
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

fn respond(response: &Response, key: Option<&str>) -> HttpResponse {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut built = HttpResponse::build(status);
    built.content_type("application/json");
    built.insert_header(("Request-Id", response.request_id.as_str()));
    if let Some(key) = key {
        built.insert_header((KEY, key));
    }
    if let Some(first) = &response.replay_of {
        built.insert_header(("Idempotent-Replayed", "true"));
        built.insert_header(("Original-Request", first.as_str()));
    }
    built.body(response.body.clone())
}

fn plain(error: &ApiError) -> HttpResponse {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    HttpResponse::build(status).content_type("application/json").body(error.body())
}

/// Closes the connection: a body that fails at once discards the unsent head of the response.
fn closed() -> HttpResponse {
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
    HttpResponse::Ok().streaming(stream::once(async { Err::<Bytes, _>(broken) }))
}
