//! Requests that wait for the end of a payment, or of a refund.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Who waits for the end of what. Clones share it.
#[derive(Debug, Clone)]
pub struct Endings<I> {
    waiting: Arc<Mutex<HashMap<I, Arc<Notify>>>>,
}

/// One request's wait; ends with the value.
#[derive(Debug)]
pub struct Ending<I: Copy + Eq + Hash> {
    endings: Endings<I>,
    id: I,
    ended: Arc<Notify>,
}

impl<I> Default for Endings<I> {
    fn default() -> Self {
        Self { waiting: Arc::default() }
    }
}

impl<I: Copy + Eq + Hash> Endings<I> {
    /// A wait for the end of what has this id. Make it before looking at it, so that no end is missed.
    #[must_use]
    pub fn of(&self, id: I) -> Ending<I> {
        let ended = Arc::clone(self.waiting.lock().entry(id).or_default());
        Ending { endings: self.clone(), id, ended }
    }

    /// It has ended.
    pub fn announce(&self, id: I) {
        if let Some(ended) = self.waiting.lock().get(&id) {
            ended.notify_waiters();
        }
    }

    /// Each request looks again: what it waits for may have happened.
    pub fn announce_all(&self) {
        for ended in self.waiting.lock().values() {
            ended.notify_waiters();
        }
    }
}

impl<I: Copy + Eq + Hash> Ending<I> {
    /// What to await: it is over once the end is announced after this call.
    pub fn announced(&self) -> tokio::sync::futures::Notified<'_> {
        self.ended.notified()
    }
}

impl<I: Copy + Eq + Hash> Drop for Ending<I> {
    fn drop(&mut self) {
        let mut waiting = self.endings.waiting.lock();
        // This value and the map hold the last two.
        if Arc::strong_count(&self.ended) <= 2 {
            waiting.remove(&self.id);
        }
    }
}
