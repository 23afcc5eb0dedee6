//! Concurrent jobs at the provider, by id, with retries.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Timestamp};
use futures::future::try_join_all;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};
use sources::Clock;
use store::{Document, Query, Unavailable};
use tokio::sync::Mutex;

use crate::Ports;
use crate::work::Work;

/// Maximum number of concurrent jobs: some hundred per second with a provider that responds within
/// a second.
const AT_ONCE_MAX: usize = 256;

/// Documents read per scan: more than can run, since some wait for their retry.
const READ_AT_ONCE: u32 = 512;

/// Longest wait for work, so that work of another process is found.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Backoff after an unknown result.
const RETRY: Backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(30));

/// Result of a job.
pub(super) enum Turn {
    /// The result is recorded; nothing remains to do.
    Recorded,
    /// To be retried later.
    Again,
}

type Pursuing<I> = Pin<Box<dyn Future<Output = (I, Turn)> + Send>>;

/// Runs the jobs of all documents of one type that have a task at the provider. A cancelled step
/// does not cancel running jobs. Clones share them.
#[derive(Clone)]
pub(super) struct Pursuit<I> {
    under_way: Arc<Mutex<Pursuits<I>>>,
}

impl<I: Copy + Eq + Hash + Display> Pursuit<I> {
    pub(super) fn new() -> Self {
        Self { under_way: Arc::default() }
    }

    /// Starts due work; returns when a job has finished or new work has arrived. Returns 1 if there
    /// was work, else 0.
    pub(super) async fn run_once<D, F>(
        &self,
        ports: &Ports,
        work: &Work<I>,
        id: impl Fn(&D) -> I,
        pursue: impl Fn(Ports, D, u32) -> F,
    ) -> Result<usize, Unavailable>
    where
        D: Document,
        F: Future<Output = (I, Turn)> + Send + 'static,
    {
        let mut under_way = self.under_way.lock().await;
        let now = ports.clock.now();
        if under_way.is_to_look_at_all(work.is_more(), now) {
            work.forget();
            let with_task = Query::on("with_task").equals(true).limit(READ_AT_ONCE);
            let found: Vec<D> = ports.store.query(with_task).await?;
            under_way.looked_at_all(found.iter().map(&id), work, now);
            for one in found {
                under_way.begin(id(&one), now, |attempts| pursue(ports.clone(), one, attempts));
            }
        } else {
            let told = work.take(under_way.room());
            let told = under_way.told(told);
            let finding = told.into_iter().map(async |id| ports.store.find(&id.to_string()).await);
            for one in try_join_all(finding).await?.into_iter().flatten() {
                under_way.begin(id(&one), now, |attempts| pursue(ports.clone(), one, attempts));
            }
        }
        if under_way.is_empty() {
            return Ok(0);
        }
        tokio::select! {
            biased;
            turn = under_way.next() => under_way.ended(turn, work, ports.clock.now()),
            () = work.news() => {}
        }
        // Jobs recorded in the same commit have finished too.
        while let Some(Some(turn)) = under_way.next().now_or_never() {
            under_way.ended(Some(turn), work, ports.clock.now());
        }
        Ok(1)
    }

    /// Returns when there may be work.
    pub(super) async fn wait(&self, clock: &Clock, work: &Work<I>) {
        let due_at = self.under_way.lock().await.due_at(clock.now());
        tokio::select! {
            biased;
            () = clock.sleep_until(due_at) => {}
            () = work.news() => {}
        }
    }
}

/// The jobs of one loop.
struct Pursuits<I> {
    under_way: FuturesUnordered<Pursuing<I>>,
    ids: HashSet<I>,
    /// Running ids that were queued again meanwhile.
    told_meanwhile: HashSet<I>,
    /// Time of the last scan.
    looked_at: Option<Timestamp>,
    /// Number of attempts, and time of the retry.
    again: HashMap<I, (u32, Timestamp)>,
}

impl<I> Default for Pursuits<I> {
    fn default() -> Self {
        Self {
            under_way: FuturesUnordered::new(),
            ids: HashSet::new(),
            told_meanwhile: HashSet::new(),
            looked_at: None,
            again: HashMap::new(),
        }
    }
}

impl<I: Copy + Eq + Hash> Pursuits<I> {
    /// Number of jobs that can start.
    fn room(&self) -> usize {
        AT_ONCE_MAX.saturating_sub(self.ids.len())
    }

    /// The queued ids that can start now. Running ones are queued again when they finish.
    fn told(&mut self, mut ids: Vec<I>) -> Vec<I> {
        let meanwhile = ids.extract_if(.., |id| self.ids.contains(id));
        self.told_meanwhile.extend(meanwhile);
        ids
    }

    /// Whether to scan for work: periodically for work of another process, when a retry is due, and
    /// when the queue overflowed. Not while few jobs can start, since a scan reads many documents.
    fn is_to_look_at_all(&self, is_more: bool, now: Timestamp) -> bool {
        let is_time = self.looked_at.is_none_or(|at| now.since(at) >= WAIT_MAX);
        let is_due = || self.again.iter().any(|(id, (_, at))| *at <= now && !self.ids.contains(id));
        self.room() >= AT_ONCE_MAX / 2 && (is_more || is_time || is_due())
    }

    /// Records the result of a scan. If more was found than can start, another scan is requested.
    /// If the scan was complete, retries of documents without a task are dropped.
    fn looked_at_all(
        &mut self,
        found: impl ExactSizeIterator<Item = I>,
        work: &Work<I>,
        now: Timestamp,
    ) {
        self.looked_at = Some(now);
        let is_all = u32::try_from(found.len()).is_ok_and(|found| found < READ_AT_ONCE);
        let found: HashSet<I> = found.collect();
        if is_all {
            self.again.retain(|id, _| found.contains(id) || self.ids.contains(id));
        }
        if !is_all || found.difference(&self.ids).count() > self.room() {
            work.tell_of_more();
        }
    }

    fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Starts a job, unless it is running or its retry is not due; `pursue` receives the number of
    /// attempts.
    fn begin<F>(&mut self, id: I, now: Timestamp, pursue: impl FnOnce(u32) -> F)
    where
        F: Future<Output = (I, Turn)> + Send + 'static,
    {
        let (attempts, due_at) = self.again.get(&id).copied().unwrap_or((0, now));
        if self.room() > 0 && due_at <= now && self.ids.insert(id) {
            self.under_way.push(Box::pin(pursue(attempts)));
        }
    }

    /// Returns the next finished job.
    async fn next(&mut self) -> Option<(I, Turn)> {
        self.under_way.next().await
    }

    /// Records a finished job.
    fn ended(&mut self, ended: Option<(I, Turn)>, work: &Work<I>, now: Timestamp) {
        let Some((id, turn)) = ended else { return };
        self.ids.remove(&id);
        if self.told_meanwhile.remove(&id) {
            work.tell(id);
        }
        match turn {
            Turn::Recorded => {
                self.again.remove(&id);
            }
            Turn::Again => {
                let attempts = self.again.get(&id).map_or(0, |(attempts, _)| *attempts);
                let attempts = attempts + 1;
                self.again.insert(id, (attempts, now.plus(RETRY.pause(attempts))));
            }
        }
    }

    /// Time of the next retry, within [`WAIT_MAX`]. A retry that is due already waits for a scan.
    fn due_at(&self, now: Timestamp) -> Timestamp {
        let latest = now.plus(WAIT_MAX);
        let again = self.again.values().map(|(_, at)| *at).filter(|at| *at > now).min();
        again.map_or(latest, |at| at.min(latest))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(1_000_000_000_000 + ms)
    }

    fn looked_at(pursuits: &mut Pursuits<u32>, found: &[u32], work: &Work<u32>) {
        pursuits.looked_at_all(found.iter().copied(), work, at(0));
    }

    #[test]
    fn all_is_looked_at_first_then_once_a_second_and_when_there_is_more() {
        let (mut pursuits, work) = (Pursuits::default(), Work::default());
        assert!(pursuits.is_to_look_at_all(false, at(0)));
        looked_at(&mut pursuits, &[], &work);
        assert!(!pursuits.is_to_look_at_all(work.is_more(), at(999)));
        assert!(pursuits.is_to_look_at_all(false, at(1_000)));
        work.tell_of_more();
        assert!(pursuits.is_to_look_at_all(work.is_more(), at(1)));
    }

    #[test]
    fn what_is_to_be_asked_again_is_looked_for_when_it_is_due() {
        let (mut pursuits, work) = (Pursuits::default(), Work::default());
        looked_at(&mut pursuits, &[7], &work);
        pursuits.begin(7, at(0), |_| pending());
        pursuits.ended(Some((7, Turn::Again)), &work, at(0));
        assert!(!pursuits.is_to_look_at_all(false, at(199)));
        assert!(pursuits.is_to_look_at_all(false, at(200)));
        let attempts = std::cell::Cell::new(0);
        pursuits.begin(7, at(199), |_| ready((7, Turn::Recorded)));
        assert_eq!(pursuits.told(vec![7]), [7], "its turn has not come");
        pursuits.begin(7, at(200), |so_far| {
            attempts.set(so_far);
            ready((7, Turn::Recorded))
        });
        assert_eq!(attempts.get(), 1);
    }

    #[test]
    fn what_is_told_of_one_that_is_under_way_is_asked_after_it() {
        let (mut pursuits, work) = (Pursuits::default(), Work::default());
        pursuits.begin(7, at(0), |_| pending());
        assert_eq!(pursuits.told(vec![7, 8]), [8]);
        assert_eq!(work.take(10), Vec::<u32>::new());
        pursuits.ended(Some((7, Turn::Recorded)), &work, at(5));
        assert_eq!(work.take(10), [7]);
    }

    #[test]
    fn more_than_there_is_room_for_is_looked_at_again_once_half_of_it_is_done() {
        let (mut pursuits, work) = (Pursuits::default(), Work::default());
        let many: Vec<u32> = (0..400).collect();
        looked_at(&mut pursuits, &many, &work);
        for one in many {
            pursuits.begin(one, at(0), |_| pending());
        }
        assert_eq!((pursuits.room(), work.is_more()), (0, true));
        for one in 0..127 {
            pursuits.ended(Some((one, Turn::Recorded)), &work, at(1));
        }
        assert!(!pursuits.is_to_look_at_all(work.is_more(), at(2_000)));
        pursuits.ended(Some((127, Turn::Recorded)), &work, at(1));
        assert!(pursuits.is_to_look_at_all(work.is_more(), at(1)));
    }
}
