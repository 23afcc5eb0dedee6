//! One batch, one multi-document transaction: at most one insert, one update and one delete command
//! per collection.
//!
//! Every document that is replaced, removed or depended on is named with its version. An operation
//! without a match was preceded by another replica; the server detects concurrent changes during
//! the transaction and aborts one of the two.

use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::time::Duration;

use contract::Backoff;
use mongodb::ClientSession;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::{
    Error, ErrorKind, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT,
};
use mongodb::options::ReadConcern;

use super::bodies::to_bson;
use super::read::bson;
use super::server::write_concern;
use super::{COMMITS, MongoEngine, OUTBOX};
use crate::document::Key;
use crate::engines::batch::{Batch, CommitError, Content, Expected, Marker, View, Write, signed};
use crate::error::Unavailable;

/// Pause before a conflicting batch is decided again; jitter, as replicas may alternate.
const CONFLICT_RETRY: Backoff = Backoff::constant(Duration::from_millis(5));

/// Backoff before a commit without a response is sent again; the timeout of operations ends it.
const COMMIT_RETRY: Backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(500));

/// The server's code for an `_id` in use.
const DUPLICATE_KEY: i32 = 11_000;

/// The changes of a batch to one collection.
#[derive(Default)]
struct Changes {
    inserts: Vec<Document>,
    updates: Vec<Document>,
    deletes: Vec<Document>,
    /// Documents that the updates and deletes must match.
    expected: usize,
}

/// How a write checks that a document is at the version that the decisions read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VersionCheck {
    /// It was read in the same transaction: the server rejects a write to a document that changed
    /// since its snapshot (`WriteConflict`). Every server finds a document by `_id` alone at once;
    /// `SecantusDB` 0.5 reads the whole collection as soon as the filter has another field (3.5 ms
    /// of 4,000 documents, against 0.2 ms).
    BySnapshot,
    /// The transaction is another one, after an unknown outcome: the filter names the version.
    ByVersion,
}

/// The changes of a batch by collection, sorted by name: all replicas apply them in the same order.
type ByCollection = BTreeMap<&'static str, Changes>;

impl MongoEngine {
    pub(crate) fn commit<'a>(
        &'a self,
        batch: &'a Batch,
        mut view: View,
    ) -> BoxFuture<'a, Result<(), CommitError>> {
        Box::pin(async move {
            let session = view.take();
            let version_check =
                if session.is_some() { VersionCheck::BySnapshot } else { VersionCheck::ByVersion };
            let changes = changes(batch, version_check).map_err(CommitError::Failed)?;
            let bound = self.shared.server.timeout();
            let writing = tokio::time::timeout(bound, self.write(batch, session, changes)).await;
            let mut session = match writing {
                Ok(Ok(session)) => session,
                // A write of another replica came first. The error does not name its document: all
                // are loaded again.
                Ok(Err(CommitError::Conflict)) => {
                    tokio::time::sleep(CONFLICT_RETRY.jittered(1, rand::random())).await;
                    return Err(CommitError::Conflict);
                }
                Ok(Err(failed)) => return Err(failed),
                // The commit was not requested, so it cannot happen any more.
                Err(_) => return Err(CommitError::Failed(self.timed_out("write to"))),
            };
            // A server that committed it and restarted reports an unknown transaction.
            match tokio::time::timeout(bound, end(&mut session)).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(CommitError::Unknown(self.cannot("commit to", error))),
                Err(_) => Err(CommitError::Unknown(self.timed_out("commit to"))),
            }
        })
    }

    /// Writes everything in an open transaction, without committing it.
    async fn write(
        &self,
        batch: &Batch,
        session: Option<Box<ClientSession>>,
        changes: ByCollection,
    ) -> Result<Box<ClientSession>, CommitError> {
        let mut session = match session {
            Some(session) => session,
            None => self.begin().await.map_err(|error| self.write_error(error))?,
        };
        match self.write_all(&mut session, batch, changes).await {
            Ok(()) => Ok(session),
            Err(write_error) => {
                // The server aborts the transaction by itself when the session is gone.
                let _ = session.abort_transaction().await;
                Err(write_error)
            }
        }
    }

    /// Starts a transaction, whose snapshot is that of its first operation.
    pub(super) async fn begin(&self) -> mongodb::error::Result<Box<ClientSession>> {
        let mut session = self.shared.server.client().start_session().await?;
        session
            .start_transaction()
            .read_concern(ReadConcern::snapshot())
            .write_concern(write_concern())
            .await?;
        Ok(Box::new(session))
    }

    async fn write_all(
        &self,
        session: &mut ClientSession,
        batch: &Batch,
        changes: ByCollection,
    ) -> Result<(), CommitError> {
        for (collection, changes) in changes {
            self.write_collection(session, collection, changes).await?;
        }
        if !batch.outbox.is_empty() {
            let sequences = self.sequences(batch.outbox.len(), batch.committed_at);
            let entries = sequences.zip(&batch.outbox);
            let entries: Vec<_> =
                entries.map(|(sequence, entry)| self.outbox_document(sequence, entry)).collect();
            self.run(session, doc! { "insert": OUTBOX, "documents": entries }).await?;
        }
        if !batch.published.is_empty() {
            let published = doc! { "_id": { "$in": &batch.published } };
            let statement = doc! { "q": published, "limit": 0 };
            self.run(session, doc! { "delete": OUTBOX, "deletes": [statement] }).await?;
        }
        let sequence = signed(batch.marker.sequence);
        let mark = doc! { "sequence": sequence, "committedAt": batch.committed_at.unix_ms() };
        let committer = doc! { "_id": batch.marker.committer.to_string() };
        let statement = doc! { "q": committer, "u": { "$set": mark }, "upsert": true };
        self.run(session, doc! { "update": COMMITS, "updates": [statement] }).await?;
        Ok(())
    }

    async fn write_collection(
        &self,
        session: &mut ClientSession,
        collection: &str,
        changes: Changes,
    ) -> Result<(), CommitError> {
        let Changes { inserts, updates, deletes, expected } = changes;
        let mut matched = 0;
        if !updates.is_empty() {
            let reply = self.run(session, doc! { "update": collection, "updates": updates });
            matched += reply.await?;
        }
        if !deletes.is_empty() {
            let reply = self.run(session, doc! { "delete": collection, "deletes": deletes });
            matched += reply.await?;
        }
        if matched != expected {
            return Err(CommitError::Conflict);
        }
        if !inserts.is_empty() {
            let command = doc! { "insert": collection, "documents": inserts };
            self.run(session, command).await?;
        }
        Ok(())
    }

    /// Runs one command; returns the number of documents that it matched or added.
    async fn run(
        &self,
        session: &mut ClientSession,
        command: Document,
    ) -> Result<usize, CommitError> {
        let reply = self.shared.database.run_command(command).session(session).await;
        let reply = reply.map_err(|error| self.write_error(error))?;
        let matched = reply.get("n").and_then(count).unwrap_or(0);
        let Ok(errors) = reply.get_array("writeErrors") else {
            return Ok(matched);
        };
        let first = errors.first().and_then(Bson::as_document).cloned().unwrap_or_default();
        if first.get("code").and_then(count) == usize::try_from(DUPLICATE_KEY).ok() {
            return Err(CommitError::Conflict);
        }
        let why = first.get_str("errmsg").unwrap_or("a write error without a message").to_owned();
        Err(CommitError::Failed(Unavailable::caused_by("cannot write a batch", why)))
    }

    fn write_error(&self, error: Error) -> CommitError {
        let code = match &*error.kind {
            ErrorKind::Command(command) => Some(command.code),
            _ => None,
        };
        let is_conflict = code.is_some() && error.contains_label(TRANSIENT_TRANSACTION_ERROR);
        if is_conflict || code == Some(DUPLICATE_KEY) {
            return CommitError::Conflict;
        }
        CommitError::Failed(self.cannot("write to", error))
    }

    /// Whether a batch was committed. The query is itself a write to the committer's marker, which
    /// every batch writes: a transaction that is still open on the server has been committed, or is
    /// aborted by this write.
    pub(crate) fn was_committed(&self, marker: Marker) -> BoxFuture<'_, Result<bool, Unavailable>> {
        Box::pin(async move {
            let committer = doc! { "_id": marker.committer.to_string() };
            let marks = self.collection(COMMITS);
            let marker_read = self.within_bound("resolve the outcome of a commit to", async {
                let fence = doc! { "$inc": { "asked": 1_i64 } };
                marks.update_one(committer.clone(), fence).upsert(true).await?;
                marks.find_one(committer).await
            });
            let sequence =
                marker_read.await?.and_then(|mark| mark.get_i64("sequence").ok()).unwrap_or(0);
            Ok(u64::try_from(sequence).unwrap_or(0) >= marker.sequence)
        })
    }
}

/// Requests the commit; the server expects a repeated request when its response was lost.
async fn end(session: &mut ClientSession) -> Result<(), Error> {
    let mut failures = 0;
    loop {
        match session.commit_transaction().await {
            Err(error) if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => {
                tracing::debug!(%error, "requesting the commit again");
                failures += 1;
                tokio::time::sleep(COMMIT_RETRY.pause(failures)).await;
            }
            outcome => return outcome,
        }
    }
}

fn count(value: &Bson) -> Option<usize> {
    match value {
        Bson::Int32(value) => usize::try_from(*value).ok(),
        Bson::Int64(value) => usize::try_from(*value).ok(),
        Bson::Double(value) => usize::try_from(Bson::Double(*value).as_i64()?).ok(),
        _ => None,
    }
}

fn changes(batch: &Batch, version_check: VersionCheck) -> Result<ByCollection, Unavailable> {
    let mut all = ByCollection::new();
    for Write { expected, content } in &batch.writes {
        let changes = all.entry(expected.collection.name).or_default();
        match content {
            None => {
                let q = changes.filter(version_check, expected);
                changes.deletes.push(doc! { "q": q, "limit": 1 });
            }
            Some(content) if expected.version.is_some() => {
                let q = changes.filter(version_check, expected);
                changes.updates.push(doc! { "q": q, "u": { "$set": fields(expected, content)? } });
            }
            Some(content) => {
                let mut document = doc! { "_id": &expected.id };
                document.extend(fields(expected, content)?);
                changes.inserts.push(document);
            }
        }
    }
    for read in &batch.reads {
        let changes = all.entry(read.collection.name).or_default();
        let q = changes.filter(version_check, read);
        // A write, so that a concurrent change of the document conflicts.
        changes.updates.push(doc! { "q": q, "u": { "$inc": { "reliedOn": 1_i64 } } });
    }
    Ok(all)
}

impl Changes {
    /// The filter for an existing document at its version.
    fn filter(&mut self, version_check: VersionCheck, expected: &Expected) -> Document {
        self.expected += 1;
        match (version_check, expected.version) {
            (VersionCheck::ByVersion, Some(version)) => {
                doc! { "_id": &expected.id, "version": signed(version) }
            }
            (VersionCheck::BySnapshot, _) | (_, None) => doc! { "_id": &expected.id },
        }
    }
}

fn fields(expected: &Expected, content: &Content) -> Result<Document, Unavailable> {
    let fields = expected.collection.fields();
    let keys = fields.iter().zip(&content.keys).filter(|(_, key)| **key != Key::Null);
    let keys: Document = keys.map(|(field, key)| ((*field).to_owned(), bson(key))).collect();
    let document = to_bson(&content.body).map_err(|why| {
        let what = format!("cannot encode {} {}", expected.collection.name, expected.id);
        Unavailable::caused_by(what, why)
    })?;
    let version = signed(expected.next_version());
    Ok(doc! { "version": version, "keys": keys, "document": document })
}
