//! Requests that wait for the end of a payment or refund.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// The waiting requests, by id. Clones share them.
#[derive(Debug, Clone)]
pub struct Completions<I> {
    waiting: Arc<Mutex<HashMap<I, Arc<Notify>>>>,
}

/// One waiting request; dropping it ends the wait.
#[derive(Debug)]
pub struct Completion<I: Copy + Eq + Hash> {
    completions: Completions<I>,
    id: I,
    ended: Arc<Notify>,
}

impl<I> Default for Completions<I> {
    fn default() -> Self {
        Self { waiting: Arc::default() }
    }
}

impl<I: Copy + Eq + Hash> Completions<I> {
    /// Registers a wait. Register before reading the document, so that no notification is lost.
    #[must_use]
    pub fn of(&self, id: I) -> Completion<I> {
        let ended = Arc::clone(self.waiting.lock().entry(id).or_default());
        Completion { completions: self.clone(), id, ended }
    }

    /// Wakes the requests that wait for this id.
    pub fn notify(&self, id: I) {
        if let Some(ended) = self.waiting.lock().get(&id) {
            ended.notify_waiters();
        }
    }

    /// Wakes all requests; each reads its document again.
    pub fn notify_all(&self) {
        for ended in self.waiting.lock().values() {
            ended.notify_waiters();
        }
    }
}

impl<I: Copy + Eq + Hash> Completion<I> {
    /// Completes at the next notification after this call.
    pub fn notified(&self) -> tokio::sync::futures::Notified<'_> {
        self.ended.notified()
    }
}

impl<I: Copy + Eq + Hash> Drop for Completion<I> {
    fn drop(&mut self) {
        let mut waiting = self.completions.waiting.lock();
        // Only this value and the map hold a reference.
        if Arc::strong_count(&self.ended) <= 2 {
            waiting.remove(&self.id);
        }
    }
}
