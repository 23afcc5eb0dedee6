//! GET /api/users/sessions

use actix_web::get;
use actix_web::web::Data;
use contract::{SessionId, Timestamp};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{Answer, Problem, ProblemBody, SignedIn};

use crate::Ports;
use crate::domain::{Refusal, Session, User};

/// Sessions shown at the most: more than anybody has devices. Who has more can still end all of them.
const SESSIONS_MAX: u32 = 100;

/// A session, as the account's owner sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    id: SessionId,
    /// What the browser called itself when it signed in; empty if it said nothing.
    device: String,
    created_at: Timestamp,
    /// When it was there last, to within the life of a token.
    last_seen_at: Timestamp,
    /// When it ends, unless somebody comes before.
    ends_at: Timestamp,
    /// Whether it is the one that asks.
    is_current: bool,
}

/// Lists one's sessions, the one that began last first; the 100 that did.
#[utoipa::path(
    tag = "users",
    responses(
        (status = 200, description = "The sessions that have not ended", body = [SessionView]),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
#[get("/api/users/sessions")]
pub(crate) async fn list_sessions(ports: Data<Ports>, who: SignedIn) -> Result<Answer, Problem> {
    let user = ports.store.find::<User>(&who.user.to_string()).await?;
    let user = user.ok_or(Problem::from(Refusal::UnknownUser))?;
    let query = Query::on("by_user").equals(who.user).descending().limit(SESSIONS_MAX);
    let sessions: Vec<Session> = ports.store.query(query).await?;
    let now = ports.clock.now();
    let alive = sessions.iter().filter(|session| session.is_alive(&user, now));
    let views: Vec<SessionView> = alive.map(|session| view(session, who.session)).collect();
    Ok(Answer::ok(&views))
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
