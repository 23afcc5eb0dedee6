//! The middleware around every handler.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse, ResponseError as _};
use metrics::{Counter, Histogram};
use sources::{Clock, Ids, Joined, Scope, Span, SpanKind, Trace, span};
use tracing::Instrument as _;

use crate::cross_origin::Grant;
use crate::operations::openapi::Routes;
use crate::request::{extract, with_request_id};
use crate::responses::precondition;
use crate::session::{CookieKind, Sessions};
use crate::{ClientAddress, Problem, RateLimiter, edge};

/// State shared by the middleware; app data.
#[derive(Clone)]
pub struct MiddlewareState {
    /// Source of request and trace ids.
    pub ids: Ids,
    /// The process's clock.
    pub clock: Clock,
    /// The rate limits of the process.
    pub rate_limiter: RateLimiter,
}

/// Shows a request that is refused before its handler as a page, where a person reads it; `None`
/// for programs. App data of services with pages.
pub type RefusalPage = fn(&HttpRequest, &Problem) -> Option<HttpResponse>;

extract!(ClientAddress, Infallible, |request| {
    Ok(Self::read(request.headers(), peer(request), trusted_proxies(request)))
});

impl ClientAddress {
    /// The value of `X-Forwarded-For` with which another service reads the address of this
    /// request's client, when it is called directly and has as many trusted proxies.
    #[must_use]
    pub fn forwarded(request: &HttpRequest) -> String {
        let proxies = trusted_proxies(request);
        Self::read(request.headers(), peer(request), proxies).forwarded_by(proxies)
    }
}

fn peer(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| peer.ip())
}

fn trusted_proxies(request: &HttpRequest) -> usize {
    let state = request.app_data::<Data<MiddlewareState>>();
    state.map_or(0, |state| state.rate_limiter.trusted_proxies)
}

/// The middleware: request id, trace, log span, limits, checks at the edge, headers, metrics.
///
/// # Errors
/// Errors of the inner service; handlers return responses.
pub async fn middleware(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Identity { request_id, given, own } = identify(&request);
    let scope = Scope::new(own);
    let started = tokio::time::Instant::now();
    let cookie = request.app_data::<Data<Sessions>>().map(|sessions| sessions.cookie);
    let method = request.method().clone();
    if method == Method::HEAD {
        // Handled as GET; the server leaves the body out (RFC 9110, 9.3.2).
        request.head_mut().method = Method::GET;
    }
    let grant = grant(&request);
    let spanned = span::is_recording().then(span::moment);
    // The subscriber adds the ids to every log line inside, whether or not this span is recorded.
    let span = tracing::debug_span!("request", %method, path = pattern(request.request()));
    let inside = async {
        let state = request.app_data::<Data<MiddlewareState>>();
        let refused = state
            .and_then(|state| state.rate_limiter.refusal(&request))
            .or_else(|| edge::refusal(request.request()))
            .or_else(|| ignored_precondition(&request));
        let early = match refused {
            Some(problem) => {
                let page = request.app_data::<Data<RefusalPage>>();
                let page = page.and_then(|page| page(request.request(), &problem));
                Some(page.unwrap_or_else(|| problem.error_response()))
            }
            None => grant.preflight(request.request()),
        };
        let response = match early {
            Some(response) => request.into_response(response).map_into_right_body(),
            None => next.call(request).await?.map_into_left_body(),
        };
        tracing::debug!(status = response.status().as_u16(), "request completed");
        Ok::<_, Error>(response)
    };
    let completed = with_request_id(Arc::clone(&request_id), scope.clone().run(inside));
    // Boxed: each connection has room for this future, also while it is idle.
    let mut response = Box::pin(completed.instrument(span)).await?;
    let status = response.status().as_u16();
    // Known without a search, once the request was routed.
    let known =
        response.response().extensions().get::<RoutePattern>().map(|known| known.0.to_string());
    let pattern = known.unwrap_or_else(|| pattern(response.request()));
    if let Some(started) = spanned {
        let operation = operation(response.request(), &pattern);
        // A request that has joined the trace of an aggregate is part of that trace.
        let own = Joined { place: own, parent: None };
        let Joined { place, parent } = scope.joined().unwrap_or(own);
        let mut span = Span::at(place, parent, operation, SpanKind::Server);
        span.since(started);
        if let Some(given) = given {
            span.link(given);
        }
        span.set_attribute("http.request.method", || method.to_string());
        span.set_attribute("http.route", || pattern.clone());
        span.set_attribute("http.response.status_code", || i64::from(status));
        span.set_attribute("boxoffice.request_id", || request_id.to_string());
        if status >= 500 {
            span.set_failed();
        }
    }
    add_response_headers(response.headers_mut(), &request_id, cookie);
    grant.add_to(response.headers_mut());
    if response.status() == StatusCode::REQUEST_TIMEOUT {
        // The connection closes, since the rest of the body is not read.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    count(Kind { method: label(&method), pattern, status }, started.elapsed());
    Ok(response)
}

/// The pattern of the route, in a response that was made before the request was routed.
#[derive(Debug, Clone)]
pub struct RoutePattern(pub Arc<str>);

/// The pattern of the route of a request; `unknown` outside routes.
fn pattern(request: &HttpRequest) -> String {
    request.match_pattern().unwrap_or_else(|| "unknown".to_owned())
}

/// Labels of requests that are counted together.
#[derive(PartialEq, Eq, Hash)]
struct Kind {
    method: &'static str,
    pattern: String,
    status: u16,
}

struct Counts {
    requests: Counter,
    seconds: Histogram,
}

thread_local! {
    /// The metric handles of this thread, each looked up once; bounded by routes and statuses.
    static COUNTS: RefCell<HashMap<Kind, Counts>> = RefCell::default();
}

fn count(kind: Kind, elapsed: Duration) {
    COUNTS.with_borrow_mut(|counts| {
        let counts = counts.entry(kind).or_insert_with_key(Counts::of);
        counts.requests.increment(1);
        counts.seconds.record(elapsed.as_secs_f64());
    });
}

impl Counts {
    fn of(kind: &Kind) -> Self {
        let status = kind.status.to_string();
        let labels = [
            ("method", kind.method.to_owned()),
            ("route", kind.pattern.clone()),
            ("status", status),
        ];
        Self {
            requests: metrics::counter!("http_requests_total", &labels),
            seconds: metrics::histogram!("http_request_seconds", &labels),
        }
    }
}

/// The method as a label. Unknown ones share one, since clients can invent any number of them.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

struct Identity {
    request_id: Arc<str>,
    /// The client's trace context. It decides nothing: the span of the request links to it.
    given: Option<Trace>,
    /// The span context of the request, in a new trace.
    own: Trace,
}

fn identify(request: &ServiceRequest) -> Identity {
    let given = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let given = given.and_then(Trace::parse);
    let Some(state) = request.app_data::<Data<MiddlewareState>>() else {
        return Identity { request_id: "".into(), given, own: Trace::new([0; 16], [0; 8]) };
    };
    let request_id = state.ids.next(state.clock.now()).to_string().into();
    let own = Trace::new(state.ids.random_bytes(), state.ids.random_bytes());
    Identity { request_id, given, own }
}

/// The operation id of the route, which is the handler's name; the method outside routes.
fn operation(request: &HttpRequest, pattern: &str) -> Cow<'static, str> {
    let method = label(request.method());
    let known = request.app_data::<Data<Routes>>();
    let operation = known.and_then(|known| known.operation(method, pattern));
    operation.map_or(Cow::Borrowed(method), |name| Cow::Owned(name.to_owned()))
}

fn grant(request: &ServiceRequest) -> Grant {
    let sessions = request.app_data::<Data<Sessions>>();
    sessions.map_or(Grant::Off, |sessions| sessions.cors_origins.grant(request.request()))
}

/// Rejects a change with a precondition that its route does not evaluate.
fn ignored_precondition(request: &ServiceRequest) -> Option<Problem> {
    if matches!(*request.method(), Method::GET | Method::OPTIONS) {
        return None;
    }
    let problem = precondition::unsupported(request.request())?;
    let routes = request.app_data::<Data<Routes>>()?;
    let pattern = pattern(request.request());
    routes.ignores_preconditions(label(request.method()), &pattern).then_some(problem)
}

/// Headers of every response (OWASP REST Security and HTTP Headers cheat sheets). Responses are
/// data for one client: not to be cached, framed, sniffed, executed, or read by other sites.
const HEADERS: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Headers of every response that has none of its own; pages have.
const DEFAULT_HEADERS: [(&str, &str); 3] = [
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("cache-control", "no-store"),
];

/// With `Secure` cookies, browsers must use https for a year (OWASP ASVS 5.0, 3.4.1).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

fn add_response_headers(headers: &mut HeaderMap, request_id: &str, cookie: Option<CookieKind>) {
    if let Ok(id) = HeaderValue::try_from(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if cookie == Some(CookieKind::Secure) {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    for (name, value) in DEFAULT_HEADERS {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
