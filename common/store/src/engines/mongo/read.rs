//! Loads by `_id` and queries on declared indexes.

use futures::TryStreamExt as _;
use futures::future::BoxFuture;
use mongodb::bson::error::Error as BsonError;
use mongodb::bson::{Bson, Document, doc};

use super::bodies::to_json;
use super::{MongoEngine, indexed, path};
use crate::collection::{Collection, Index};
use crate::document::Key;
use crate::engines::batch::{StoredDocument, View};
use crate::error::Unavailable;
use crate::reads::query::{Candidate, Direction, Position, Query};

impl MongoEngine {
    /// With a view, in the transaction that will commit the batch; the first load starts it.
    pub(crate) fn load<'a>(
        &'a self,
        view: Option<&'a mut View>,
        collection: &'static Collection,
        ids: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<StoredDocument>, Unavailable>> {
        Box::pin(async move {
            let what = format!("load {} from", collection.name);
            let known = self.collection(collection.name);
            // The response fits one batch.
            let size = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            let finding = known.find(with(ids)).projection(shown()).batch_size(size);
            let Some(view) = view else {
                let found = async { finding.await?.try_collect::<Vec<_>>().await };
                return stored_all(collection, &self.within_bound(&what, found).await?);
            };
            let mut session = match view.take() {
                Some(session) => session,
                None => self.within_bound(&what, self.begin()).await?,
            };
            let found = self.within_bound(&what, async {
                let mut found = finding.session(&mut *session).await?;
                found.stream(&mut session).try_collect::<Vec<_>>().await
            });
            let found = found.await?;
            // A transaction with a failed operation is over and is not kept.
            view.keep(session);
            stored_all(collection, &found)
        })
    }

    pub(crate) fn query<'a>(
        &'a self,
        collection: &'static Collection,
        query: &'a Query,
    ) -> BoxFuture<'a, Result<Vec<StoredDocument>, Unavailable>> {
        Box::pin(
            async move { stored_all(collection, &self.find(collection, query, shown()).await?) },
        )
    }

    pub(crate) fn candidates<'a>(
        &'a self,
        collection: &'static Collection,
        query: &'a Query,
        field: &'static str,
    ) -> BoxFuture<'a, Result<Vec<Candidate>, Unavailable>> {
        Box::pin(async move {
            let sort = query.index_in(collection)?.sort_field();
            let fields = doc! { path(sort): 1, path(field): 1 };
            let found = self.find(collection, query, fields).await?;
            let candidate = |found: &Document| {
                let id = found.get_str("_id").map(str::to_owned)?;
                let keys = found.get_document("keys").ok();
                let key = |field| keys.and_then(|keys| keys.get(field)).map_or(Key::Null, key);
                Ok(Candidate { position: Position { key: key(sort), id }, text: key(field) })
            };
            found.iter().map(candidate).collect::<Result<_, BsonError>>().map_err(|error| {
                Unavailable::caused_by(format!("cannot search {}", collection.name), error)
            })
        })
    }

    async fn find(
        &self,
        collection: &'static Collection,
        query: &Query,
        fields: Document,
    ) -> Result<Vec<Document>, Unavailable> {
        let index = query.index_in(collection)?;
        let what = format!("query {} in", collection.name);
        let found = self.within_bound(&what, async {
            let mut found = Vec::new();
            for filter in ranges(index, query) {
                let found_so_far = u32::try_from(found.len()).unwrap_or(u32::MAX);
                let room = query.limit.saturating_sub(found_so_far);
                let order = order(index, query.direction);
                found.extend(self.page(collection, filter, fields.clone(), order, room).await?);
            }
            Ok(found)
        });
        found.await
    }

    /// The given fields of the first documents that match a filter.
    async fn page(
        &self,
        collection: &Collection,
        filter: Document,
        fields: Document,
        order: Document,
        limit: u32,
    ) -> mongodb::error::Result<Vec<Document>> {
        if limit == 0 {
            // For MongoDB it means no limit.
            return Ok(Vec::new());
        }
        let collection = self.collection(collection.name);
        let finding = collection.find(filter).projection(fields).sort(order);
        finding.limit(limit.into()).batch_size(limit).await?.try_collect().await
    }

    pub(crate) fn scan<'a>(
        &'a self,
        collection: &'static Collection,
        after: &'a str,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<StoredDocument>, Unavailable>> {
        Box::pin(async move {
            let what = format!("scan {} in", collection.name);
            let behind = doc! { "_id": { "$gt": after } };
            let finding = self.page(collection, behind, shown(), doc! { "_id": 1 }, limit);
            stored_all(collection, &self.within_bound(&what, finding).await?)
        })
    }
}

fn with(ids: &[&str]) -> Document {
    match ids {
        [id] => doc! { "_id": *id },
        ids => doc! { "_id": { "$in": ids } },
    }
}

/// Everything but the keys.
fn shown() -> Document {
    doc! { "version": 1, "document": 1 }
}

/// The index's own order; all results of a query have equal values in the fields before the last.
fn order(index: &Index, direction: Direction) -> Document {
    let way = match direction {
        Direction::Ascending => 1,
        Direction::Descending => -1,
    };
    doc! { path(index.sort_field()): way, "_id": way }
}

/// The filters whose results, one after the other, are the result of a query: a single one, or for
/// a page behind a position one for the rest of that position's key and one for the keys behind it.
/// Each is one range of the index, which an `$or` of them would not be.
fn ranges(index: &Index, query: &Query) -> Vec<Document> {
    let sort = path(index.sort_field());
    let is_sort_fixed = query.equals.len() >= index.fields.len();
    let equals = index.fields.iter().zip(&query.equals);
    let mut all: Document = equals.map(|(field, key)| (path(field), bson(key))).collect();
    if query.equals.is_empty() {
        all = indexed(index);
    }
    let narrowed = |to: Bson| {
        let mut filter = all.clone();
        filter.insert(&sort, to);
        filter
    };
    let within = |mut bounds: Document| {
        if let Some(key) = &query.from {
            bounds.insert("$gte", bson(key));
        }
        // In descending order a position already has the tighter bound.
        if let Some(next) = query.to.as_ref().and_then(next)
            && !bounds.contains_key("$lt")
        {
            bounds.insert("$lt", next);
        }
        if bounds.is_empty() || is_sort_fixed { all.clone() } else { narrowed(bounds.into()) }
    };
    let Some(Position { key, id }) = &query.after else { return vec![within(Document::new())] };
    let (behind, is_descending) = match query.direction {
        Direction::Ascending => ("$gt", false),
        Direction::Descending => ("$lt", true),
    };
    // A position's own key is within the query's bounds already.
    let mut same_key = narrowed(bson(key));
    same_key.insert("_id", doc! { behind: id });
    let mut ranges = vec![same_key];
    // A missing value sorts before every other, and is in no range.
    match key {
        _ if is_sort_fixed => {}
        Key::Null if is_descending => {}
        Key::Null => ranges.push(within(doc! { "$exists": true })),
        Key::Integer(_) | Key::Text(_) => {
            ranges.push(within(doc! { behind: bson(key) }));
            if is_descending && index.fields.len() > 1 && query.from.is_none() {
                ranges.push(narrowed(Bson::Null));
            }
        }
    }
    ranges
}

/// The least value above a key; `None` if it does not exist. Upper bounds are exclusive: with an
/// inclusive one not every server finds equal values in a compound index.
fn next(key: &Key) -> Option<Bson> {
    match key {
        Key::Null => None,
        Key::Integer(value) => value.checked_add(1).map(Bson::Int64),
        Key::Text(value) => Some(Bson::String(format!("{value}\0"))),
    }
}

/// The value of an indexed field; missing values are not stored.
pub(super) fn bson(key: &Key) -> Bson {
    match key {
        Key::Null => Bson::Null,
        Key::Integer(value) => Bson::Int64(*value),
        Key::Text(value) => Bson::String(value.clone()),
    }
}

/// The key of a value, the inverse of [`bson`].
fn key(value: &Bson) -> Key {
    match value {
        Bson::Int64(value) => Key::Integer(*value),
        Bson::String(value) => Key::Text(value.clone()),
        _ => Key::Null,
    }
}

fn stored_all(
    collection: &Collection,
    found: &[Document],
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
