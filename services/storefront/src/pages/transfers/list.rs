//! GET /transfers: the transfers that are offered to the visitor, and those that the visitor sent.

use actix_web::HttpResponse;
use askama::Template;

use crate::api::{Target, transfer_views::TransferView};
use crate::failure::Failure;
use crate::language::Language;
use crate::pages::{cursor_of, next_of};
use crate::visit::Visit;

/// A page of one of the lists.
struct Part {
    title: &'static str,
    transfers: Vec<TransferView>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "transfers/list.html")]
struct TransfersPage<'v> {
    visit: &'v Visit,
    t: Language,
    parts: [Part; 2],
}

/// A page of both lists.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let t = visit.language();
    let received = part(&visit, "recipient", t.transfers_received()).await?;
    let sent = part(&visit, "sender", t.transfers_sent()).await?;
    Ok(visit.show(&TransfersPage { visit: &visit, t, parts: [received, sent] }))
}

/// The list of a role, whose cursor is the field of this name.
async fn part(visit: &Visit, role: &str, title: &'static str) -> Result<Part, Failure> {
    let path = cursor_of(&format!("/api/transfers?role={role}"), visit.query()?, role);
    let api = &visit.ports().api;
    let list = api.get::<Vec<TransferView>>(visit, Target::Admissions, &path).await?;
    let next = list.next.as_deref().and_then(|next| next_of("/transfers", next));
    let next = next.map(|next| next.replace("?cursor=", &format!("?{role}=")));
    Ok(Part { title, transfers: list.body, next })
}
