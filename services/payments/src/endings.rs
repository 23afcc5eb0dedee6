//! Requests that wait for the end of a payment or refund.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// The waiting requests, by id. Clones share them.
#[derive(Debug, Clone)]
pub struct Endings<I> {
    waiting: Arc<Mutex<HashMap<I, Arc<Notify>>>>,
}

/// One waiting request; dropping it ends the wait.
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
    /// Registers a wait. Register before reading the document, so that no notification is lost.
    #[must_use]
    pub fn of(&self, id: I) -> Ending<I> {
        let ended = Arc::clone(self.waiting.lock().entry(id).or_default());
        Ending { endings: self.clone(), id, ended }
    }

    /// Wakes the requests that wait for this id.
    pub fn announce(&self, id: I) {
        if let Some(ended) = self.waiting.lock().get(&id) {
            ended.notify_waiters();
        }
    }

    /// Wakes all requests; each reads its document again.
    pub fn announce_all(&self) {
        for ended in self.waiting.lock().values() {
            ended.notify_waiters();
        }
    }
}

impl<I: Copy + Eq + Hash> Ending<I> {
    /// Completes at the next notification after this call.
    pub fn announced(&self) -> tokio::sync::futures::Notified<'_> {
        self.ended.notified()
    }
}

impl<I: Copy + Eq + Hash> Drop for Ending<I> {
    fn drop(&mut self) {
        let mut waiting = self.endings.waiting.lock();
        // Only this value and the map hold a reference.
        if Arc::strong_count(&self.ended) <= 2 {
            waiting.remove(&self.id);
        }
    }
}
