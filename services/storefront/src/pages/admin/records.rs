//! A list of records of payments, each with the next step of an operator.

use actix_web::HttpResponse;
use askama::Template;
use contract::{Timestamp, UserId};
use serde::de::DeserializeOwned;

use crate::api::Target;
use crate::failure::Failure;
use crate::language::Language;
use crate::pages::{next_of, with_cursor};
use crate::visit::Visit;

/// A list: its page, its route of the API, and its words.
pub(super) struct List {
    pub(super) page: &'static str,
    pub(super) route: &'static str,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) none: &'static str,
}

/// A record, as it is shown.
pub(super) struct Record {
    pub(super) amount: String,
    /// The words of its status, and the class of its tag.
    pub(super) status: (&'static str, &'static str),
    pub(super) advice: &'static str,
    pub(super) facts: Vec<(&'static str, Fact)>,
}

/// A fact about a record.
pub(super) enum Fact {
    Text(String),
    Id(String),
    User(UserId),
    Time(Timestamp),
}

#[derive(Template)]
#[template(path = "admin/records.html")]
struct RecordsPage<'v> {
    visit: &'v Visit,
    t: Language,
    list: &'v List,
    records: Vec<Record>,
    next: Option<String>,
}

/// The page of a list, at the cursor of the query.
pub(super) async fn show<T: DeserializeOwned>(
    visit: &Visit,
    list: &List,
    record: impl Fn(Language, &T) -> Record,
) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let query = visit.query()?;
    let path = with_cursor(list.route, query);
    let found = visit.ports().api.get::<Vec<T>>(visit, Target::Payments, &path).await?;
    let records = found.body.iter().map(|entry| record(t, entry)).collect();
    let next = found.next.as_deref().and_then(|next| next_of(list.page, next));
    Ok(visit.show(&RecordsPage { visit, t, list, records, next }))
}
