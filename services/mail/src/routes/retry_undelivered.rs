//! POST /api/mail/undelivered/retry

use actix_web::post;
use actix_web::web::Data;
use contract::UserId;
use serde::Serialize;
use store::{Never, Query, Stop, Tx};
use utoipa::ToSchema;
use web::{Admin, NoBody, Problem, Response};

use crate::Ports;
use crate::domain::{Contact, Letter, Recipient, To};
use crate::recipients::refusal_id;

/// Mails of one request: a commit of moderate size. A repeat retries further ones.
const RETRIED_MAX: u32 = 200;

/// The effect of a retry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RetriedView {
    /// Number of mails that are sent again, at most 200.
    retried: usize,
}

/// Sends lost mails again, newest first, also to addresses that were refused. For administrators.
///
/// Mails with links are not among them: their links have expired or are requested again.
#[utoipa::path(
    responses(
        (status = 200, description = "The number of mails; 0 once all are sent again", body = RetriedView),
        (status = 403, description = "Not an administrator"),
    ),
    security(("session" = [])),
)]
#[post("/api/mail/undelivered/retry")]
pub(crate) async fn retry_undelivered(
    ports: Data<Ports>,
    _: Admin,
    _: NoBody,
) -> Result<Response, Problem> {
    let retryable = Query::on("retryable").equals(true).descending().limit(RETRIED_MAX);
    let retryable: Vec<Letter> = ports.store.query(retryable).await?;
    let ids: Vec<String> = retryable.into_iter().map(|letter| letter.id).collect();
    let retrying = ports.store.transact(move |tx| retry(tx, &ids));
    let retried = retrying.await.map_err(Problem::from)?;
    ports.owed.notify_one();
    Ok(Response::ok(&RetriedView { retried }))
}

fn retry(tx: &mut Tx<'_>, ids: &[String]) -> Result<usize, Stop<Never>> {
    let now = tx.now();
    let letters = tx.get_all::<Letter>(ids)?.into_iter().flatten();
    let retries: Vec<Letter> = letters.filter_map(|letter| letter.retry(now)).collect();
    let users: Vec<UserId> = retries.iter().filter_map(|retry| retry.user_id).collect();
    let contacts = tx.get_all::<Contact>(&users)?.into_iter().flatten();
    let own = contacts.map(|contact| contact.email);
    let given = retries.iter().filter_map(|retry| match &retry.recipient {
        To::Address { email, .. } => Some(email.clone()),
        To::Account => None,
    });
    let recipients: Vec<String> = own.chain(given).map(|email| refusal_id(&email)).collect();
    for recipient in tx.get_all::<Recipient>(&recipients)?.into_iter().flatten() {
        tx.save(Recipient { refused_at: None, ..recipient });
    }
    let count = retries.len();
    for retry in retries {
        tx.save(retry);
    }
    Ok(count)
}
