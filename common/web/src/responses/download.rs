//! Files of one user, which browsers store under a name.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ETAG, EntityTag, VARY};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError as _};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::responses::precondition::{self, Read};
use crate::{Code, Problem};

/// A cache of the user compares the entity tag before each use.
const REVALIDATED: &str = "private, no-cache";

/// A file whose content may change, in the language of the request.
#[derive(Debug, Clone)]
pub struct Download {
    /// Its media type.
    pub media_type: &'static str,
    /// The name under which browsers store it: ASCII, without quotes.
    pub file_name: String,
    /// Its bytes, whose hash is the entity tag.
    pub bytes: Bytes,
}

impl Responder for Download {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Self { media_type, file_name, bytes } = self;
        let tag = EntityTag::new_strong(format!("{:x}", Sha256::digest(&bytes)));
        let (status, body) = match precondition::read(request, || tag.clone()) {
            Read::Show => (StatusCode::OK, bytes),
            Read::NotModified => (StatusCode::NOT_MODIFIED, Bytes::new()),
            Read::Failed => return Problem::new(Code::PRECONDITION_FAILED).error_response(),
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((ETAG, tag.to_string()));
        response.insert_header((CACHE_CONTROL, REVALIDATED));
        response.insert_header((VARY, "Accept-Language"));
        if status == StatusCode::OK {
            let disposition = format!("attachment; filename=\"{file_name}\"");
            response.insert_header((CONTENT_DISPOSITION, disposition));
            response.content_type(media_type);
        }
        response.body(body)
    }
}
