//! The API itself, `/v1/…`.

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures::stream;

use super::api_key;
use super::desk::Desk;
use crate::answer::{Answer, PendingId, Reply};
use crate::error::ApiError;
use crate::params::Params;
use crate::request::{Method, Request};

const KEY: &str = "Idempotency-Key";

/// Answers any request to the API.
pub(super) async fn api(desk: Data<Desk>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if let Err(error) = api_key::check(header(&request, AUTHORIZATION.as_str())) {
        return plain(&error);
    }
    let Some(asked) = read(&request, &body) else {
        return plain(&ApiError::no_route(request.method().as_str(), request.path()));
    };
    let answer = match desk.with(|provider, now| provider.handle(&asked, now)) {
        Reply::Answer(answer) => Some(answer),
        Reply::Lost => None,
        Reply::Later { pending, at } => {
            desk.clock.sleep_until(at).await;
            collect(&desk, pending)
        }
    };
    let (method, path) = (asked.method.name(), asked.path.as_str());
    let Some(answer) = answer else {
        tracing::info!(method, path, "no answer");
        return closed();
    };
    let status = answer.status;
    tracing::info!(method, path, status, replayed = answer.replay_of.is_some(), "answered");
    respond(&answer, asked.idempotency_key.as_deref())
}

/// None once everything was reset meanwhile.
fn collect(desk: &Desk, pending: PendingId) -> Option<Answer> {
    desk.with(|provider, now| provider.collect(pending, now))
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

fn respond(answer: &Answer, key: Option<&str>) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.content_type("application/json");
    response.insert_header(("Request-Id", answer.request_id.as_str()));
    if let Some(key) = key {
        response.insert_header((KEY, key));
    }
    if let Some(first) = &answer.replay_of {
        response.insert_header(("Idempotent-Replayed", "true"));
        response.insert_header(("Original-Request", first.as_str()));
    }
    response.body(answer.body.clone())
}

fn plain(error: &ApiError) -> HttpResponse {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    HttpResponse::build(status).content_type("application/json").body(error.body())
}

/// Closes the connection: a body that fails at once takes the head of the answer, still unsent, with it.
fn closed() -> HttpResponse {
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
    HttpResponse::Ok().streaming(stream::once(async { Err::<Bytes, _>(broken) }))
}
