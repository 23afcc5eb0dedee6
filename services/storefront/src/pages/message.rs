//! Pages that state an outcome, with the next steps.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::language::Language;
use crate::visit::Visit;

/// The statement of a page.
pub(super) struct Message<'m> {
    pub(super) title: &'m str,
    pub(super) text: &'m str,
    /// A further paragraph; empty without one.
    pub(super) more: &'m str,
    /// The paths and words of links, the likeliest first.
    pub(super) steps: &'m [(&'static str, &'static str)],
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'v> {
    visit: &'v Visit,
    t: Language,
    message: Message<'v>,
}

/// The page of a message.
pub(super) fn message(visit: &Visit, status: StatusCode, message: Message<'_>) -> HttpResponse {
    visit.render(status, &MessagePage { visit, t: visit.language(), message })
}
