//! Public pages as they were last rendered, for visitors without a session: a crowd costs one
//! rendering per change, and at most a few per second and page.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use contract::Timestamp;
use flate2::Compression;
use flate2::write::GzEncoder;
use hashlink::LruCache;
use parking_lot::Mutex;

use crate::assets::short_hash;
use crate::language::Language;

/// Maximum kept pages: those of a season in each language, with room for searches.
const PAGES_MAX: usize = 500;

/// Age up to which a page is shown though something has changed. The stream brings the present
/// stock half a second later anyway.
const AGE_MAX: Duration = Duration::from_millis(250);

/// Age up to which a page is shown while nothing has changed: sales end by the clock.
const UNCHANGED_AGE_MAX: Duration = Duration::from_secs(2);

/// A rendered page.
pub(crate) struct Page {
    pub(crate) plain: Bytes,
    pub(crate) compressed: Bytes,
    /// Its entity tag, with quotes.
    pub(crate) tag: String,
    revision: u64,
    rendered_at: Timestamp,
}

/// Path, query and language.
type Key = (String, Language);

/// Rendered pages. Clones share them.
#[derive(Clone)]
pub(crate) struct Rendered {
    pages: Arc<Mutex<LruCache<Key, Arc<Page>>>>,
    revision: Arc<AtomicU64>,
    /// Whether other replicas change the copies too, which are not noted here.
    is_shared: bool,
}

impl Rendered {
    pub(crate) fn new(is_shared: bool) -> Self {
        let pages = Arc::new(Mutex::new(LruCache::new(PAGES_MAX)));
        Self { pages, revision: Arc::default(), is_shared }
    }

    /// Notes that copies have changed.
    pub(crate) fn changed(&self) {
        self.revision.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of changes so far, to be read before the documents of a page.
    pub(crate) fn revision(&self) -> u64 {
        self.revision.load(Ordering::Relaxed)
    }

    /// A page that can still be shown.
    pub(crate) fn get(&self, path: &str, language: Language, now: Timestamp) -> Option<Arc<Page>> {
        let page = self.pages.lock().get(&(path.to_owned(), language)).map(Arc::clone)?;
        let is_unchanged = !self.is_shared && page.revision == self.revision();
        let age_max = if is_unchanged { UNCHANGED_AGE_MAX } else { AGE_MAX };
        (now.since(page.rendered_at) <= age_max).then_some(page)
    }

    /// Keeps a page that was rendered at a revision.
    pub(crate) fn keep(
        &self,
        (path, language): (&str, Language),
        html: String,
        (revision, rendered_at): (u64, Timestamp),
    ) -> Arc<Page> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let compressed = encoder.write_all(html.as_bytes()).and_then(|()| encoder.finish());
        let page = Arc::new(Page {
            tag: format!("\"{}\"", short_hash(html.as_bytes())),
            compressed: compressed.unwrap_or_default().into(),
            plain: html.into(),
            revision,
            rendered_at,
        });
        self.pages.lock().insert((path.to_owned(), language), Arc::clone(&page));
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

    fn shown(rendered: &Rendered, later: u64) -> bool {
        let now = NOW.plus(Duration::from_millis(later));
        rendered.get("/", Language::English, now).is_some()
    }

    #[test]
    fn a_page_is_shown_until_something_changes_and_shortly_afterwards() {
        let rendered = Rendered::new(false);
        rendered.keep(("/", Language::English), "a".to_owned(), (rendered.revision(), NOW));
        assert!(shown(&rendered, 2_000) && !shown(&rendered, 2_001));
        assert!(rendered.get("/", Language::German, NOW).is_none());
        rendered.changed();
        assert!(shown(&rendered, 250) && !shown(&rendered, 251));
    }

    #[test]
    fn a_replica_cannot_know_that_nothing_has_changed() {
        let rendered = Rendered::new(true);
        rendered.keep(("/", Language::English), "a".to_owned(), (rendered.revision(), NOW));
        assert!(shown(&rendered, 250) && !shown(&rendered, 251));
    }
}
