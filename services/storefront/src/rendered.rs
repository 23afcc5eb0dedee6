//! Public pages as they were last rendered, for visitors without a session: a crowd costs one
//! rendering per change, and at most a few per second and page.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH,
    VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use contract::Timestamp;
use flate2::Compression;
use flate2::write::GzEncoder;
use hashlink::LruCache;
use parking_lot::Mutex;

use crate::assets::short_hash;
use crate::encodings::accepts;
use crate::language::Language;

/// The media type of pages.
pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// Maximum kept pages: those of a season in each language, with room for searches.
const PAGES_MAX: usize = 500;

/// Age up to which a page is shown though something has changed. A stream begins with the present
/// stock.
const AGE_MAX: Duration = Duration::from_millis(250);

/// Age up to which a page is shown while nothing has changed: sales end by the clock.
const UNCHANGED_AGE_MAX: Duration = Duration::from_secs(2);

/// Age up to which an older page is shown while one visitor waits for the next.
const RENEWED_AGE_MAX: Duration = Duration::from_secs(3);

/// When the documents of a page were read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// The number of changes before.
    revision: u64,
    at: Timestamp,
}

/// A rendered page.
pub(crate) struct Page {
    plain: Bytes,
    compressed: Bytes,
    /// Its route.
    pub(crate) pattern: Arc<str>,
    /// Its entity tag, with quotes.
    tag: HeaderValue,
    read: Moment,
    /// Whether a visitor waits for the next one.
    is_renewed: AtomicBool,
}

/// The parts of a request that decide on the form of a page.
pub(crate) struct Known {
    accepts_gzip: bool,
    /// The tags of `If-None-Match`.
    tags: Option<String>,
}

impl Known {
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let tags = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        Self { accepts_gzip: accepts(request, "gzip"), tags: tags.map(str::to_owned) }
    }
}

impl Page {
    /// 200 with the page, or 304 to a browser that has it.
    pub(crate) fn response(&self, known: &Known) -> HttpResponse {
        let tags = known.tags.as_deref().unwrap_or_default();
        let own = self.tag.as_bytes();
        if tags.split(',').any(|tag| tag.trim().trim_start_matches("W/").as_bytes() == own) {
            let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
            self.add_headers(response.headers_mut());
            return response;
        }
        let body = if known.accepts_gzip { &self.compressed } else { &self.plain };
        let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(body.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
        let coding = if known.accepts_gzip { "gzip" } else { "identity" };
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        self.add_headers(headers);
        response
    }

    fn add_headers(&self, headers: &mut HeaderMap) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        let vary = "accept-encoding, accept-language, cookie";
        headers.insert(VARY, HeaderValue::from_static(vary));
        headers.insert(ETAG, self.tag.clone());
    }
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

    /// The number of changes so far and the time, to be read before the documents of a page.
    pub(crate) fn moment(&self, now: Timestamp) -> Moment {
        Moment { revision: self.revision.load(Ordering::Relaxed), at: now }
    }

    /// A page that can still be shown.
    pub(crate) fn get(&self, path: &str, language: Language, now: Timestamp) -> Option<Arc<Page>> {
        let page = self.pages.lock().get(&(path.to_owned(), language)).map(Arc::clone)?;
        let is_unchanged = !self.is_shared && page.read.revision == self.moment(now).revision;
        let age_max = if is_unchanged { UNCHANGED_AGE_MAX } else { AGE_MAX };
        let age = now.since(page.read.at);
        let is_shown = age <= age_max
            || (page.is_renewed.swap(true, Ordering::Relaxed) && age <= RENEWED_AGE_MAX);
        is_shown.then_some(page)
    }

    /// Keeps a page whose documents were read at a moment.
    pub(crate) fn keep(
        &self,
        (path, language): (&str, Language),
        pattern: &Arc<str>,
        html: String,
        read: Moment,
    ) -> Arc<Page> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let compressed = encoder.write_all(html.as_bytes()).and_then(|()| encoder.finish());
        let tag = HeaderValue::try_from(format!("\"{}\"", short_hash(html.as_bytes())));
        let page = Arc::new(Page {
            pattern: Arc::clone(pattern),
            // Hexadecimal digits are valid.
            tag: tag.unwrap_or_else(|_| HeaderValue::from_static("")),
            compressed: compressed.unwrap_or_default().into(),
            plain: html.into(),
            read,
            is_renewed: AtomicBool::new(false),
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
        rendered.get("/", Language::ENGLISH, now).is_some()
    }

    #[test]
    fn a_page_is_shown_until_something_changes_and_shortly_afterwards() {
        let rendered = Rendered::new(false);
        rendered.keep(("/", Language::ENGLISH), &"/".into(), "a".to_owned(), rendered.moment(NOW));
        assert!(shown(&rendered, 2_000) && !shown(&rendered, 2_001));
        assert!(rendered.get("/", Language::GERMAN, NOW).is_none());
        rendered.keep(("/", Language::ENGLISH), &"/".into(), "a".to_owned(), rendered.moment(NOW));
        rendered.changed();
        assert!(shown(&rendered, 250) && !shown(&rendered, 251));
    }

    #[test]
    fn one_visitor_waits_for_the_next_page_and_others_see_the_last_one() {
        let rendered = Rendered::new(false);
        let keep = |at: Timestamp| {
            rendered.keep(
                ("/", Language::ENGLISH),
                &"/".into(),
                "a".to_owned(),
                rendered.moment(at),
            );
        };
        keep(NOW);
        assert!(!shown(&rendered, 2_001) && shown(&rendered, 2_001) && shown(&rendered, 3_000));
        // The visitor has not received one.
        assert!(!shown(&rendered, 3_001));
        keep(NOW.plus(Duration::from_secs(4)));
        assert!(shown(&rendered, 4_000) && !shown(&rendered, 6_001) && shown(&rendered, 6_001));
    }

    #[test]
    fn a_replica_cannot_know_that_nothing_has_changed() {
        let rendered = Rendered::new(true);
        rendered.keep(("/", Language::ENGLISH), &"/".into(), "a".to_owned(), rendered.moment(NOW));
        assert!(shown(&rendered, 250) && !shown(&rendered, 251));
    }
}
