//! The queue of work at the provider.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Maximum number of queued ids; beyond it, a scan of the collection is cheaper.
const TOLD_MAX: usize = 4_096;

/// Ids of documents with a task at the provider, so that the loop need not scan the collection for
/// each. The queue is an optimisation: an id that is lost, because another process caused it or
/// this one was stopped, is found by the next scan. Clones share the queue.
#[derive(Debug, Clone)]
pub struct Work<I> {
    told: Arc<Mutex<Told<I>>>,
    news: Arc<Notify>,
}

#[derive(Debug)]
struct Told<I> {
    ids: VecDeque<I>,
    is_more: bool,
}

impl<I> Default for Work<I> {
    fn default() -> Self {
        let told = Told { ids: VecDeque::new(), is_more: false };
        Self { told: Arc::new(Mutex::new(told)), news: Arc::default() }
    }
}

impl<I> Work<I> {
    /// Queues an id.
    pub fn tell(&self, id: I) {
        let mut told = self.told.lock();
        if told.ids.len() < TOLD_MAX {
            told.ids.push_back(id);
        } else {
            told.is_more = true;
        }
        drop(told);
        self.news.notify_one();
    }

    /// Requests a scan for ids that are not queued.
    pub fn tell_of_more(&self) {
        self.told.lock().is_more = true;
        self.news.notify_one();
    }

    /// Takes up to this many ids.
    pub(crate) fn take(&self, count: usize) -> Vec<I> {
        let mut told = self.told.lock();
        let count = told.ids.len().min(count);
        told.ids.drain(..count).collect()
    }

    /// Whether a scan is requested.
    pub(crate) fn is_more(&self) -> bool {
        self.told.lock().is_more
    }

    /// Clears the queue before a scan, which finds all of it.
    pub(crate) fn forget(&self) {
        let mut told = self.told.lock();
        told.ids.clear();
        told.is_more = false;
    }

    /// Returns when work was queued.
    pub(crate) async fn news(&self) {
        self.news.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn it_is_taken_in_the_order_it_was_told_and_announced_once() {
        let work = Work::default();
        assert!(work.news().now_or_never().is_none());
        work.tell(1);
        work.tell(2);
        work.tell(3);
        assert!(work.news().now_or_never().is_some());
        assert_eq!((work.take(2), work.take(2), work.take(2)), (vec![1, 2], vec![3], Vec::new()));
        assert!(!work.is_more());
    }

    #[test]
    fn what_is_too_much_to_name_is_looked_for() {
        let work = Work::default();
        for id in 0..=TOLD_MAX {
            work.tell(id);
        }
        assert!(work.is_more());
        assert_eq!(work.take(usize::MAX).len(), TOLD_MAX);
        work.forget();
        assert!(!work.is_more());
    }
}
