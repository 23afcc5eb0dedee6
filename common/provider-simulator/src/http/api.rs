//! The API itself, `/v1/…`.

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures::stream;

use super::app_state::AppState;
use crate::api::error::ApiError;
use crate::api::request::{Method, Reply, Request, Response};

const KEY: &str = "Idempotency-Key";

const SCHEME: &str = "Bearer ";

/// Prefix of a secret key of a test account. Keys of real accounts are rejected.
const TEST_KEY: &str = "sk_test_";

pub(super) async fn api(app: Data<AppState>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if let Err(error) = check_key(header(&request, AUTHORIZATION.as_str())) {
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
            // No response after a reset.
            app.with(|provider, now| provider.collect(pending, now))
        }
    };
    let (method, path) = (request.method().as_str(), request.path());
    let Some(response) = response else {
        tracing::info!(method, path, "connection closed without a response");
        return closed();
    };
    let status = response.status;
    tracing::info!(method, path, status, replayed = response.replay_of.is_some(), "answered");
    respond(response, call.idempotency_key.as_deref())
}

/// Checks the header `Authorization`. The error does not repeat the given key.
fn check_key(authorization: Option<&str>) -> Result<(), ApiError> {
    let Some(given) = authorization.and_then(|header| header.strip_prefix(SCHEME)) else {
        let message = "You did not provide an API key. Provide it in the Authorization header: 'Bearer YOUR_SECRET_KEY'.";
        return Err(ApiError::unauthorized(message));
    };
    if given.strip_prefix(TEST_KEY).is_none_or(str::is_empty) {
        let message = "Invalid API Key provided; here it starts with sk_test_.";
        return Err(ApiError::unauthorized(message));
    }
    Ok(())
}

fn read(request: &HttpRequest, body: &[u8]) -> Option<Request> {
    let call = |method| Request::new(method, request.path());
    match request.method().as_str() {
        // Stripe ignores the key of a request that changes nothing.
        "GET" => Some(call(Method::Get).with_form(request.query_string())),
        "POST" => {
            let idempotency_key = header(request, KEY).map(str::to_owned);
            let call = call(Method::Post).with_form(&String::from_utf8_lossy(body));
            Some(Request { idempotency_key, ..call })
        }
        "DELETE" => Some(call(Method::Delete)),
        _ => None,
    }
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

fn respond(response: Response, key: Option<&str>) -> HttpResponse {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut built = HttpResponse::build(status);
    built.content_type("application/json");
    built.insert_header(("Request-Id", response.request_id));
    if let Some(key) = key {
        built.insert_header((KEY, key));
    }
    if let Some(first) = response.replay_of {
        built.insert_header(("Idempotent-Replayed", "true"));
        built.insert_header(("Original-Request", first));
    }
    built.body(response.body)
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
