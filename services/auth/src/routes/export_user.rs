//! GET /api/users/me/export

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use contract::part::Made;
use contract::person::PersonAction;
use contract::{Timestamp, UserId};
use serde::Serialize;
use serde_json::Value;
use store::{Stop, Tx};
use utoipa::ToSchema;
use web::{Problem, Response, SignedIn};

use super::list_sessions::active_sessions;
use super::views::UserView;
use crate::Ports;
use crate::domain::{PersonRequest, Refusal, SecondFactor, User};
use crate::person_requests;

/// All data stored about a person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportView {
    /// Whether the parts of all services are present.
    is_complete: bool,
    /// Services whose part is missing.
    missing: Vec<String>,
    requested_at: Timestamp,
    account: ExportedAccountView,
    /// The parts, by service.
    parts: BTreeMap<String, ExportPartView>,
}

/// The account, as auth stores it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedAccountView {
    #[serde(flatten)]
    user: UserView,
    is_admin: bool,
    /// Whether a sign-in needs a second factor. Its secret is not exported.
    has_second_factor: bool,
    created_at: Timestamp,
    /// The 100 latest active sessions.
    sessions: Vec<ExportedSessionView>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedSessionView {
    device: String,
    created_at: Timestamp,
    last_seen_at: Timestamp,
}

/// The data that one service stores.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportPartView {
    /// False if documents were left out: a part has at most the newest 200 documents of each kind,
    /// and 256 KiB. The list routes return the others.
    is_complete: bool,
    /// The stored documents, by kind.
    #[schema(value_type = Object)]
    items: BTreeMap<String, Vec<Value>>,
}

/// Exports all data that the services store about the signed-in user.
///
/// Each service contributes a part. Parts that are not ready within ten seconds are missing from
/// the response, whose status is then 202. Limit: ten requests a minute.
#[utoipa::path(
    responses(
        (status = 200, description = "The complete export", body = ExportView),
        (status = 202, description = "Parts are missing; `missing` lists their services. Repeat the request within a minute", body = ExportView),
    ),
    security(("session" = [])),
)]
#[get("/api/users/me/export")]
pub(crate) async fn export_user(ports: Data<Ports>, who: SignedIn) -> Result<Response, Problem> {
    ports.person_requests.check(&who.user)?;
    let (now, user) = (ports.clock.now(), who.user);
    let id = ports.ids.next(now);
    let decide = move |tx: &mut Tx<'_>| {
        let user = tx.get::<User>(user)?.ok_or(Refusal::SessionEnded)?;
        Ok::<_, Stop<Refusal>>(person_requests::request(tx, id, &user, PersonAction::Export)?)
    };
    let request = ports.store.transact(decide).await?;
    let is_over = |request: &PersonRequest| request.missing().is_empty();
    let found = match person_requests::until(&ports, &request, now, is_over).await? {
        None => ports.store.find(&PersonRequest::stored_as(user, PersonAction::Export)).await?,
        complete => complete,
    };
    let request = found.unwrap_or(request);
    let view = view(request, account(&ports, user).await?);
    if view.is_complete {
        return Ok(Response::ok(&view));
    }
    Ok(Response::json(StatusCode::ACCEPTED, &view).header("Retry-After", "1"))
}

/// Reads the account and its active sessions.
async fn account(ports: &Ports, id: UserId) -> Result<ExportedAccountView, Problem> {
    let (user, sessions) = active_sessions(ports, id).await?;
    let factor = ports.store.find::<SecondFactor>(&id.to_string()).await?;
    let sessions = sessions.iter().map(|session| ExportedSessionView {
        device: session.device.as_str().to_owned(),
        created_at: session.created_at,
        last_seen_at: session.last_seen_at(),
    });
    Ok(ExportedAccountView {
        sessions: sessions.collect(),
        is_admin: user.admin,
        has_second_factor: factor.is_some_and(|factor| factor.is_on()),
        created_at: user.created_at,
        user: UserView::from(&user),
    })
}

fn view(request: PersonRequest, account: ExportedAccountView) -> ExportView {
    let missing: Vec<String> = request.missing().into_iter().map(str::to_owned).collect();
    let part = |(service, made): (String, Made)| match made {
        Made::Export { items, is_complete } => {
            Some((service, ExportPartView { is_complete, items }))
        }
        Made::Check { .. } | Made::Erasure => None,
    };
    ExportView {
        is_complete: missing.is_empty(),
        missing,
        requested_at: request.requested_at,
        account,
        parts: request.parts.into_iter().filter_map(part).collect(),
    }
}
