//! POST /api/users/{id}/ban

use actix_web::post;
use actix_web::web::Data;
use contract::{UserId, user};
use store::{Stop, Tx};
use web::{Admin, Answer, NoBody, PathId, Problem, ProblemBody};

use crate::Ports;
use crate::domain::{Outcome, Refusal, User};
use crate::sign_on;

/// Shuts an account out; every session of it ends. For administrators.
#[utoipa::path(
    tag = "users",
    params(("id" = UserId, Path, description = "The account")),
    responses(
        (status = 204, description = "It is banned, now or before"),
        (status = 400, description = "The id is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "A body that is not JSON", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/{id}/ban")]
pub(crate) async fn ban_user(
    ports: Data<Ports>,
    _: Admin,
    id: PathId<UserId>,
    _: NoBody,
) -> Result<Answer, Problem> {
    let id = id.0;
    let decide = move |tx: &mut Tx<'_>| {
        let known = tx.get::<User>(id)?.ok_or(Refusal::UnknownUser)?;
        Ok::<_, Stop<Refusal>>(match known.ban() {
            Outcome::Unchanged => None,
            Outcome::Changed(banned) => {
                tx.publish(user::BANNED.of(banned.state()));
                let revocation = sign_on::revoke_all(tx, &banned)?;
                tx.save(*banned);
                Some(revocation)
            }
        })
    };
    if let Some(revocation) = ports.store.transact(decide).await? {
        ports.sessions.revocations.apply(&revocation);
    }
    Ok(Answer::no_content())
}
