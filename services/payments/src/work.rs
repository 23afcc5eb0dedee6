//! What there is to ask the provider of, told to the loop that asks.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Ids that wait at the most: past that it is less work to look for all that there is.
const TOLD_MAX: usize = 4_096;

/// What there is to ask about, by id, so that nobody has to look through everything whenever anything comes. Nothing depends on it: what is
/// not told, because another process caused it or this one was stopped, is found soon by looking at all. Clones share it.
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
    /// There is something to ask about this one.
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

    /// There may be something to ask that nobody names.
    pub fn tell_of_more(&self) {
        self.told.lock().is_more = true;
        self.news.notify_one();
    }

    /// Takes at most so many that were told of.
    pub(crate) fn take(&self, count: usize) -> Vec<I> {
        let mut told = self.told.lock();
        let count = told.ids.len().min(count);
        told.ids.drain(..count).collect()
    }

    /// Whether there may be something that nobody named.
    pub(crate) fn is_more(&self) -> bool {
        self.told.lock().is_more
    }

    /// All that there is will be looked at: what was told so far is among it.
    pub(crate) fn forget(&self) {
        let mut told = self.told.lock();
        told.ids.clear();
        told.is_more = false;
    }

    /// Returns when there is news.
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
