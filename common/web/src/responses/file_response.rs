//! Files that never change: clients and caches keep them.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError as _};
use bytes::Bytes;

use crate::responses::precondition::{self, Read};
use crate::{Code, Problem};

/// The longest age that caches use (RFC 9111, 1.2.2: a year is the usual maximum).
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The content of a URL that never has another content.
#[derive(Debug, Clone)]
pub struct FileResponse {
    /// Its media type.
    pub media_type: &'static str,
    /// Its entity tag, without quotes.
    pub tag: String,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Responder for FileResponse {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let tag = EntityTag::new_strong(self.tag);
        let (status, body) = match precondition::read(request, || tag.clone()) {
            Read::Show => (StatusCode::OK, self.bytes),
            Read::NotModified => (StatusCode::NOT_MODIFIED, Bytes::new()),
            Read::Failed => return Problem::new(Code::PRECONDITION_FAILED).error_response(),
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((ETAG, tag.to_string()));
        response.insert_header((CACHE_CONTROL, IMMUTABLE));
        if status == StatusCode::OK {
            response.content_type(self.media_type);
        }
        response.body(body)
    }
}
