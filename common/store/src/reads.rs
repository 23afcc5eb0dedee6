//! Documents that are asked for at the same time, loaded together: what a group commit is to writing.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OnceCell, Semaphore};

use crate::collection::Collection;
use crate::engine::{Engine, StoredDocument};
use crate::error::Unavailable;

/// Loads of one collection under way at once: a second, so that one that waits for a disk does not hold up all.
const UNDER_WAY_MAX: usize = 2;

/// Documents in one load: what a server answers in one piece, some 500 KiB of typical ones.
const IDS_MAX: usize = 512;

/// The readers of one store. While loads are under way those who come gather, and the next load is for all of them; so a crowd that looks
/// for its documents does not queue for connections, in front of the commits that it waits for.
pub(crate) struct Reads {
    engine: Engine,
    lines: Mutex<HashMap<&'static str, Line>>,
}

/// Who reads one collection.
struct Line {
    turns: Arc<Semaphore>,
    gathering: Arc<Gathering>,
}

/// Readers of one load. Whoever comes first does it, and if that one is dropped half-way, the next.
#[derive(Default)]
struct Gathering {
    ids: Mutex<BTreeSet<String>>,
    found: OnceCell<Result<HashMap<String, StoredDocument>, Unavailable>>,
}

impl Reads {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, lines: Mutex::default() }
    }

    /// The document with this id, read after this was called.
    pub(crate) async fn load(
        &self,
        collection: &'static Collection,
        id: &str,
    ) -> Result<Option<StoredDocument>, Unavailable> {
        let (turns, gathering) = self.join(collection.name, id);
        let found = gathering.found.get_or_init(async || {
            // Nobody closes it: without a turn it would only be one load more at once.
            let _turn = turns.acquire().await;
            let ids = self.close(collection.name, &gathering);
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = self.engine.load(collection, &ids).await?;
            Ok(found.into_iter().map(|document| (document.id.clone(), document)).collect())
        });
        found.await.as_ref().map(|found| found.get(id).cloned()).map_err(Clone::clone)
    }

    /// A place among those who gather.
    fn join(&self, collection: &'static str, id: &str) -> (Arc<Semaphore>, Arc<Gathering>) {
        let mut lines = self.lines.lock();
        let line = lines.entry(collection).or_insert_with(Line::new);
        if line.gathering.ids.lock().len() >= IDS_MAX {
            line.gathering = Arc::default();
        }
        let gathering = Arc::clone(&line.gathering);
        gathering.ids.lock().insert(id.to_owned());
        (Arc::clone(&line.turns), gathering)
    }

    /// Who comes from now on gathers for the next load; answers the ids of this one.
    fn close(&self, collection: &'static str, closing: &Arc<Gathering>) -> BTreeSet<String> {
        if let Some(line) = self.lines.lock().get_mut(collection)
            && Arc::ptr_eq(&line.gathering, closing)
        {
            line.gathering = Arc::default();
        }
        closing.ids.lock().clone()
    }
}

impl Line {
    fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(UNDER_WAY_MAX)), gathering: Arc::default() }
    }
}
