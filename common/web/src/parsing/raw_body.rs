//! Unparsed bodies, for signatures over the exact bytes.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use bytes::Bytes;

use crate::parsing::body::read_all;
use crate::responses::problem::Problem;

/// The bytes of a body up to a bound, whatever its declared type.
///
/// # Errors
/// 413 past the bound, 408 when it arrives too slowly, 400 when it ends too early.
#[derive(Debug)]
pub struct RawBody<const BYTES_MAX: usize>(pub Bytes);

impl<const BYTES_MAX: usize> FromRequest for RawBody<BYTES_MAX> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { read_all(&request, payload, BYTES_MAX).await.map(Self) })
    }
}
