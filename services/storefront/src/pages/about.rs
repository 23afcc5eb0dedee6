//! GET /about/{topic}: the operator's imprint, terms and privacy notice, from files.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;

use crate::failure::Failure;
use crate::language::Language;
use crate::texts::Block;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage<'v> {
    visit: &'v Visit,
    t: Language,
    title: &'static str,
    blocks: &'v [Block],
}

/// A text, if the operator has set one.
pub(crate) async fn show(visit: Visit, topic: Path<String>) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let title = match topic.as_str() {
        "imprint" => t.imprint(),
        "terms" => t.terms(),
        "privacy" => t.privacy(),
        _ => return Err(Failure::NotFound),
    };
    let texts = visit.ports().texts.clone();
    let blocks = texts.get(topic.as_str()).ok_or(Failure::NotFound)?;
    Ok(visit.render_public(
        StatusCode::OK,
        &AboutPage { visit: &visit, t, title, blocks },
        visit.moment(),
    ))
}
