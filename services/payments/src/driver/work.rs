//! Work at the provider: the queue of ids, waiting requests, and the concurrent jobs, with retries.

use std::collections::{HashMap, HashSet, VecDeque};
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Timestamp};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use parking_lot::Mutex;
use service::Waiters;
use tokio::sync::Notify;

/// Maximum number of queued ids; beyond it, a scan of the collection is cheaper.
const QUEUED_MAX: usize = 4_096;

/// Ids of documents with a task at the provider, so that the loop need not scan the collection for
/// each. The queue is an optimisation: an id that is lost, because another process caused it or
/// this one was stopped, is found by the next scan. Clones share the queue.
#[derive(Debug, Clone)]
pub(crate) struct WorkQueue<I> {
    queued: Arc<Mutex<Queued<I>>>,
    notify: Arc<Notify>,
    /// Requests that wait for the end of a document.
    pub(crate) completions: Waiters<I>,
}

#[derive(Debug)]
struct Queued<I> {
    ids: VecDeque<I>,
    needs_scan: bool,
}

impl<I> Default for WorkQueue<I> {
    fn default() -> Self {
        let queued = Arc::new(Mutex::new(Queued { ids: VecDeque::new(), needs_scan: false }));
        Self { queued, notify: Arc::default(), completions: Waiters::default() }
    }
}

impl<I> WorkQueue<I> {
    pub(crate) fn push(&self, id: I) {
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
    pub(crate) fn request_scan(&self) {
        self.queued.lock().needs_scan = true;
        self.notify.notify_one();
    }

    pub(crate) fn take(&self, count: usize) -> Vec<I> {
        let mut queued = self.queued.lock();
        let count = queued.ids.len().min(count);
        queued.ids.drain(..count).collect()
    }

    pub(crate) fn needs_scan(&self) -> bool {
        self.queued.lock().needs_scan
    }

    /// Clears the queue before a scan, which finds all of it.
    pub(crate) fn clear(&self) {
        let mut queued = self.queued.lock();
        queued.ids.clear();
        queued.needs_scan = false;
    }

    pub(crate) async fn notified(&self) {
        self.notify.notified().await;
    }
}

pub(crate) enum JobResult {
    Done,
    Retry,
}

/// Maximum number of concurrent jobs: some hundred per second if a call takes a second.
const JOBS_MAX: usize = 256;

/// Documents read per scan: more than can run, since some wait for their retry.
pub(super) const SCAN_SIZE: u32 = 512;

/// Longest wait for work, so that work of another process is found.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Backoff after an unknown result.
const RETRY: Backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(30));

type RunningJob<I> = Pin<Box<dyn Future<Output = (I, JobResult)> + Send>>;

pub(super) struct Jobs<I> {
    running: FuturesUnordered<RunningJob<I>>,
    ids: HashSet<I>,
    /// Running ids that were queued again meanwhile.
    requeued: HashSet<I>,
    scanned_at: Option<Timestamp>,
    /// Number of attempts, and time of the retry.
    retries: HashMap<I, (u32, Timestamp)>,
}

impl<I> Default for Jobs<I> {
    fn default() -> Self {
        Self {
            running: FuturesUnordered::new(),
            ids: HashSet::new(),
            requeued: HashSet::new(),
            scanned_at: None,
            retries: HashMap::new(),
        }
    }
}

impl<I: Copy + Eq + Hash> Jobs<I> {
    pub(super) fn capacity(&self) -> usize {
        JOBS_MAX.saturating_sub(self.ids.len())
    }

    /// The queued ids that can start now. Running ones are queued again when they finish.
    pub(super) fn startable(&mut self, mut ids: Vec<I>) -> Vec<I> {
        let running = ids.extract_if(.., |id| self.ids.contains(id));
        self.requeued.extend(running);
        ids
    }

    /// Whether to scan for work: periodically for work of another process, when a retry is due, and
    /// when the queue overflowed. Not while few jobs can start, since a scan reads many documents.
    pub(super) fn is_scan_due(&self, needs_scan: bool, now: Timestamp) -> bool {
        let is_time = self.scanned_at.is_none_or(|at| now.since(at) >= WAIT_MAX);
        let is_due =
            || self.retries.iter().any(|(id, (_, at))| *at <= now && !self.ids.contains(id));
        self.capacity() >= JOBS_MAX / 2 && (needs_scan || is_time || is_due())
    }

    /// Records the result of a scan. If more was found than can start, another scan is requested.
    /// If the scan was complete, retries of documents without a task are dropped.
    pub(super) fn scanned(
        &mut self,
        found: impl ExactSizeIterator<Item = I>,
        queue: &WorkQueue<I>,
        now: Timestamp,
    ) {
        self.scanned_at = Some(now);
        let is_all = u32::try_from(found.len()).is_ok_and(|found| found < SCAN_SIZE);
        let found: HashSet<I> = found.collect();
        if is_all {
            self.retries.retain(|id, _| found.contains(id) || self.ids.contains(id));
        }
        if !is_all || found.difference(&self.ids).count() > self.capacity() {
            queue.request_scan();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Starts a job, unless it is running or its retry is not due; `run` receives the attempts.
    pub(super) fn start<F>(&mut self, id: I, now: Timestamp, run: impl FnOnce(u32) -> F)
    where
        F: Future<Output = (I, JobResult)> + Send + 'static,
    {
        let (attempts, due_at) = self.retries.get(&id).copied().unwrap_or((0, now));
        if self.capacity() > 0 && due_at <= now && self.ids.insert(id) {
            self.running.push(Box::pin(run(attempts)));
        }
    }

    pub(super) async fn next(&mut self) -> Option<(I, JobResult)> {
        self.running.next().await
    }

    pub(super) fn finished(
        &mut self,
        result: Option<(I, JobResult)>,
        queue: &WorkQueue<I>,
        now: Timestamp,
    ) {
        let Some((id, finished)) = result else { return };
        self.ids.remove(&id);
        if self.requeued.remove(&id) {
            queue.push(id);
        }
        match finished {
            JobResult::Done => {
                self.retries.remove(&id);
            }
            JobResult::Retry => {
                let attempts = self.retries.get(&id).map_or(0, |(attempts, _)| *attempts);
                let attempts = attempts + 1;
                self.retries.insert(id, (attempts, now.plus(RETRY.pause(attempts))));
            }
        }
    }

    /// Time of the next retry, within [`WAIT_MAX`]. A retry that is due already waits for a scan.
    pub(super) fn due_at(&self, now: Timestamp) -> Timestamp {
        let latest = now.plus(WAIT_MAX);
        let next = self.retries.values().map(|(_, at)| *at).filter(|at| *at > now).min();
        next.map_or(latest, |at| at.min(latest))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures::FutureExt as _;

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(1_000_000_000_000 + ms)
    }

    fn scan(jobs: &mut Jobs<u32>, found: &[u32], queue: &WorkQueue<u32>) {
        jobs.scanned(found.iter().copied(), queue, at(0));
    }

    #[test]
    fn a_scan_is_due_at_first_then_every_second_and_on_request() {
        let (mut jobs, queue) = (Jobs::default(), WorkQueue::default());
        assert!(jobs.is_scan_due(false, at(0)));
        scan(&mut jobs, &[], &queue);
        assert!(!jobs.is_scan_due(queue.needs_scan(), at(999)));
        assert!(jobs.is_scan_due(false, at(1_000)));
        queue.request_scan();
        assert!(jobs.is_scan_due(queue.needs_scan(), at(1)));
    }

    #[test]
    fn a_scan_is_due_when_a_retry_is() {
        let (mut jobs, queue) = (Jobs::default(), WorkQueue::default());
        scan(&mut jobs, &[7], &queue);
        jobs.start(7, at(0), |_| pending());
        jobs.finished(Some((7, JobResult::Retry)), &queue, at(0));
        assert!(!jobs.is_scan_due(false, at(199)));
        assert!(jobs.is_scan_due(false, at(200)));
        let attempts = std::cell::Cell::new(0);
        jobs.start(7, at(199), |_| ready((7, JobResult::Done)));
        assert_eq!(jobs.startable(vec![7]), [7], "its finished has not come");
        jobs.start(7, at(200), |so_far| {
            attempts.set(so_far);
            ready((7, JobResult::Done))
        });
        assert_eq!(attempts.get(), 1);
    }

    #[test]
    fn an_id_queued_during_its_job_is_queued_again_after_it() {
        let (mut jobs, queue) = (Jobs::default(), WorkQueue::default());
        jobs.start(7, at(0), |_| pending());
        assert_eq!(jobs.startable(vec![7, 8]), [8]);
        assert_eq!(queue.take(10), Vec::<u32>::new());
        jobs.finished(Some((7, JobResult::Done)), &queue, at(5));
        assert_eq!(queue.take(10), [7]);
    }

    #[test]
    fn a_scan_beyond_the_capacity_is_repeated_when_half_of_it_is_free() {
        let (mut jobs, queue) = (Jobs::default(), WorkQueue::default());
        let many: Vec<u32> = (0..400).collect();
        scan(&mut jobs, &many, &queue);
        for one in many {
            jobs.start(one, at(0), |_| pending());
        }
        assert_eq!((jobs.capacity(), queue.needs_scan()), (0, true));
        for one in 0..127 {
            jobs.finished(Some((one, JobResult::Done)), &queue, at(1));
        }
        assert!(!jobs.is_scan_due(queue.needs_scan(), at(2_000)));
        jobs.finished(Some((127, JobResult::Done)), &queue, at(1));
        assert!(jobs.is_scan_due(queue.needs_scan(), at(1)));
    }

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
