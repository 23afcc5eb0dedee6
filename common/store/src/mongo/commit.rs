//! One batch, one multi-document transaction: at most one insert, one update and one delete command a collection.
//!
//! Every document that is replaced, removed or only relied on is named with its version. What an operation did not match was
//! changed by another replica; what changes while the transaction runs is found by the server, which ends one of the two.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Backoff;
use mongodb::ClientSession;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::{Error, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::options::ReadConcern;

use super::bodies::to_bson;
use super::read::bson;
use super::server::write_concern;
use super::{COMMITS, MongoEngine, OUTBOX};
use crate::collection::Collection;
use crate::document::Key;
use crate::engine::{Batch, CommitError, Marker, Record, Write};
use crate::error::Unavailable;

/// Pauses before a batch that lost a race is decided again, with jitter: replicas that take turns meet less often.
const LOST_RACE_RETRY: Backoff = Backoff::constant(Duration::from_millis(5));

/// Pauses before a commit whose response was lost is sent again; the bound on operations ends them.
const COMMIT_RETRY: Backoff = Backoff::new(Duration::from_millis(5), Duration::from_millis(500));

/// The server's code for an `_id` that is taken.
const DUPLICATE_KEY: i32 = 11_000;

/// What a batch does to one collection.
#[derive(Default)]
struct Changes {
    inserts: Vec<Document>,
    updates: Vec<Document>,
    deletes: Vec<Document>,
    /// Documents that the updates and deletes must match.
    expected: usize,
}

/// How it is made sure that a document still is what the decisions were shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checked {
    /// They were shown it in this very transaction: the server refuses to write to what has changed since its snapshot (`WriteConflict`).
    /// The `_id` alone is what every server finds a document by at once; `SecantusDB` 0.5 reads the whole collection as soon as the filter
    /// names anything beside it (3.5 ms of 4,000 documents, against 0.2 ms).
    BySnapshot,
    /// The transaction is another one, after an outcome that was unknown: the filter names the version.
    ByVersion,
}

/// The changes of a batch, by the name of the collection: two replicas take them in the same order.
type ByCollection = BTreeMap<&'static str, Changes>;

/// How writing the batch inside the transaction ended early.
enum Ended {
    /// Another replica was faster. With which documents does not matter: all are loaded again.
    LostRace,
    Failed(Unavailable),
}

impl MongoEngine {
    pub(crate) async fn commit(
        &self,
        batch: &Batch,
        view: Option<Box<ClientSession>>,
    ) -> Result<(), CommitError> {
        let checked = if view.is_some() { Checked::BySnapshot } else { Checked::ByVersion };
        let changes = changes(batch, checked).map_err(CommitError::Failed)?;
        let bound = self.shared.server.timeout();
        let writing = tokio::time::timeout(bound, self.write(batch, view, changes)).await;
        let mut session = match writing {
            Ok(Ok(session)) => session,
            Ok(Err(Ended::LostRace)) => {
                tokio::time::sleep(LOST_RACE_RETRY.jittered(1, rand::random())).await;
                return Err(CommitError::Conflict(Vec::new()));
            }
            Ok(Err(Ended::Failed(error))) => return Err(CommitError::Failed(error)),
            // Nobody asked for the commit, so it cannot happen any more.
            Err(_) => return Err(CommitError::Failed(self.timed_out("write to"))),
        };
        // Even an answer that the transaction is unknown may come of a server that committed it and was started anew.
        match tokio::time::timeout(bound, end(&mut session)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(CommitError::Unknown(self.cannot("commit to", error))),
            Err(_) => Err(CommitError::Unknown(self.timed_out("commit to"))),
        }
    }

    /// Everything but the commit itself, in an open transaction.
    async fn write(
        &self,
        batch: &Batch,
        view: Option<Box<ClientSession>>,
        changes: ByCollection,
    ) -> Result<Box<ClientSession>, Ended> {
        let mut session = match view {
            Some(session) => session,
            None => self.begin().await.map_err(|error| self.ended(error))?,
        };
        match self.write_all(&mut session, batch, changes).await {
            Ok(()) => Ok(session),
            Err(ended) => {
                // What cannot be told now the server finds out by itself, when the session is gone.
                let _ = session.abort_transaction().await;
                Err(ended)
            }
        }
    }

    /// Opens a transaction: it sees what was committed at the moment of its first operation.
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
    ) -> Result<(), Ended> {
        for (collection, changes) in changes {
            self.write_collection(session, collection, changes).await?;
        }
        if !batch.outbox.is_empty() {
            let places = self.places(batch.outbox.len(), batch.committed_at);
            let entries = places.zip(&batch.outbox);
            let entries: Vec<_> =
                entries.map(|(place, entry)| self.outbox_document(place, entry)).collect();
            self.run(session, doc! { "insert": OUTBOX, "documents": entries }).await?;
        }
        if !batch.published.is_empty() {
            let published = doc! { "_id": { "$in": &batch.published } };
            let statement = doc! { "q": published, "limit": 0 };
            self.run(session, doc! { "delete": OUTBOX, "deletes": [statement] }).await?;
        }
        let sequence = i64::try_from(batch.marker.sequence).unwrap_or(i64::MAX);
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
    ) -> Result<(), Ended> {
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
            return Err(Ended::LostRace);
        }
        if !inserts.is_empty() {
            let command = doc! { "insert": collection, "documents": inserts };
            self.run(session, command).await?;
        }
        Ok(())
    }

    /// Runs one command of the transaction; answers how many documents it matched or added.
    async fn run(&self, session: &mut ClientSession, command: Document) -> Result<usize, Ended> {
        let reply = self.shared.database.run_command(command).session(session).await;
        let reply = reply.map_err(|error| self.ended(error))?;
        let matched = reply.get("n").and_then(count).unwrap_or(0);
        let Ok(errors) = reply.get_array("writeErrors") else {
            return Ok(matched);
        };
        let first = errors.first().and_then(Bson::as_document).cloned().unwrap_or_default();
        if first.get("code").and_then(count) == usize::try_from(DUPLICATE_KEY).ok() {
            return Err(Ended::LostRace);
        }
        let why = first.get_str("errmsg").unwrap_or("a write error without a message").to_owned();
        Err(Ended::Failed(Unavailable::caused_by("cannot write a batch", why)))
    }

    fn ended(&self, error: Error) -> Ended {
        let is_duplicate = matches!(
            &*error.kind,
            mongodb::error::ErrorKind::Command(command) if command.code == DUPLICATE_KEY
        );
        let lost_race = error.contains_label(TRANSIENT_TRANSACTION_ERROR) && is_from_server(&error);
        if is_duplicate || lost_race {
            return Ended::LostRace;
        }
        Ended::Failed(self.cannot("write to", error))
    }

    /// Whether a batch was committed. The question is itself a write to the committer's mark, which every batch writes: a
    /// transaction that is still open on the server has either been committed or is ended by this before it is answered.
    pub(crate) async fn was_committed(&self, marker: Marker) -> Result<bool, Unavailable> {
        let committer = doc! { "_id": marker.committer.to_string() };
        let marks = self.collection(COMMITS);
        let asked = self.within_bound("find out about a commit to", async {
            let fence = doc! { "$inc": { "asked": 1_i64 } };
            marks.update_one(committer.clone(), fence).upsert(true).await?;
            marks.find_one(committer).await
        });
        let sequence = asked.await?.and_then(|mark| mark.get_i64("sequence").ok()).unwrap_or(0);
        Ok(u64::try_from(sequence).unwrap_or(0) >= marker.sequence)
    }
}

/// Asks for the commit; asking again is what the server expects where its answer was lost.
async fn end(session: &mut ClientSession) -> Result<(), Error> {
    let mut failures = 0;
    loop {
        match session.commit_transaction().await {
            Err(error) if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => {
                tracing::debug!(%error, "asking again for a commit");
                failures += 1;
                tokio::time::sleep(COMMIT_RETRY.pause(failures)).await;
            }
            outcome => return outcome,
        }
    }
}

fn is_from_server(error: &Error) -> bool {
    matches!(&*error.kind, mongodb::error::ErrorKind::Command(_))
}

fn count(value: &Bson) -> Option<usize> {
    match value {
        Bson::Int32(value) => usize::try_from(*value).ok(),
        Bson::Int64(value) => usize::try_from(*value).ok(),
        Bson::Double(value) => usize::try_from(Bson::Double(*value).as_i64()?).ok(),
        _ => None,
    }
}

/// What a batch does to each collection.
fn changes(batch: &Batch, checked: Checked) -> Result<ByCollection, Unavailable> {
    let mut all = ByCollection::new();
    for write in &batch.writes {
        match write {
            Write::Insert(record) => {
                let changes = of(&mut all, record.collection);
                let mut document = doc! { "_id": &record.id };
                document.extend(content(record)?);
                changes.inserts.push(document);
            }
            Write::Replace { record, expected_version } => {
                let changes = of(&mut all, record.collection);
                let q = changes.expect(checked, &record.id, *expected_version);
                changes.updates.push(doc! { "q": q, "u": { "$set": content(record)? } });
            }
            Write::Delete { collection, id, expected_version } => {
                let changes = of(&mut all, collection);
                let q = changes.expect(checked, id, *expected_version);
                changes.deletes.push(doc! { "q": q, "limit": 1 });
            }
        }
    }
    for read in &batch.reads {
        let changes = of(&mut all, read.collection);
        let q = changes.expect(checked, &read.id, read.expected_version);
        // A write, so that a transaction that changes the document at the same time does not pass unnoticed.
        changes.updates.push(doc! { "q": q, "u": { "$inc": { "reliedOn": 1_i64 } } });
    }
    Ok(all)
}

fn of<'c>(all: &'c mut ByCollection, collection: &'static Collection) -> &'c mut Changes {
    all.entry(collection.name).or_default()
}

impl Changes {
    /// The filter for a document at a version.
    fn expect(&mut self, checked: Checked, id: &str, version: u64) -> Document {
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        self.expected += 1;
        match checked {
            Checked::BySnapshot => doc! { "_id": id },
            Checked::ByVersion => doc! { "_id": id, "version": version },
        }
    }
}

/// All of a record but its `_id`.
fn content(record: &Record) -> Result<Document, Unavailable> {
    let version = i64::try_from(record.version).unwrap_or(i64::MAX);
    let fields = record.collection.fields();
    let keys = fields.iter().zip(&record.keys).filter(|(_, key)| **key != Key::Null);
    let keys: Document = keys.map(|(field, key)| ((*field).to_owned(), bson(key))).collect();
    let document = to_bson(&record.body).map_err(|why| {
        let what = format!("cannot keep {} {}", record.collection.name, record.id);
        Unavailable::caused_by(what, why)
    })?;
    Ok(doc! { "version": version, "keys": keys, "document": document })
}
