//! The store's cache of documents that were committed, loaded or read last; decisions and reads
//! begin here.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::commits::batch_state::{Change, Slot};
use crate::document::AnyDocument;
use crate::reads::query::Query;

/// Documents in each of the two generations: some 16 MiB of typical documents in all, and more than
/// are hot at a time.
pub(crate) const GENERATION_DOCUMENTS_MAX: usize = 8_192;

/// Cached query results: the first pages of the usual lists.
const QUERIES_MAX: usize = 64;

/// Documents in a cached query result: a page of the API and the one behind it.
const QUERY_DOCUMENTS_MAX: u32 = 101;

/// A bounded cache shared by the committer and the readers of one process. The committer adds
/// committed documents before it replies to any caller; a reader adds what it read unless something
/// was committed meanwhile, so that it never holds a stale version.
///
/// Documents are kept in two generations: documents in use move to the young one; when that is full
/// it becomes the old one and the old one is dropped. Constant time, without a list to keep
/// in order.
pub(crate) struct Cache {
    /// Disabled where other processes write too: a refusal, which no commit checks, must not depend
    /// on stale documents.
    is_enabled: bool,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    young: Generation,
    old: Generation,
    /// Commits so far, in all and of each collection.
    commits: u64,
    changes: HashMap<&'static str, u64>,
    queries: HashMap<(&'static str, Query), QueryResult>,
}

/// The result of a query, valid until its collection changes.
struct QueryResult {
    read_start: ReadStart,
    documents: Vec<Arc<dyn AnyDocument>>,
}

/// Number of commits when a read began.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadStart(u64);

#[derive(Default)]
struct Generation {
    documents: HashMap<&'static str, HashMap<Arc<str>, Slot>>,
    count: usize,
}

impl Generation {
    fn insert(&mut self, id: Arc<str>, slot: Slot) {
        let documents = self.documents.entry(slot.collection.name).or_default();
        if documents.insert(id, slot).is_none() {
            self.count += 1;
        }
    }

    fn remove(&mut self, collection: &str, id: &str) -> Option<(Arc<str>, Slot)> {
        let entry = self.documents.get_mut(collection)?.remove_entry(id)?;
        self.count -= 1;
        Some(entry)
    }

    fn get(&self, collection: &str, id: &str) -> Option<&Slot> {
        self.documents.get(collection)?.get(id)
    }
}

impl Cache {
    pub(crate) fn new(is_enabled: bool) -> Self {
        Self { is_enabled, contents: Mutex::default() }
    }

    /// The document as last committed or loaded, if it is cached.
    pub(crate) fn get(&self, collection: &'static str, id: &str) -> Option<Slot> {
        if !self.is_enabled {
            return None;
        }
        let mut dropped = None;
        let mut contents = self.contents.lock();
        if let Some(slot) = contents.young.get(collection, id) {
            return Some(slot.clone());
        }
        let (id, slot) = contents.old.remove(collection, id)?;
        contents.insert(id, slot.clone(), &mut dropped);
        drop(contents);
        Some(slot)
    }

    /// The start of a read.
    pub(crate) fn read_start(&self) -> ReadStart {
        ReadStart(self.contents.lock().commits)
    }

    /// Adds a document that was read since `read_start`.
    pub(crate) fn insert(&self, read_start: ReadStart, id: Arc<str>, slot: Slot) {
        if !self.is_enabled {
            return;
        }
        let mut dropped = None;
        let mut contents = self.contents.lock();
        if contents.commits == read_start.0 {
            contents.insert(id, slot, &mut dropped);
        }
        drop(contents);
    }

    /// Adds committed documents, and removes deleted ones.
    pub(crate) fn commit<'s>(&self, written: impl Iterator<Item = (&'s Arc<str>, &'s Slot)>) {
        if !self.is_enabled {
            return;
        }
        let mut dropped = None;
        let mut contents = self.contents.lock();
        contents.commits += 1;
        let commits = contents.commits;
        for (id, slot) in written {
            contents.changes.insert(slot.collection.name, commits);
            if slot.document.is_some() {
                let stored_version = Some(slot.stored_version.map_or(1, |version| version + 1));
                let slot = Slot { stored_version, ..slot.clone() };
                contents.insert(Arc::clone(id), slot, &mut dropped);
            } else {
                contents.remove(slot.collection.name, id);
            }
        }
        drop(contents);
    }

    /// Removes everything: the last commit is unknown.
    pub(crate) fn clear(&self) {
        let mut contents = self.contents.lock();
        let commits = contents.commits + 1;
        let forgotten =
            std::mem::replace(&mut *contents, Contents { commits, ..Contents::default() });
        drop(contents);
        drop(forgotten);
    }

    /// Removes a document that another process changed or deleted.
    pub(crate) fn remove(&self, collection: &'static str, id: &str) {
        self.contents.lock().remove(collection, id);
    }

    /// Whether the result of this query is cached: not for the time-bounded queries of loops, which
    /// do not repeat.
    pub(crate) fn is_cacheable(&self, query: &Query) -> bool {
        let is_page = query.from.is_none() && query.to.is_none();
        self.is_enabled && is_page && query.limit <= QUERY_DOCUMENTS_MAX
    }

    /// The result of this query, if it is cached and its collection has not changed since.
    pub(crate) fn query_result(
        &self,
        collection: &'static str,
        query: &Query,
    ) -> Option<Vec<Arc<dyn AnyDocument>>> {
        let contents = self.contents.lock();
        let result = contents.queries.get(&(collection, query.clone()))?;
        let changed = contents.changes.get(collection).copied().unwrap_or_default();
        (changed <= result.read_start.0).then(|| result.documents.clone())
    }

    /// Adds the result of a query that began at `read_start`.
    pub(crate) fn insert_query_result(
        &self,
        read_start: ReadStart,
        collection: &'static str,
        query: Query,
        documents: Vec<Arc<dyn AnyDocument>>,
    ) {
        let mut contents = self.contents.lock();
        let key = (collection, query);
        let dropped = (contents.queries.len() >= QUERIES_MAX
            && !contents.queries.contains_key(&key))
        .then(|| std::mem::take(&mut contents.queries));
        contents.queries.insert(key, QueryResult { read_start, documents });
        drop(contents);
        drop(dropped);
    }
}

impl Contents {
    /// `dropped` receives the replaced generation, which is freed after the lock is released.
    fn insert(&mut self, id: Arc<str>, slot: Slot, dropped: &mut Option<Generation>) {
        if self.young.count >= GENERATION_DOCUMENTS_MAX {
            *dropped = Some(std::mem::replace(&mut self.old, std::mem::take(&mut self.young)));
        }
        self.old.remove(slot.collection.name, &id);
        self.young.insert(id, Slot { change: Change::None, is_read: false, ..slot });
    }

    fn remove(&mut self, collection: &str, id: &str) {
        self.young.remove(collection, id);
        self.old.remove(collection, id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Collection, Document, Key};

    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct Crate;

    impl Document for Crate {
        const COLLECTION: &'static Collection = &CRATES;

        fn document_id(&self) -> String {
            "x".to_owned()
        }

        fn key(&self, _: &str) -> Key {
            Key::Null
        }
    }

    static CRATES: Collection = Collection { name: "crates", indexes: &[], searched: &[] };

    fn slot(stored_version: Option<u64>, exists: bool) -> Slot {
        let document: Arc<dyn AnyDocument> = Arc::new(Crate);
        let document = exists.then_some(document);
        Slot { collection: &CRATES, stored_version, document, change: Change::None, is_read: false }
    }

    #[test]
    fn a_read_that_began_before_a_commit_is_not_cached_after_it() {
        let (cache, id) = (Cache::new(true), Arc::<str>::from("x"));
        let began = cache.read_start();
        cache.commit([(&id, &slot(Some(1), false))].into_iter());
        cache.insert(began, Arc::clone(&id), slot(Some(1), true));
        assert!(cache.get("crates", "x").is_none(), "it was removed");
        cache.insert(cache.read_start(), Arc::clone(&id), slot(Some(1), true));
        assert_eq!(cache.get("crates", "x").and_then(|found| found.stored_version), Some(1));
        cache.commit([(&id, &slot(Some(1), true))].into_iter());
        assert_eq!(cache.get("crates", "x").and_then(|found| found.stored_version), Some(2));
    }

    #[test]
    fn a_query_result_is_valid_until_its_collection_changes() {
        let (cache, id, query) = (Cache::new(true), Arc::<str>::from("x"), Query::on("by_shelf"));
        let began = cache.read_start();
        cache.insert_query_result(began, "crates", query.clone(), Vec::new());
        assert!(cache.query_result("crates", &query).is_some());
        assert!(cache.query_result("boxes", &query).is_none());
        let (page, hour) =
            (Query::on("by_shelf").limit(101), Query::on("by_shelf").to(1_i64).limit(5));
        assert!(
            cache.is_cacheable(&page) && !cache.is_cacheable(&query) && !cache.is_cacheable(&hour)
        );
        cache.commit([(&id, &slot(None, true))].into_iter());
        assert!(cache.query_result("crates", &query).is_none());
        cache.insert_query_result(began, "crates", query.clone(), Vec::new());
        assert!(
            cache.query_result("crates", &query).is_none(),
            "the query began before the commit"
        );
    }

    #[test]
    fn the_cache_is_bounded() {
        let cache = Cache::new(true);
        for number in 0..GENERATION_DOCUMENTS_MAX * 3 {
            cache.insert(cache.read_start(), number.to_string().into(), slot(Some(1), true));
            let query = Query::on("by_shelf").equals(i64::try_from(number).unwrap_or(0));
            cache.insert_query_result(cache.read_start(), "crates", query, Vec::new());
        }
        let contents = cache.contents.lock();
        assert!(contents.young.count + contents.old.count <= GENERATION_DOCUMENTS_MAX * 2);
        assert!(contents.queries.len() <= QUERIES_MAX);
    }
}
