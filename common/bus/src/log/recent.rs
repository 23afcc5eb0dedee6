//! The ids that were published within the duplicate window.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use contract::Timestamp;

use super::DUPLICATE_WINDOW;

/// Ids remembered at the most, about 100 MB: the window at 7,000 publishes a second, which is all that an fsynced log takes. Past it
/// the oldest are forgotten early; consumers know a duplicate by its version all the same.
pub(crate) const RECENT_IDS_MAX: usize = 840_000;

/// Ids and when they were published.
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

    /// Remembers an id for the window.
    pub(crate) fn remember(&mut self, id: &str, at: Timestamp) {
        let id: Arc<str> = id.into();
        self.published_at.insert(Arc::clone(&id), at);
        self.in_order.push_back((at, id));
    }

    /// Forgets ids past the window, and the oldest past their number.
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

/// Whether what was published `at` a moment is still within the duplicate window.
pub(crate) fn is_within_window(at: Timestamp, now: Timestamp) -> bool {
    at.plus(DUPLICATE_WINDOW) > now
}
