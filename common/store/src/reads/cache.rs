//! The store's cache of committed, loaded and read documents, and of query results.

use std::collections::HashMap;
use std::sync::Arc;

use hashlink::LruCache;
use parking_lot::Mutex;

use crate::commits::batch_state::{DocumentKey, Slot};
use crate::document::AnyDocument;
use crate::reads::query::Query;

/// Cached documents: some 16 MiB of typical ones, and more than are hot at a time.
pub(crate) const DOCUMENTS_MAX: usize = 16_384;

/// Cached query results: the first pages of the usual lists.
const QUERIES_MAX: usize = 64;

/// Documents in a cached query result: a page of the API and the one behind it.
const QUERY_DOCUMENTS_MAX: u32 = 101;

/// A bounded cache shared by the committer and the readers of one process; the least recently used
/// entries are dropped first. The committer adds committed documents before it replies to any
/// caller; a reader adds what it read unless something was committed meanwhile, so that it never
/// holds a stale version.
pub(crate) struct Cache {
    /// Disabled where other processes write too: no commit checks the documents of a refusal.
    is_enabled: bool,
    contents: Mutex<Contents>,
}

struct Contents {
    documents: LruCache<DocumentKey, Slot>,
    queries: LruCache<(&'static str, Query), QueryResult>,
    /// Commits so far, in all, up to the last removal of everything, and of each collection.
    commits: u64,
    cleared: u64,
    changes: HashMap<&'static str, u64>,
}

/// The result of a query, valid until its collection changes.
struct QueryResult {
    read_start: u64,
    documents: Vec<Arc<dyn AnyDocument>>,
}

impl Cache {
    pub(crate) fn new(is_enabled: bool) -> Self {
        let contents = Contents {
            documents: LruCache::new(DOCUMENTS_MAX),
            queries: LruCache::new(QUERIES_MAX),
            commits: 0,
            cleared: 0,
            changes: HashMap::new(),
        };
        Self { is_enabled, contents: Mutex::new(contents) }
    }

    pub(crate) fn get(&self, key: &DocumentKey) -> Option<Slot> {
        if !self.is_enabled {
            return None;
        }
        self.contents.lock().documents.get(key).cloned()
    }

    /// The start of a read: the number of commits so far.
    pub(crate) fn read_start(&self) -> u64 {
        self.contents.lock().commits
    }

    /// Adds a document that was read since `read_start`.
    pub(crate) fn insert(&self, read_start: u64, key: DocumentKey, slot: Slot) {
        let mut contents = self.contents.lock();
        let is_cached = self.is_enabled && slot.collection.is_cached;
        if is_cached && contents.commits == read_start {
            contents.documents.insert(key, slot);
        }
    }

    /// Adds committed documents, and removes deleted ones.
    pub(crate) fn commit<'s>(&self, written: impl Iterator<Item = (&'s DocumentKey, &'s Slot)>) {
        if !self.is_enabled {
            return;
        }
        let contents = &mut *self.contents.lock();
        contents.commits += 1;
        for (key, slot) in written {
            contents.changes.insert(slot.collection.name, contents.commits);
            if slot.document.is_some() && slot.collection.is_cached {
                contents.documents.insert(key.clone(), slot.committed());
            } else {
                contents.documents.remove(key);
            }
        }
    }

    /// Removes everything: the last commit is unknown, or the engine has newer documents.
    pub(crate) fn clear(&self) {
        let mut contents = self.contents.lock();
        contents.commits += 1;
        contents.cleared = contents.commits;
        contents.documents.clear();
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
        if !self.is_cacheable(query) {
            return None;
        }
        let contents = &mut *self.contents.lock();
        let result = contents.queries.get(&(collection, query.clone()))?;
        let changed = contents.changes.get(collection).copied().unwrap_or_default();
        (changed.max(contents.cleared) <= result.read_start).then(|| result.documents.clone())
    }

    pub(crate) fn insert_query_result(
        &self,
        read_start: u64,
        collection: &'static str,
        query: Query,
        documents: &[Arc<dyn AnyDocument>],
    ) {
        if self.is_cacheable(&query) {
            let result = QueryResult { read_start, documents: documents.to_vec() };
            self.contents.lock().queries.insert((collection, query), result);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Collection;

    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct Crate;

    crate::document!(Crate, CRATES, |_it| "x");

    static CRATES: Collection = Collection::named("crates");

    fn slot(stored_version: Option<u64>, exists: bool) -> Slot {
        let document: Arc<dyn AnyDocument> = Arc::new(Crate);
        let document = exists.then_some(document);
        Slot { stored_version, document, ..Slot::absent(&CRATES) }
    }

    #[test]
    fn a_read_that_began_before_a_commit_is_not_cached_after_it() {
        let (cache, key) = (Cache::new(true), ("crates", Arc::<str>::from("x")));
        let began = cache.read_start();
        cache.commit([(&key, &slot(Some(1), false))].into_iter());
        cache.insert(began, key.clone(), slot(Some(1), true));
        assert!(cache.get(&key).is_none(), "it was removed");
        cache.insert(cache.read_start(), key.clone(), slot(Some(1), true));
        assert_eq!(cache.get(&key).and_then(|found| found.stored_version), Some(1));
        cache.commit([(&key, &slot(Some(1), true))].into_iter());
        assert_eq!(cache.get(&key).and_then(|found| found.stored_version), Some(2));
    }

    #[test]
    fn files_are_not_cached() {
        static FILES: Collection = Collection::of_files("files");
        let (cache, key) = (Cache::new(true), ("files", Arc::<str>::from("x")));
        let file = Slot { collection: &FILES, ..slot(Some(1), true) };
        cache.insert(cache.read_start(), key.clone(), file.clone());
        assert!(cache.get(&key).is_none());
        cache.commit([(&key, &file)].into_iter());
        assert!(cache.get(&key).is_none());
    }

    #[test]
    fn a_query_result_is_valid_until_its_collection_changes() {
        let (cache, query) = (Cache::new(true), Query::on("by_shelf").limit(101));
        let key = ("crates", Arc::<str>::from("x"));
        let began = cache.read_start();
        cache.insert_query_result(began, "crates", query.clone(), &[]);
        assert!(cache.query_result("crates", &query).is_some());
        assert!(cache.query_result("boxes", &query).is_none());
        for other in [Query::on("by_shelf"), Query::on("by_shelf").to(1_i64).limit(5)] {
            cache.insert_query_result(began, "crates", other.clone(), &[]);
            assert!(cache.query_result("crates", &other).is_none(), "{other:?} is not cached");
        }
        cache.commit([(&key, &slot(None, true))].into_iter());
        assert!(cache.query_result("crates", &query).is_none());
        cache.insert_query_result(began, "crates", query.clone(), &[]);
        assert!(
            cache.query_result("crates", &query).is_none(),
            "the query began before the commit"
        );
        let began = cache.read_start();
        cache.clear();
        cache.insert_query_result(began, "crates", query.clone(), &[]);
        assert!(cache.query_result("crates", &query).is_none(), "the last commit is unknown");
    }

    #[test]
    fn the_cache_is_bounded() {
        let cache = Cache::new(true);
        for number in 0..DOCUMENTS_MAX * 3 {
            let key = ("crates", number.to_string().into());
            cache.insert(cache.read_start(), key, slot(Some(1), true));
            let query = Query::on("by_shelf").equals(i64::try_from(number).unwrap_or(0)).limit(1);
            cache.insert_query_result(cache.read_start(), "crates", query, &[]);
        }
        let contents = cache.contents.lock();
        assert!(contents.documents.len() <= DOCUMENTS_MAX);
        assert!(contents.queries.len() <= QUERIES_MAX);
    }
}
