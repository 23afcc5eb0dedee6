//! Access to the pages of administrators, decided before any of them reads its request: the
//! response to other users does not depend on the page, the id or the form.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};

use crate::failure::Failure;
use crate::visit::Visit;

/// Leads visitors without a session to the sign-in. For other users no such page exists.
pub(crate) async fn only_administrators(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let visit = request.extensions().get::<Visit>().cloned();
    let admitted = visit.ok_or(Failure::Internal).and_then(|visit| visit.admin());
    match admitted {
        Ok(_) => Ok(next.call(request).await?.map_into_boxed_body()),
        // A response that keeps the error, from which the page is made.
        Err(failure) => Ok(request.error_response(failure)),
    }
}
