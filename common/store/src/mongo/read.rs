//! Loads by `_id` and queries on declared indexes.

use futures::TryStreamExt as _;
use mongodb::bson::{Bson, Document, doc};

use super::bodies::to_json;
use super::{MongoEngine, indexed, path};
use crate::collection::{Collection, Index};
use crate::document::Key;
use crate::engine::StoredDocument;
use crate::error::Unavailable;
use crate::query::{Direction, Query};

impl MongoEngine {
    pub(crate) async fn load(
        &self,
        collection: &'static Collection,
        ids: &[&str],
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let what = format!("load {} from", collection.name);
        let found = self.within_bound(&what, async {
            let filter = match ids {
                [id] => doc! { "_id": *id },
                ids => doc! { "_id": { "$in": ids } },
            };
            let found = self.collection(collection.name).find(filter).projection(shown()).await?;
            found.try_collect::<Vec<_>>().await
        });
        stored_all(collection, found.await?)
    }

    pub(crate) async fn query(
        &self,
        collection: &'static Collection,
        query: &Query,
    ) -> Result<Vec<StoredDocument>, Unavailable> {
        let index = collection.index(query.index).ok_or_else(|| {
            let (name, index) = (collection.name, query.index);
            Unavailable::new(format!("cannot query {name}: no index {index} is declared"))
        })?;
        if query.limit == 0 {
            // A limit of 0 is none at all to MongoDB.
            return Ok(Vec::new());
        }
        let what = format!("query {} in", collection.name);
        let found = self.within_bound(&what, async {
            let found = self
                .collection(collection.name)
                .find(filter(index, query))
                .projection(shown())
                .sort(order(index, query.direction))
                .limit(query.limit.into())
                .await?;
            found.try_collect::<Vec<_>>().await
        });
        stored_all(collection, found.await?)
    }
}

/// Everything but the keys.
fn shown() -> Document {
    doc! { "version": 1, "document": 1 }
}

fn sort_field(index: &Index) -> String {
    path(index.fields.last().copied().unwrap_or_default())
}

/// All fields of the index, so that the index gives the order: those before the last are equal where a query names them.
fn order(index: &Index, direction: Direction) -> Document {
    let way = match direction {
        Direction::Ascending => 1,
        Direction::Descending => -1,
    };
    doc! { sort_field(index): way, "_id": way }
}

fn filter(index: &Index, query: &Query) -> Document {
    let mut all = vec![indexed(index.fields)];
    let sort = sort_field(index);
    for (field, key) in index.fields.iter().zip(&query.equals) {
        all.push(doc! { path(field): bson(key) });
    }
    if let Some(key) = &query.from {
        all.push(doc! { &sort: { "$gte": bson(key) } });
    }
    if let Some(key) = &query.to {
        all.push(doc! { &sort: { "$lte": bson(key) } });
    }
    if let Some(position) = &query.after {
        all.push(behind(&sort, &position.key, &position.id, query.direction));
    }
    if let Some((field, text)) = &query.containing {
        all.push(doc! { path(field): { "$regex": regex_syntax::escape(text) } });
    }
    doc! { "$and": all }
}

/// Documents behind a position. A missing value sorts before every other.
fn behind(sort: &str, key: &Key, id: &str, direction: Direction) -> Document {
    let same_key_and = |id: Document| doc! { sort: bson(key), "_id": id };
    let farther = match (direction, key) {
        (Direction::Ascending, Key::Null) => Some(doc! { sort: { "$exists": true } }),
        (Direction::Ascending, key) => Some(doc! { sort: { "$gt": bson(key) } }),
        (Direction::Descending, Key::Null) => None,
        (Direction::Descending, key) => {
            Some(doc! { "$or": [{ sort: { "$lt": bson(key) } }, { sort: Bson::Null }] })
        }
    };
    let next = match direction {
        Direction::Ascending => same_key_and(doc! { "$gt": id }),
        Direction::Descending => same_key_and(doc! { "$lt": id }),
    };
    doc! { "$or": farther.into_iter().chain([next]).collect::<Vec<_>>() }
}

/// The value of an indexed field; what has none is not kept.
pub(super) fn bson(key: &Key) -> Bson {
    match key {
        Key::Null => Bson::Null,
        Key::Integer(value) => Bson::Int64(*value),
        Key::Text(value) => Bson::String(value.clone()),
    }
}

fn stored_all(
    collection: &Collection,
    found: Vec<Document>,
) -> Result<Vec<StoredDocument>, Unavailable> {
    let stored = found.iter().map(stored);
    stored.collect::<Result<_, _>>().map_err(|why| {
        Unavailable::caused_by(format!("cannot read a document of {}", collection.name), why)
    })
}

fn stored(found: &Document) -> Result<StoredDocument, String> {
    let id = found.get_str("_id").map_err(|error| error.to_string())?.to_owned();
    let wrong = |what: String| format!("{id}: {what}");
    let version = found.get_i64("version").map_err(|error| wrong(error.to_string()))?;
    let version = u64::try_from(version).map_err(|error| wrong(error.to_string()))?;
    let document = found.get("document").ok_or_else(|| wrong("no document in it".to_owned()))?;
    let body = to_json(document).map_err(wrong)?;
    Ok(StoredDocument { id, version, body })
}
