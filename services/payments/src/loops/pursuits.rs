//! What is being asked of the provider at this moment, by id, and what is to be asked again later.

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

/// Pursuits at once: what keeps a provider that answers in a second at some hundred a second.
const AT_ONCE_MAX: usize = 256;

/// What is read at once to find what is due: more than may be pursued, since some of it waits for its next turn.
const READ_AT_ONCE: u32 = 512;

/// Longest wait for news, so that what another process left is seen.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Pauses before an unknown answer is asked for again.
const RETRY: Backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(30));

/// How one turn ended.
pub(super) enum Turn {
    /// Nothing is to be asked any more.
    Recorded,
    /// To be asked again later.
    Again,
}

type Pursuing<I> = Pin<Box<dyn Future<Output = (I, Turn)> + Send>>;

/// The pursuit of everything of one kind that has something to ask of the provider. A step that is dropped half-way leaves what is under
/// way as it is. Clones share it.
#[derive(Clone)]
pub(super) struct Pursuit<I> {
    under_way: Arc<Mutex<Pursuits<I>>>,
}

impl<I: Copy + Eq + Hash + Display> Pursuit<I> {
    pub(super) fn new() -> Self {
        Self { under_way: Arc::default() }
    }

    /// Takes up what is to be done, and returns when a pursuit has had its turn or there was news; answers whether it did anything, as
    /// 1 or 0.
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
        // Those that were recorded in the same commit have ended too.
        while let Some(Some(turn)) = under_way.next().now_or_never() {
            under_way.ended(Some(turn), work, ports.clock.now());
        }
        Ok(1)
    }

    /// Returns when there may be something to do.
    pub(super) async fn wait(&self, clock: &Clock, work: &Work<I>) {
        let due_at = self.under_way.lock().await.due_at(clock.now());
        tokio::select! {
            biased;
            () = clock.sleep_until(due_at) => {}
            () = work.news() => {}
        }
    }
}

/// The pursuits of one loop.
struct Pursuits<I> {
    under_way: FuturesUnordered<Pursuing<I>>,
    ids: HashSet<I>,
    /// Those under way that there is something new to ask about.
    told_meanwhile: HashSet<I>,
    /// When all that there is was looked at last.
    looked_at: Option<Timestamp>,
    /// Attempts so far, and when the next is due.
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
    /// How many more may begin.
    fn room(&self) -> usize {
        AT_ONCE_MAX.saturating_sub(self.ids.len())
    }

    /// Of what there is to ask about, what can be asked now: what is under way is told again when it has ended.
    fn told(&mut self, mut ids: Vec<I>) -> Vec<I> {
        let meanwhile = ids.extract_if(.., |id| self.ids.contains(id));
        self.told_meanwhile.extend(meanwhile);
        ids
    }

    /// Whether to look at all that there is: now and then for what another process left, when something is to be asked again, and when
    /// there is more than was named. Not while there is hardly room: a look at everything is to begin many.
    fn is_to_look_at_all(&self, is_more: bool, now: Timestamp) -> bool {
        let is_time = self.looked_at.is_none_or(|at| now.since(at) >= WAIT_MAX);
        let is_due = || self.again.iter().any(|(id, (_, at))| *at <= now && !self.ids.contains(id));
        self.room() >= AT_ONCE_MAX / 2 && (is_more || is_time || is_due())
    }

    /// Notes what was found: if it is more than can be begun now, there is more. What is not to be asked any more, since another process
    /// did it, is forgotten; if not everything could be read, there is no telling.
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

    /// Begins a pursuit unless it is under way, or its next turn has not come; `pursue` is told how often it was tried.
    fn begin<F>(&mut self, id: I, now: Timestamp, pursue: impl FnOnce(u32) -> F)
    where
        F: Future<Output = (I, Turn)> + Send + 'static,
    {
        let (attempts, due_at) = self.again.get(&id).copied().unwrap_or((0, now));
        if self.room() > 0 && due_at <= now && self.ids.insert(id) {
            self.under_way.push(Box::pin(pursue(attempts)));
        }
    }

    /// Returns when one has ended.
    async fn next(&mut self) -> Option<(I, Turn)> {
        self.under_way.next().await
    }

    /// Notes how one ended.
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

    /// When the next turn is due, within [`WAIT_MAX`]. What was due by now and has not begun waits as what is new does.
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
