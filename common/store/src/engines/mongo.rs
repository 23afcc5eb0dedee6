//! The production engine: a database of a MongoDB replica set, one multi-document transaction per
//! batch.
//!
//! Each collection is a MongoDB collection with `_id`, `version`, `keys` (the values of the indexed
//! fields) and `document`, the document itself, readable with any MongoDB tool. Two collections
//! belong to the engine: `_outbox`, and `_commits` (the last batch of each committer, which
//! resolves an unknown outcome).
//!
//! | module | subject |
//! |---|---|
//! | `server` | a replica set, its settings, and the connection to it |
//! | `schema` | collections and indexes, created from their declarations |
//! | `read` | loads by `_id` and queries on declared indexes |
//! | `commit` | one batch, one transaction |
//! | `outbox` | reading the outbox |
//! | `bodies` | JSON text to BSON and back |

mod bodies;
mod commit;
mod outbox;
mod read;
mod schema;
mod server;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use mongodb::bson::{Document, doc};
use mongodb::options::ReadConcern;
use mongodb::{Collection as MongoCollection, Database};

pub use server::{MongoServer, MongoSettings};

use crate::collection::{Collection, Index};
use crate::error::Unavailable;

/// The outbox.
const OUTBOX: &str = "_outbox";

/// The last batch of each committer.
const COMMITS: &str = "_commits";

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

/// The path of a declared field.
fn path(field: &str) -> String {
    format!("keys.{field}")
}

/// Restricts to documents in an index: those whose first field has a value.
fn indexed(index: &Index) -> Document {
    doc! { path(index.first_field()): { "$exists": true } }
}

fn index_name(collection: &Collection, index: &str) -> String {
    format!("{}_{index}", collection.name)
}
