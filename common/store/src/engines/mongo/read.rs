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
use crate::reads::query::{Direction, Position, Query};
use crate::reads::search::Candidate;

impl MongoEngine {
    /// With a view it loads within the transaction that will commit the batch, started with its
    /// first load.
    pub(crate) fn load<'a>(
        &'a self,
        view: Option<&'a mut View>,
        collection: &'static Collection,
        ids: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<StoredDocument>, Unavailable>> {
        Box::pin(async move {
            let what = format!("load {} from", collection.name);
            let known = self.collection(collection.name);
            let finding = known.find(with(ids)).projection(shown()).batch_size(size(ids));
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

    /// The given fields of the documents of a query.
    async fn find(
        &self,
        collection: &'static Collection,
        query: &Query,
        fields: Document,
    ) -> Result<Vec<Document>, Unavailable> {
        let index = query.index_in(collection)?;
        if query.limit == 0 {
            // For MongoDB a limit of 0 means no limit.
            return Ok(Vec::new());
        }
        let what = format!("query {} in", collection.name);
        let found = self.within_bound(&what, async {
            let mut found = Vec::new();
            for range_filter in ranges(index, query) {
                let room =
                    query.limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
                if room == 0 {
                    break;
                }
                let range_filter = self
                    .collection(collection.name)
                    .find(range_filter)
                    .projection(fields.clone())
                    .sort(order(index, query.direction))
                    .limit(room.into())
                    .batch_size(room)
                    .await?;
                found.extend(range_filter.try_collect::<Vec<_>>().await?);
            }
            Ok(found)
        });
        found.await
    }

    pub(crate) fn scan<'a>(
        &'a self,
        collection: &'static Collection,
        after: &'a str,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<StoredDocument>, Unavailable>> {
        Box::pin(async move {
            if limit == 0 {
                return Ok(Vec::new());
            }
            let what = format!("scan {} in", collection.name);
            let found = self.within_bound(&what, async {
                let found = self
                    .collection(collection.name)
                    .find(doc! { "_id": { "$gt": after } })
                    .projection(shown())
                    .sort(doc! { "_id": 1 })
                    .limit(limit.into())
                    .batch_size(limit)
                    .await?;
                found.try_collect::<Vec<_>>().await
            });
            stored_all(collection, &found.await?)
        })
    }
}

fn with(ids: &[&str]) -> Document {
    match ids {
        [id] => doc! { "_id": *id },
        ids => doc! { "_id": { "$in": ids } },
    }
}

/// The response fits one batch.
fn size(ids: &[&str]) -> u32 {
    u32::try_from(ids.len()).unwrap_or(u32::MAX)
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
    let Some(position) = &query.after else { return vec![range_filter(index, query, None, None)] };
    let (behind, farther) = match query.direction {
        Direction::Ascending => (doc! { "$gt": &position.id }, "$gt"),
        Direction::Descending => (doc! { "$lt": &position.id }, "$lt"),
    };
    let at = |key: &Key| Some((sort.as_str(), bson(key)));
    let mut ranges = vec![range_filter(index, query, at(&position.key), Some(behind))];
    if query.equals.len() >= index.fields.len() {
        return ranges;
    }
    // A missing value sorts before every other, and is in no range.
    match (query.direction, &position.key) {
        (Direction::Ascending, Key::Null) => {
            ranges.push(range_filter(
                index,
                query,
                Some((&sort, doc! { "$exists": true }.into())),
                None,
            ));
        }
        (Direction::Descending, Key::Null) => {}
        (direction, key) => {
            let range = doc! { farther: bson(key) };
            ranges.push(range_filter(index, query, Some((&sort, range.into())), None));
            let has_missing = index.fields.len() > 1 && query.from.is_none();
            if direction == Direction::Descending && has_missing {
                ranges.push(range_filter(index, query, at(&Key::Null), None));
            }
        }
    }
    ranges
}

/// The filter of a query, narrowed to a range of its sort field and of the ids.
fn range_filter(
    index: &Index,
    query: &Query,
    at: Option<(&str, Bson)>,
    ids: Option<Document>,
) -> Document {
    let mut filter: Document = index
        .fields
        .iter()
        .zip(&query.equals)
        .map(|(field, key)| (path(field), bson(key)))
        .collect();
    if query.equals.is_empty() {
        filter = indexed(index);
    }
    let mut range = Document::new();
    match at {
        Some((_, Bson::Document(part))) => range = part,
        Some((sort, key)) => {
            filter.insert(sort, key);
        }
        None => {}
    }
    let sort = path(index.sort_field());
    // A position's own key is within the query's bounds already.
    if !matches!(filter.get(&sort), Some(value) if value.as_document().is_none()) {
        if let Some(key) = &query.from {
            range.insert("$gte", bson(key));
        }
        // In descending order a position already has the tighter bound.
        if let Some(next) = query.to.as_ref().and_then(next)
            && !range.contains_key("$lt")
        {
            range.insert("$lt", next);
        }
        if !range.is_empty() {
            filter.insert(sort, range);
        }
    }
    if let Some(ids) = ids {
        filter.insert("_id", ids);
    }
    filter
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
