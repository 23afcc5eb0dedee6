//! Work at the provider: the queue of ids, and the requests that wait for their end.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use service::Waiters;
use tokio::sync::Notify;

/// Maximum number of queued ids; beyond it, a scan of the collection is cheaper.
const QUEUED_MAX: usize = 4_096;

/// The work of one driver. Clones share it.
#[derive(Debug, Clone)]
pub struct Work<I> {
    /// Documents with a call to the provider to make.
    pub queue: WorkQueue<I>,
    /// Requests that wait for the end of a document.
    pub completions: Waiters<I>,
}

impl<I> Default for Work<I> {
    fn default() -> Self {
        Self { queue: WorkQueue::default(), completions: Waiters::default() }
    }
}

/// Ids of documents with a task at the provider, so that the loop need not scan the collection for
/// each. The queue is an optimisation: an id that is lost, because another process caused it or
/// this one was stopped, is found by the next scan. Clones share the queue.
#[derive(Debug, Clone)]
pub struct WorkQueue<I> {
    queued: Arc<Mutex<Queued<I>>>,
    notify: Arc<Notify>,
}

#[derive(Debug)]
struct Queued<I> {
    ids: VecDeque<I>,
    needs_scan: bool,
}

impl<I> Default for WorkQueue<I> {
    fn default() -> Self {
        let queued = Queued { ids: VecDeque::new(), needs_scan: false };
        Self { queued: Arc::new(Mutex::new(queued)), notify: Arc::default() }
    }
}

impl<I> WorkQueue<I> {
    /// Queues an id.
    pub fn push(&self, id: I) {
        let mut queued = self.queued.lock();
        if queued.ids.len() < QUEUED_MAX {
            queued.ids.push_back(id);
        } else {
            queued.needs_scan = true;
        }
        drop(queued);
        self.notify.notify_one();
    }

    /// Requests a scan for ids that are not queued.
    pub fn request_scan(&self) {
        self.queued.lock().needs_scan = true;
        self.notify.notify_one();
    }

    /// Takes up to this many ids.
    pub(crate) fn take(&self, count: usize) -> Vec<I> {
        let mut queued = self.queued.lock();
        let count = queued.ids.len().min(count);
        queued.ids.drain(..count).collect()
    }

    /// Whether a scan is requested.
    pub(crate) fn needs_scan(&self) -> bool {
        self.queued.lock().needs_scan
    }

    /// Clears the queue before a scan, which finds all of it.
    pub(crate) fn clear(&self) {
        let mut queued = self.queued.lock();
        queued.ids.clear();
        queued.needs_scan = false;
    }

    /// Returns when work was queued.
    pub(crate) async fn notified(&self) {
        self.notify.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn ids_are_taken_in_order_and_notified_once() {
        let queue = WorkQueue::default();
        assert!(queue.notified().now_or_never().is_none());
        queue.push(1);
        queue.push(2);
        queue.push(3);
        assert!(queue.notified().now_or_never().is_some());
        assert_eq!(
            (queue.take(2), queue.take(2), queue.take(2)),
            (vec![1, 2], vec![3], Vec::new())
        );
        assert!(!queue.needs_scan());
    }

    #[test]
    fn an_overflow_of_the_queue_requests_a_scan() {
        let queue = WorkQueue::default();
        for id in 0..=QUEUED_MAX {
            queue.push(id);
        }
        assert!(queue.needs_scan());
        assert_eq!(queue.take(usize::MAX).len(), QUEUED_MAX);
        queue.clear();
        assert!(!queue.needs_scan());
    }
}
