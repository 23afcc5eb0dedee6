//! One request of a browser: its language, its user, and the cookies that it brings and receives.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, LOCATION, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;
use futures::future::{Ready, ready};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;
use web::session::Role;
use web::{ClientAddress, Sessions, SignedIn};

use crate::Ports;
use crate::api::{Caller, Target};
use crate::failure::Failure;
use crate::form::Form;
use crate::language::Language;
use crate::paths::{own_path, page_path};
use crate::rendered::{HTML, Known, Moment};

/// Characters of a path that stay as they are within a query.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// The pages of mailed links that need a session.
const LINKS_OF_SESSIONS: [&str; 2] = ["/account/email/{token}", "/transfers/link/{token}"];

/// A visit. Clones share it.
#[derive(Clone)]
pub(crate) struct Visit(Rc<Inner>);

/// A request that routing still changes must not be shared: the visit keeps what it needs of it.
struct Inner {
    page_path: String,
    /// The pattern of its route; empty outside routes.
    pattern: Arc<str>,
    query: Result<Form, Failure>,
    is_command: bool,
    /// Whether another site led here.
    comes_from_elsewhere: bool,
    forwarded: String,
    /// The browser's `User-Agent`.
    agent: Option<String>,
    ports: Data<Ports>,
    language: Language,
    user: RefCell<Option<SignedIn>>,
    /// The session could not be renewed, because auth does not respond.
    is_uncertain: RefCell<bool>,
    /// Whether it has a cookie of a session, valid or not.
    has_session: bool,
    known: Known,
    cookies: RefCell<Vec<(String, String)>>,
    set_cookies: RefCell<Vec<HeaderValue>>,
}

impl Visit {
    /// Reads a request. An expired session is renewed, if the request has the cookie for it.
    pub(crate) async fn begin(request: &HttpRequest) -> Result<Self, Failure> {
        let visit = Self::read(request)?;
        let sessions = request.app_data::<Data<Sessions>>().ok_or(Failure::Internal)?;
        if visit.user().is_none() && sessions.cookie.renewals(request).next().is_some() {
            visit.renew(sessions).await;
        }
        Ok(visit)
    }

    /// Reads a request, whose session is not renewed.
    pub(crate) fn read(request: &HttpRequest) -> Result<Self, Failure> {
        let ports = request.app_data::<Data<Ports>>().ok_or(Failure::Internal)?.clone();
        let sessions = request.app_data::<Data<Sessions>>().ok_or(Failure::Internal)?;
        let user = sessions.claims_of(request).next().map(SignedIn::from);
        let cookies = web::session::cookies(request);
        let cookies = cookies.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        Ok(Self(Rc::new(Inner {
            language: Language::of(request),
            ports,
            user: RefCell::new(user),
            is_uncertain: RefCell::new(false),
            cookies: RefCell::new(cookies),
            set_cookies: RefCell::default(),
            has_session: sessions.cookie.is_in(request),
            known: Known::of(request),
            query: Form::parse(request.query_string().as_bytes()),
            page_path: page_path(request.uri()).into_owned(),
            pattern: request.match_pattern().unwrap_or_default().into(),
            is_command: request.method() == actix_web::http::Method::POST,
            comes_from_elsewhere: comes_from_elsewhere(request),
            forwarded: ClientAddress::forwarded(request),
            agent: header(USER_AGENT).map(str::to_owned),
        })))
    }

    async fn renew(&self, sessions: &Sessions) {
        let call = (Target::Auth, Method::POST, "/api/users/renew");
        match self.ports().api.call::<Value>(self, call, None, None).await {
            Ok(_) => {
                let token = self.cookie(sessions.cookie.name());
                let claims = token.and_then(|token| sessions.verify(&token));
                *self.0.user.borrow_mut() = claims.map(SignedIn::from);
            }
            Err(failure) => {
                *self.0.is_uncertain.borrow_mut() =
                    !matches!(failure.status().as_u16(), 303 | 401 | 403);
            }
        }
    }

    pub(crate) fn ports(&self) -> &Ports {
        &self.0.ports
    }

    pub(crate) fn language(&self) -> Language {
        self.0.language
    }

    /// The signed-in user.
    pub(crate) fn user(&self) -> Option<SignedIn> {
        self.0.user.borrow().clone()
    }

    /// Whether the visitor is signed in with an address that is not verified; the banner is for
    /// these.
    pub(crate) fn is_unverified(&self) -> bool {
        self.0.user.borrow().as_ref().is_some_and(|user| !user.is_verified)
    }

    /// Whether the visitor is signed in and must verify the address before any trade.
    pub(crate) fn may_not_trade(&self) -> bool {
        self.0.user.borrow().as_ref().is_some_and(|user| !user.may_trade)
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.0.user.borrow().as_ref().is_some_and(|user| user.role == Role::Admin)
    }

    /// The signed-in user. Errors: [`Failure::SignIn`] without one, [`Failure::Unavailable`] if the
    /// session could not be renewed.
    pub(crate) fn signed_in(&self) -> Result<SignedIn, Failure> {
        let missing =
            if *self.0.is_uncertain.borrow() { Failure::Unavailable } else { Failure::SignIn };
        self.user().ok_or(missing)
    }

    /// The signed-in administrator. Errors: as [`Self::signed_in`]; [`Failure::NotFound`] for
    /// others, to whom these pages do not exist.
    pub(crate) fn admin(&self) -> Result<SignedIn, Failure> {
        let user = self.signed_in()?;
        if user.role == Role::Admin { Ok(user) } else { Err(Failure::NotFound) }
    }

    /// The value of a cookie, with those that services have set meanwhile.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.0.cookies.borrow();
        let found = cookies.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    }

    /// The cookies for the browser.
    pub(crate) fn set_cookies(&self) -> Vec<HeaderValue> {
        self.0.set_cookies.borrow().clone()
    }

    /// The path and query to come back to after signing in, within the query of another page: this
    /// page, or the one that led to sign in or sign up.
    pub(crate) fn return_path(&self) -> String {
        let path = match (self.path(), self.query()) {
            ("/signin" | "/signup" | "/password", query) => {
                query.ok().and_then(|query| query.given("return"))
            }
            // Mailed links that need no session: after sign-in they have no more use.
            _ if self.has_link() && !LINKS_OF_SESSIONS.contains(&&*self.0.pattern) => None,
            _ => Some(self.page_path()),
        };
        utf8_percent_encode(own_path(path), PATH).to_string()
    }

    /// Whether the path contains the secret of a mailed link.
    pub(crate) fn has_link(&self) -> bool {
        self.0.pattern.ends_with("/{token}")
    }

    /// Whether it is a command, and no read.
    pub(crate) fn is_command(&self) -> bool {
        self.0.is_command
    }

    /// Whether another site led the visitor to this page.
    pub(crate) fn comes_from_elsewhere(&self) -> bool {
        self.0.comes_from_elsewhere
    }

    pub(crate) fn path(&self) -> &str {
        self.page_path().split('?').next().unwrap_or_default()
    }

    /// The fields of the query. Errors: [`Failure::Invalid`] if it is not readable; pages are
    /// refused before they run.
    pub(crate) fn query(&self) -> Result<&Form, Failure> {
        self.0.query.as_ref().map_err(Clone::clone)
    }

    /// A new idempotency key, for a form.
    pub(crate) fn new_key(&self) -> String {
        self.ports().ids.next(self.ports().clock.now()).to_string()
    }

    /// The path and query of this page, to come back to.
    pub(crate) fn page_path(&self) -> &str {
        &self.0.page_path
    }

    /// Whether the operator has set a text about a topic.
    pub(crate) fn has_text(&self, topic: &str) -> bool {
        self.ports().texts.has(topic)
    }

    /// The cards to pay with, where the page has no form of a provider: token and name.
    pub(crate) fn test_cards(&self) -> Vec<(&'static str, &'static str)> {
        self.ports().cards.choices(self.language())
    }

    /// The key for the provider's own form of cards.
    pub(crate) fn publishable_key(&self) -> Option<&str> {
        self.ports().cards.publishable_key.as_deref()
    }

    /// A page for this visitor alone: never stored.
    #[expect(clippy::unused_self, reason = "the response of a visit, as the others")]
    pub(crate) fn render(&self, status: StatusCode, page: &impl Template) -> HttpResponse {
        match page.render() {
            Ok(text) => html(status, text),
            Err(error) => unrenderable(&error),
        }
    }

    /// 200 with a page for this visitor alone.
    pub(crate) fn show(&self, page: &impl Template) -> HttpResponse {
        self.render(StatusCode::OK, page)
    }

    /// The number of changes and the time, to be read before the documents of a public page.
    pub(crate) fn moment(&self) -> Moment {
        self.ports().pages.moment(self.ports().clock.now())
    }

    /// A public page of documents that were read since a moment: caches may keep it for visitors
    /// without a session, and must ask whether it has changed. A page with errors is for one
    /// visitor.
    pub(crate) fn render_public(
        &self,
        status: StatusCode,
        page: &impl Template,
        moment: Moment,
    ) -> HttpResponse {
        if self.0.has_session || status != StatusCode::OK {
            return self.render(status, page);
        }
        let ports = self.ports();
        match page.render() {
            Ok(html) => {
                let key = (self.page_path(), self.language());
                ports.pages.keep(key, &self.0.pattern, html, moment).response(&self.0.known)
            }
            Err(error) => unrenderable(&error),
        }
    }

    /// 303 to another page of this site.
    #[expect(clippy::unused_self, reason = "the response of a visit, as the others")]
    pub(crate) fn go_to(&self, path: impl AsRef<str>) -> HttpResponse {
        HttpResponse::SeeOther().insert_header((LOCATION, path.as_ref())).finish()
    }
}

fn comes_from_elsewhere(request: &HttpRequest) -> bool {
    let site = request.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
    let is_read = request.method() != actix_web::http::Method::POST;
    is_read && site.is_some_and(|site| matches!(site, "cross-site" | "same-site"))
}

impl Caller for Visit {
    fn forwarded(&self) -> &str {
        &self.0.forwarded
    }

    fn agent(&self) -> Option<&str> {
        self.0.agent.as_deref()
    }

    fn language(&self) -> Language {
        self.0.language
    }

    fn cookies(&self) -> Option<String> {
        let cookies = self.0.cookies.borrow();
        let pairs: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn set_cookie(&self, cookie: &reqwest::header::HeaderValue) {
        let Ok(value) = HeaderValue::from_bytes(cookie.as_bytes()) else { return };
        let pair = value.to_str().ok().and_then(|text| text.split(';').next()?.split_once('='));
        if let Some((name, text)) = pair {
            let mut cookies = self.0.cookies.borrow_mut();
            cookies.retain(|(known, _)| known != name);
            if !text.is_empty() {
                cookies.push((name.to_owned(), text.to_owned()));
            }
        }
        self.0.set_cookies.borrow_mut().push(value);
    }
}

fn html(status: StatusCode, text: String) -> HttpResponse {
    let mut response = HttpResponse::with_body(status, BoxBody::new(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
    response
}

fn unrenderable(error: &askama::Error) -> HttpResponse {
    tracing::error!(%error, "a page cannot be rendered");
    HttpResponse::InternalServerError().finish()
}

impl FromRequest for Visit {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Failure::Internal))
    }
}
