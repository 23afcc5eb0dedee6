//! GET /account/deleted: after the deletion of an account.

use actix_web::HttpResponse;
use askama::Template;

use crate::failure::Failure;
use crate::language::Language;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "account/erased.html")]
struct ErasedPage<'v> {
    visit: &'v Visit,
    t: Language,
}

/// The page; a visitor with a session has not deleted the account.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    if visit.user().is_some() {
        return Ok(visit.go_to("/account"));
    }
    Ok(visit.show(&ErasedPage { visit: &visit, t: visit.language() }))
}
