//! Kept pages, for visitors without a session.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};
use web::{RoutePattern, Sessions};

use super::headers;
use crate::Ports;
use crate::language::Language;
use crate::paths::page_path;
use crate::rendered::Known;

/// Around everything else: a kept page needs nothing of it.
pub(super) async fn kept(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match find(request.request()) {
        Some(response) => Ok(request.into_response(response)),
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

fn find(request: &HttpRequest) -> Option<HttpResponse> {
    let ports = request.app_data::<Data<Ports>>()?;
    let sessions = request.app_data::<Data<Sessions>>()?;
    if request.method() != Method::GET || sessions.cookie.is_in(request) {
        return None;
    }
    let (path, language) = (page_path(request.uri()), Language::of(request));
    let page = ports.pages.get(&path, language, ports.clock.now())?;
    let mut response = page.response(&Known::of(request));
    response.extensions_mut().insert(RoutePattern(Arc::clone(&page.pattern)));
    headers::add(response.status(), response.headers_mut());
    Some(response)
}
