//! Bodies that are files: their handler reads them after its own checks.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use bytes::Bytes;

use super::body::read_all;
use super::media_type::declared;
use crate::Problem;

/// The largest file that a route accepts, and the time for its arrival.
#[derive(Debug, Clone, Copy)]
pub struct FileLimits {
    /// Maximum bytes.
    pub bytes_max: usize,
    /// Time from the end of the head to that of the body.
    pub arrival_max: Duration,
}

/// A body that is not read yet. A handler that returns before reading it needs no memory for it.
pub struct FileBody {
    request: HttpRequest,
    payload: Payload,
}

impl FromRequest for FileBody {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

impl FileBody {
    /// The declared media type in lower case, without parameters; `None` if it is missing, given
    /// twice or malformed, or if the body has a content coding.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        declared(&self.request)
    }

    /// Reads the body.
    ///
    /// # Errors
    /// 413 `too_large` past the limit, 408 `request_timeout` when it arrives too slowly, 400
    /// `invalid_request` when it ends too early.
    pub async fn read(self, limits: FileLimits) -> Result<Bytes, Problem> {
        let FileLimits { bytes_max, arrival_max } = limits;
        read_all(&self.request, self.payload, (bytes_max, arrival_max)).await
    }
}
