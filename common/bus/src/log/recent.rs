//! The ids published within the duplicate window.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use contract::Timestamp;

use super::DUPLICATE_WINDOW;

/// Maximum ids, about 100 MB: the window at 7,000 publishes a second, the throughput of an fsynced
/// log. Beyond it the oldest are dropped early; consumers also recognise a duplicate by its
/// version.
pub(crate) const RECENT_IDS_MAX: usize = 840_000;

/// Ids with the time of their publication.
#[derive(Debug, Default)]
pub(crate) struct RecentIds {
    published_at: HashMap<Arc<str>, Timestamp>,
    in_order: VecDeque<(Timestamp, Arc<str>)>,
}

impl RecentIds {
    /// Whether a message with this id was published within the window.
    pub(crate) fn contains(&self, id: &str, now: Timestamp) -> bool {
        self.published_at.get(id).is_some_and(|at| is_within_window(*at, now))
    }

    /// Adds an id.
    pub(crate) fn remember(&mut self, id: &str, at: Timestamp) {
        let id: Arc<str> = id.into();
        self.published_at.insert(Arc::clone(&id), at);
        self.in_order.push_back((at, id));
    }

    /// Drops ids older than the window, and the oldest beyond the maximum number.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        while let Some((at, id)) = self.in_order.front() {
            if is_within_window(*at, now) && self.in_order.len() <= RECENT_IDS_MAX {
                return;
            }
            // The same id may have been published again after the window.
            if self.published_at.get(id) == Some(at) {
                self.published_at.remove(id);
            }
            self.in_order.pop_front();
        }
    }
}

/// Whether a message published at `at` is still within the duplicate window.
pub(crate) fn is_within_window(at: Timestamp, now: Timestamp) -> bool {
    at.plus(DUPLICATE_WINDOW) > now
}
