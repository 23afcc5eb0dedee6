//! GET /api/users/sessions

use actix_web::get;
use actix_web::web::Data;
use contract::{SessionId, Timestamp, UserId};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::{Refusal, Session, User};

/// Maximum number of sessions in the list and in an export: more than a person has devices. Older
/// sessions can be ended by signing out everywhere.
const SESSIONS_MAX: u32 = 100;

/// A session of the signed-in user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    id: SessionId,
    /// The browser's `User-Agent` at sign-in; empty if it sent none.
    device: String,
    created_at: Timestamp,
    /// Time of the last use, accurate to the lifetime of a token.
    last_seen_at: Timestamp,
    /// When the session ends unless it is renewed before.
    ends_at: Timestamp,
    /// Whether this request belongs to the session.
    is_current: bool,
}

/// Lists the signed-in user's active sessions, newest first, at most 100.
#[utoipa::path(
    responses((status = 200, description = "The active sessions", body = [SessionView])),
    security(("session" = [])),
)]
#[get("/api/users/sessions")]
pub(crate) async fn list_sessions(ports: Data<Ports>, who: SignedIn) -> Result<Response, Problem> {
    let (_, sessions) = active_sessions(&ports, who.user).await?;
    let views = sessions.iter().map(|session| view(session, who.session));
    Ok(Response::ok(&views.collect::<Vec<_>>()))
}

/// A user's account and active sessions, newest first.
pub(super) async fn active_sessions(
    ports: &Ports,
    id: UserId,
) -> Result<(User, Vec<Session>), Problem> {
    let user = ports.store.find::<User>(&id.to_string()).await?;
    let user = user.ok_or(Problem::from(Refusal::SessionEnded))?;
    let query = Query::on("by_user").equals(id).descending().limit(SESSIONS_MAX);
    let mut sessions: Vec<Session> = ports.store.query(query).await?;
    let now = ports.clock.now();
    sessions.retain(|session| session.is_alive(&user, now));
    Ok((user, sessions))
}

fn view(session: &Session, current: SessionId) -> SessionView {
    SessionView {
        id: session.id,
        device: session.device.as_str().to_owned(),
        created_at: session.created_at,
        last_seen_at: session.last_seen_at(),
        ends_at: session.ends_at,
        is_current: session.id == current,
    }
}
