//! Calls of the public API of other services, for a visitor: with the visitor's cookies, address
//! and trace. Cookies of responses reach the browser with the page.

pub(crate) mod admission_views;
pub(crate) mod amounts;
pub(crate) mod check_in_view;
pub(crate) mod gate_views;
pub(crate) mod offer_views;
pub(crate) mod payment_views;
pub(crate) mod seller_views;
pub(crate) mod transfer_views;
pub(crate) mod user_view;
pub(crate) mod views;

use std::time::Duration;

use bytes::Bytes;
use contract::catalogue::services;
use reqwest::header::{
    ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LINK, LOCATION, RETRY_AFTER,
    SET_COOKIE, USER_AGENT,
};
use reqwest::{Client, Method, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sources::current_trace;
use store::Unavailable;

use crate::failure::Failure;
use crate::language::Language;
use crate::problem::Problem;
use crate::settings::Settings;

/// Time for one response: above the time that a payment may take at its provider.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Time for a connection to another service.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A service that pages call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Auth,
    Tickets,
    Orders,
    Payments,
    Mail,
    Admissions,
}

/// The client of the other services. Clones share its connections.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    addresses: [String; 6],
}

/// The visitor for whom calls are made.
pub(crate) trait Caller {
    /// The `X-Forwarded-For` of the calls.
    fn forwarded(&self) -> &str;

    /// The `User-Agent` of the calls: a session shows the browser in which it began.
    fn agent(&self) -> Option<&str>;

    /// The `Accept-Language` of the calls: mails are written in it.
    fn language(&self) -> Language;

    /// The `Cookie` of the calls.
    fn cookies(&self) -> Option<String>;

    /// Takes a cookie that a service has set: for later calls, and for the browser.
    fn set_cookie(&self, cookie: &HeaderValue);
}

/// A successful response.
#[derive(Debug)]
pub(crate) struct Reply<T> {
    pub(crate) body: T,
    /// The path and query of the next page of a list.
    pub(crate) next: Option<String>,
    /// The path of the created resource.
    pub(crate) location: Option<String>,
}

impl Api {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Unavailable> {
        let client = Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| Unavailable::caused_by("cannot make the client of the API", error))?;
        let address = |service: &services::Service| {
            let mut given = settings.addresses.iter();
            let given = given.find(|(name, _)| *name == service.name).map(|(_, url)| url.clone());
            given.unwrap_or_else(|| match settings.own_address {
                Some(own) => format!("http://{}", reachable(own)),
                None => format!("http://{}:{}", service.name, service.port),
            })
        };
        let [auth, tickets, orders] = [&services::AUTH, &services::TICKETS, &services::ORDERS];
        let [payments, mail] = [&services::PAYMENTS, &services::MAIL];
        let targets = [auth, tickets, orders, payments, mail, &services::ADMISSIONS];
        Ok(Self { client, addresses: targets.map(address) })
    }

    /// GET: the representation at a path. Errors: a [`Failure`] for each status but 2xx.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        visit: &impl Caller,
        target: Target,
        path: &str,
    ) -> Result<Reply<T>, Failure> {
        self.send(visit, self.request(target, Method::GET, path)).await
    }

    /// A command with a JSON body, or without one. Errors: as [`Self::get`].
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        visit: &impl Caller,
        (target, method, path): (Target, Method, &str),
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Reply<T>, Failure> {
        let mut request = self.request(target, method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(Failure::Invalid("key must be visible ASCII characters"));
            }
            request = request.header("Idempotency-Key", key);
        }
        self.send(visit, request).await
    }

    /// A request for this path of a service.
    pub(crate) fn request(&self, target: Target, method: Method, path: &str) -> RequestBuilder {
        let [auth, tickets, orders, payments, mail, admissions] = &self.addresses;
        let address = match target {
            Target::Auth => auth,
            Target::Tickets => tickets,
            Target::Orders => orders,
            Target::Payments => payments,
            Target::Mail => mail,
            Target::Admissions => admissions,
        };
        self.client.request(method, format!("{address}{path}"))
    }

    /// Sends a request for a visitor. Errors: as [`Self::get`].
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        visit: &impl Caller,
        request: RequestBuilder,
    ) -> Result<Reply<T>, Failure> {
        let Reply { body, next, location } = self.read(visit, request).await?;
        // A response without a body is `()`, whose JSON form is null.
        let body: &[u8] = if body.is_empty() { b"null" } else { &body };
        let body = serde_json::from_slice(body).map_err(|error| Failure::unreadable(&error))?;
        Ok(Reply { body, next, location })
    }

    /// Sends a request for a visitor, and returns the bytes of the response. Errors: as
    /// [`Self::get`].
    pub(crate) async fn read(
        &self,
        visit: &impl Caller,
        request: RequestBuilder,
    ) -> Result<Reply<Bytes>, Failure> {
        let mut request = request
            .header("X-Forwarded-For", visit.forwarded())
            .header(ACCEPT_LANGUAGE, visit.language().tag());
        if let Some(cookies) = visit.cookies() {
            request = request.header(COOKIE, cookies);
        }
        if let Some(agent) = visit.agent() {
            request = request.header(USER_AGENT, agent);
        }
        if let Some(trace) = current_trace() {
            request = request.header("traceparent", trace.traceparent());
        }
        let response = request.send().await.map_err(Failure::unreachable)?;
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            visit.set_cookie(cookie);
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let body = response.bytes().await.map_err(Failure::unreachable)?;
        if status.is_success() {
            let location = text(LOCATION).map(str::to_owned);
            return Ok(Reply { body, next: next_page(&headers), location });
        }
        let is_problem = text(CONTENT_TYPE).is_some_and(|kind| kind.contains("problem+json"));
        if !is_problem {
            return Err(Failure::Unavailable);
        }
        let mut problem: Problem =
            serde_json::from_slice(&body).map_err(|error| Failure::unreadable(&error))?;
        problem.retry_after = text(RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
        Err(Failure::Problem(Box::new(problem)))
    }
}

/// The target of `rel="next"` of a `Link` header.
fn next_page(headers: &HeaderMap) -> Option<String> {
    let link = headers.get(LINK)?.to_str().ok()?;
    let (target, relation) = link.strip_prefix('<')?.split_once('>')?;
    relation.contains("rel=\"next\"").then(|| target.to_owned())
}

/// The own address as a client reaches it: a process that listens everywhere is on loopback too.
fn reachable(mut own: std::net::SocketAddr) -> std::net::SocketAddr {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    if own.ip().is_unspecified() {
        own.set_ip(match own.ip() {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    own
}
