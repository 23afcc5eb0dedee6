//! The ids published within the duplicate window.

use contract::Timestamp;
use hashlink::LinkedHashMap;

use super::DUPLICATE_WINDOW;

/// Maximum ids, about 100 MB: the window at 7,000 publishes a second, the throughput of an fsynced
/// log. Beyond it the oldest are dropped early; consumers also recognise a duplicate by its
/// version.
pub(crate) const RECENT_IDS_MAX: usize = 840_000;

/// Ids with the time of their publication, in its order.
#[derive(Debug, Default)]
pub(crate) struct RecentIds {
    published_at: LinkedHashMap<Box<str>, Timestamp>,
}

impl RecentIds {
    /// Whether a message with this id was published within the window.
    pub(crate) fn contains(&self, id: &str, now: Timestamp) -> bool {
        self.published_at.get(id).is_some_and(|at| is_within_window(*at, now))
    }

    /// Adds an id.
    pub(crate) fn remember(&mut self, id: &str, at: Timestamp) {
        self.published_at.insert(id.into(), at);
    }

    /// Drops ids older than the window, and the oldest beyond the maximum number.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        while let Some((_, at)) = self.published_at.front() {
            if is_within_window(*at, now) && self.published_at.len() <= RECENT_IDS_MAX {
                return;
            }
            self.published_at.pop_front();
        }
    }
}

/// Whether a message published at `at` is still within the duplicate window.
pub(crate) fn is_within_window(at: Timestamp, now: Timestamp) -> bool {
    at.plus(DUPLICATE_WINDOW) > now
}
