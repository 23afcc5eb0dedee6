//! The HTTP response to a request: entity tags, preconditions of reads, seen versions.

use actix_web::body::BoxBody;
use actix_web::http::header::EntityTag;
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};

use super::Response;
use crate::responses::precondition::{self, Read};
use crate::{Code, Problem, SeenStorage, Sessions, current_request_id};

impl Response {
    /// Adds the entity tag of the body at this version, which [`crate::Preconditions`] compare.
    pub fn tagged(self, version: u64) -> Self {
        let tag = precondition::tag(Some(version), &self.body);
        self.header("ETag", tag.to_string())
    }

    pub(crate) fn tag(&self) -> EntityTag {
        let known = self.headers.iter().find(|(name, _)| name == "ETag");
        let known = known.and_then(|(_, tag)| tag.parse().ok());
        known.unwrap_or_else(|| precondition::tag(None, &self.body))
    }

    /// The response to a read: with an entity tag, and without the body if the client's copy is
    /// current (RFC 9110, 13.2.2).
    fn compared(self, request: &HttpRequest) -> Self {
        let tag = self.tag();
        match precondition::read(request, || tag.clone()) {
            Read::Show => self.header("ETag", tag.to_string()),
            Read::NotModified => {
                let status = StatusCode::NOT_MODIFIED.as_u16();
                let mut headers = self.header("ETag", tag.to_string()).headers;
                // It describes the body, which is absent.
                headers.retain(|(name, _)| name != "Content-Type");
                Self { status, headers, body: String::new(), seen: Vec::new() }
            }
            Read::Failed => {
                Problem::new(Code::PRECONDITION_FAILED).into_response(&current_request_id())
            }
        }
    }
}

impl Responder for Response {
    type Body = BoxBody;

    fn respond_to(mut self, request: &HttpRequest) -> HttpResponse {
        let seen = std::mem::take(&mut self.seen);
        if let Some(sessions) = request.app_data::<Data<Sessions>>() {
            for version in seen {
                let cookie = SeenStorage::acknowledge(sessions, request, version);
                self.headers.extend(cookie.map(|cookie| ("Set-Cookie".to_owned(), cookie)));
            }
        }
        let is_read = *request.method() == Method::GET && self.status == 200;
        if is_read { self.compared(request).into_http() } else { self.into_http() }
    }
}
