//! What a store remembers of the documents it committed, loaded or showed last: decisions and reads begin here.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::document::AnyDocument;
use crate::query::Query;
use crate::working::{Change, Slot};

/// Documents in each of the two generations: some 16 MiB of typical documents in all, hot ones far fewer.
pub(crate) const GENERATION_DOCUMENTS_MAX: usize = 8_192;

/// Answers to queries that are remembered: the first pages of the usual lists, which everybody looks at.
const ANSWERS_MAX: usize = 64;

/// Documents in an answer that is remembered: a page of the API and the one behind it.
const ANSWER_DOCUMENTS_MAX: u32 = 101;

/// A bounded memory that the committer and the readers of one process share. The committer puts in what it has committed before anybody is
/// told of it; a reader puts in what it found unless something was committed meanwhile, so that it never holds what was once.
///
/// Documents are kept in two generations: what the committer uses moves to the young one; when that is full it becomes the old one and the
/// old one is dropped. Constant time, no list to keep in order.
pub(crate) struct Cache {
    /// Where others write too it stays empty: a refusal, which no commit checks, must not rest on what was so some time ago.
    remembers: bool,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    young: Generation,
    old: Generation,
    /// Commits so far, in all and of each collection.
    commits: u64,
    changes: HashMap<&'static str, u64>,
    answers: HashMap<(&'static str, Query), Answer>,
}

/// What a query found, good until its collection changes.
struct Answer {
    moment: Moment,
    documents: Vec<Arc<dyn AnyDocument>>,
}

/// How many commits there had been when a read began.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(u64);

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
    pub(crate) fn new(remembers: bool) -> Self {
        Self { remembers, contents: Mutex::default() }
    }

    /// The document as last committed or loaded, if it is remembered.
    pub(crate) fn get(&self, collection: &'static str, id: &str) -> Option<Slot> {
        if !self.remembers {
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

    /// When a read begins.
    pub(crate) fn moment(&self) -> Moment {
        Moment(self.contents.lock().commits)
    }

    /// Remembers a document that was read since `moment`.
    pub(crate) fn insert(&self, moment: Moment, id: Arc<str>, slot: Slot) {
        if !self.remembers {
            return;
        }
        let mut dropped = None;
        let mut contents = self.contents.lock();
        if contents.commits == moment.0 {
            contents.insert(id, slot, &mut dropped);
        }
        drop(contents);
    }

    /// Remembers what was committed, and forgets what was removed.
    pub(crate) fn commit<'s>(&self, written: impl Iterator<Item = (&'s Arc<str>, &'s Slot)>) {
        if !self.remembers {
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

    /// Forgets everything: it is not known what was committed last.
    pub(crate) fn clear(&self) {
        let mut contents = self.contents.lock();
        let commits = contents.commits + 1;
        let forgotten =
            std::mem::replace(&mut *contents, Contents { commits, ..Contents::default() });
        drop(contents);
        drop(forgotten);
    }

    /// Forgets a document that somebody else changed or removed.
    pub(crate) fn remove(&self, collection: &'static str, id: &str) {
        self.contents.lock().remove(collection, id);
    }

    /// Whether what this query finds is remembered: not what loops ask for up to a moment, which nobody asks again.
    pub(crate) fn remembers(&self, query: &Query) -> bool {
        let is_page = query.from.is_none() && query.to.is_none();
        self.remembers && is_page && query.limit <= ANSWER_DOCUMENTS_MAX
    }

    /// What this query finds, if it is remembered and its collection has not changed since.
    pub(crate) fn answer(
        &self,
        collection: &'static str,
        query: &Query,
    ) -> Option<Vec<Arc<dyn AnyDocument>>> {
        let contents = self.contents.lock();
        let answer = contents.answers.get(&(collection, query.clone()))?;
        let changed = contents.changes.get(collection).copied().unwrap_or_default();
        (changed <= answer.moment.0).then(|| answer.documents.clone())
    }

    /// Remembers what a query found since `moment`.
    pub(crate) fn insert_answer(
        &self,
        moment: Moment,
        collection: &'static str,
        query: Query,
        documents: Vec<Arc<dyn AnyDocument>>,
    ) {
        let mut contents = self.contents.lock();
        let key = (collection, query);
        let dropped = (contents.answers.len() >= ANSWERS_MAX
            && !contents.answers.contains_key(&key))
        .then(|| std::mem::take(&mut contents.answers));
        contents.answers.insert(key, Answer { moment, documents });
        drop(contents);
        drop(dropped);
    }
}

impl Contents {
    /// `dropped` takes the generation that is done with, to be freed when nobody waits for the lock.
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
    fn what_a_reader_found_before_a_commit_is_not_remembered_after_it() {
        let (cache, id) = (Cache::new(true), Arc::<str>::from("x"));
        let began = cache.moment();
        cache.commit([(&id, &slot(Some(1), false))].into_iter());
        cache.insert(began, Arc::clone(&id), slot(Some(1), true));
        assert!(cache.get("crates", "x").is_none(), "it was removed");
        cache.insert(cache.moment(), Arc::clone(&id), slot(Some(1), true));
        assert_eq!(cache.get("crates", "x").and_then(|found| found.stored_version), Some(1));
        cache.commit([(&id, &slot(Some(1), true))].into_iter());
        assert_eq!(cache.get("crates", "x").and_then(|found| found.stored_version), Some(2));
    }

    #[test]
    fn an_answer_is_good_until_its_collection_changes() {
        let (cache, id, query) = (Cache::new(true), Arc::<str>::from("x"), Query::on("by_shelf"));
        let began = cache.moment();
        cache.insert_answer(began, "crates", query.clone(), Vec::new());
        assert!(cache.answer("crates", &query).is_some());
        assert!(cache.answer("boxes", &query).is_none());
        let (page, hour) =
            (Query::on("by_shelf").limit(101), Query::on("by_shelf").to(1_i64).limit(5));
        assert!(cache.remembers(&page) && !cache.remembers(&query) && !cache.remembers(&hour));
        cache.commit([(&id, &slot(None, true))].into_iter());
        assert!(cache.answer("crates", &query).is_none());
        cache.insert_answer(began, "crates", query.clone(), Vec::new());
        assert!(cache.answer("crates", &query).is_none(), "it was asked before the commit");
    }

    #[test]
    fn it_is_bounded() {
        let cache = Cache::new(true);
        for number in 0..GENERATION_DOCUMENTS_MAX * 3 {
            cache.insert(cache.moment(), number.to_string().into(), slot(Some(1), true));
            let query = Query::on("by_shelf").equals(i64::try_from(number).unwrap_or(0));
            cache.insert_answer(cache.moment(), "crates", query, Vec::new());
        }
        let contents = cache.contents.lock();
        assert!(contents.young.count + contents.old.count <= GENERATION_DOCUMENTS_MAX * 2);
        assert!(contents.answers.len() <= ANSWERS_MAX);
    }
}
