//! The production engine: a database of a MongoDB replica set, one multi-document transaction per
//! batch.
//!
//! Each collection is a MongoDB collection with `_id`, `version`, `keys` (the values of the indexed
//! fields) and `document`, the document itself, readable with any MongoDB tool. Two collections
//! belong to the engine: `_outbox`, and `_commits` (the last batch of each committer, which
//! resolves an unknown outcome).

mod bodies;
mod commit;
mod outbox;
mod read;
mod server;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use contract::Timestamp;
use futures::future::BoxFuture;
use mongodb::bson::{Document, doc};
use mongodb::error::ErrorKind;
use mongodb::options::{IndexOptions, ReadConcern};
use mongodb::{Collection as MongoCollection, Database, IndexModel};

pub use server::{MongoServer, MongoSettings};

use crate::collection::{Collection, Index};
use crate::engines::batch::MARKERS_KEPT;
use crate::error::Unavailable;

const OUTBOX: &str = "_outbox";

/// The last batch of each committer.
const COMMITS: &str = "_commits";

/// The server's code for an existing collection.
const NAMESPACE_EXISTS: i32 = 48;

/// A database. Clones share its connections.
#[derive(Debug, Clone)]
pub struct MongoEngine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    server: MongoServer,
    database: Database,
    /// The replica that wrote an outbox entry: new for each engine.
    writer: String,
    /// The sequence of the next outbox entry, above all earlier ones of this engine.
    next_sequence: AtomicI64,
}

impl MongoEngine {
    fn new(server: MongoServer, database: Database) -> Self {
        let writer = format!("{:016x}", rand::random::<u64>());
        let next_sequence = AtomicI64::new(0);
        Self { shared: Arc::new(Shared { server, database, writer, next_sequence }) }
    }

    /// `mongodb db1.example.com:27017/auth`
    pub(crate) fn describe(&self) -> String {
        format!("mongodb {}/{}", self.shared.server.hosts(), self.shared.database.name())
    }

    fn collection(&self, name: &str) -> MongoCollection<Document> {
        self.shared.database.collection(name)
    }

    /// Runs an operation with the timeout of the settings.
    async fn within_bound<T>(
        &self,
        what: &str,
        operation: impl Future<Output = mongodb::error::Result<T>>,
    ) -> Result<T, Unavailable> {
        match tokio::time::timeout(self.shared.server.timeout(), operation).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(self.cannot(what, error)),
            Err(_) => Err(self.timed_out(what)),
        }
    }

    fn cannot(&self, what: &str, error: mongodb::error::Error) -> Unavailable {
        Unavailable::caused_by(format!("cannot {what} {}", self.shared.database.name()), error)
    }

    fn timed_out(&self, what: &str) -> Unavailable {
        let (name, bound) = (self.shared.database.name(), self.shared.server.timeout());
        Unavailable::new(format!("cannot {what} {name}: no response within {bound:?}"))
    }
}

/// Decisions depend on majority-committed documents, which no fail-over rolls back.
fn read_concern() -> ReadConcern {
    ReadConcern::majority()
}

fn path(field: &str) -> String {
    format!("keys.{field}")
}

/// Restricts to documents in an index: those whose first field has a value.
fn indexed(index: &Index) -> Document {
    doc! { path(index.first_field()): { "$exists": true } }
}

impl MongoEngine {
    /// Creates missing collections and indexes, which transactions should not do.
    pub(crate) fn prepare<'a>(
        &'a self,
        collections: &'a [&'static Collection],
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            self.create(
                OUTBOX,
                vec![index("by_writer".to_owned(), doc! { "writer": 1, "_id": 1 }, None)],
            )
            .await?;
            self.create(COMMITS, Vec::new()).await?;
            for collection in collections {
                let models = collection.indexes.iter().map(|index| model(collection, index));
                self.create(collection.name, models.collect()).await?;
            }
            let old = doc! { "committedAt": { "$lt": now.minus(MARKERS_KEPT).unix_ms() } };
            let marks = self.collection(COMMITS);
            self.within_bound("clean up", async { marks.delete_many(old).await }).await?;
            Ok(())
        })
    }

    async fn create(&self, name: &str, indexes: Vec<IndexModel>) -> Result<(), Unavailable> {
        let database = &self.shared.database;
        let made = self.within_bound("create a collection in", async {
            match database.create_collection(name).await {
                Err(error) if is_there(&error) => Ok(()),
                outcome => outcome,
            }
        });
        made.await?;
        if indexes.is_empty() {
            return Ok(());
        }
        let collection = self.collection(name);
        let making = async { collection.create_indexes(indexes).await };
        // Without a timeout: an index on a large collection takes long.
        making.await.map_err(|error| self.cannot("create the indexes of", error))?;
        Ok(())
    }
}

fn is_there(error: &mongodb::error::Error) -> bool {
    matches!(&*error.kind, ErrorKind::Command(command) if command.code == NAMESPACE_EXISTS)
}

fn model(collection: &Collection, declared: &Index) -> IndexModel {
    let mut keys: Document = declared.fields.iter().map(|field| (path(field), 1.into())).collect();
    keys.insert("_id", 1);
    index(format!("{}_{}", collection.name, declared.name), keys, Some(indexed(declared)))
}

fn index(name: String, keys: Document, only: Option<Document>) -> IndexModel {
    let options = IndexOptions::builder().name(name).partial_filter_expression(only).build();
    IndexModel::builder().keys(keys).options(options).build()
}
