//! Collections and indexes, created from their declarations.

use futures::future::BoxFuture;
use std::time::Duration;

use contract::Timestamp;
use mongodb::IndexModel;
use mongodb::bson::{Document, doc};
use mongodb::error::ErrorKind;
use mongodb::options::IndexOptions;

use super::{COMMITS, MongoEngine, OUTBOX, index_name, indexed, path};
use crate::collection::{Collection, Index};
use crate::error::Unavailable;

/// Time for which the marker of a dead committer is kept; only its own process reads it.
const MARKERS_KEPT: Duration = Duration::from_hours(24);

/// The server's code for an existing collection.
const NAMESPACE_EXISTS: i32 = 48;

impl MongoEngine {
    /// Creates missing collections and indexes, before any transaction, since transactions should
    /// not create collections.
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
        // An index on a large collection takes longer than any other operation, so it has no
        // timeout.
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
    index(index_name(collection, declared.name), keys, Some(indexed(declared)))
}

fn index(name: String, keys: Document, only: Option<Document>) -> IndexModel {
    let options = IndexOptions::builder().name(name).partial_filter_expression(only).build();
    IndexModel::builder().keys(keys).options(options).build()
}
