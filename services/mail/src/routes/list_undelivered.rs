//! GET /api/mail/undelivered

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::{Timestamp, UserId};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{Admin, Cursor, Page, PageSize, Problem, QueryString, Response};

use crate::Ports;
use crate::domain::{Letter, LetterState, Unsent};

web::params! {
    /// The page of mails to list.
    pub(crate) struct ListUndeliveredParams {
        /// Mails on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// A mail that was lost.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UndeliveredView {
    /// The fact of which the mail informs.
    id: String,
    /// The account, if the address had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    reason: Unsent,
    /// The last reply of the server, without the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<String>,
    attempts: u32,
    created_at: Timestamp,
    /// When the last attempt failed, or the mail was too late.
    ended_at: Timestamp,
}

/// Lists the mails that were lost within the last 30 days, newest first. For administrators.
#[utoipa::path(
    params(ListUndeliveredParams),
    responses(
        (status = 200, description = "A page of mails", body = [UndeliveredView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 403, description = "Not an administrator"),
    ),
    security(("session" = [])),
)]
#[get("/api/mail/undelivered")]
pub(crate) async fn list_undelivered(
    ports: Data<Ports>,
    _: Admin,
    params: QueryString<ListUndeliveredParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListUndeliveredParams { limit, cursor } = params.0;
    let failed = Query::on("failed").equals(true).descending();
    let page = Page::<Letter>::read(&ports.store, &request, failed, (limit, cursor)).await?;
    let views = page.entries.iter().filter_map(view);
    Ok(page.response(&views.collect::<Vec<_>>()))
}

fn view(letter: &Letter) -> Option<UndeliveredView> {
    let LetterState::Unsent { at, reason, response } = &letter.state else { return None };
    Some(UndeliveredView {
        id: letter.id.clone(),
        user_id: letter.user_id,
        reason: *reason,
        response: response.clone(),
        attempts: letter.attempts,
        created_at: letter.created_at,
        ended_at: *at,
    })
}
