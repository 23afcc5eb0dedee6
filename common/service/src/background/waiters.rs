//! Requests that wait for an event about one key, such as the id of a document.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use contract::{Backoff, Timestamp};
use parking_lot::Mutex;
use sources::Clock;
use tokio::sync::Notify;

/// Waiting requests, by key: an event wakes those of its key only. Clones share them.
#[derive(Debug, Clone)]
pub struct Waiters<K> {
    waiting: Arc<Mutex<HashMap<K, Arc<Notify>>>>,
}

/// One waiting request; dropping it ends the wait.
struct Waiter<'a, K: Copy + Eq + Hash> {
    waiters: &'a Waiters<K>,
    key: K,
    event: Arc<Notify>,
}

impl<K> Default for Waiters<K> {
    fn default() -> Self {
        Self { waiting: Arc::default() }
    }
}

impl<K: Copy + Eq + Hash> Waiters<K> {
    /// Wakes the requests that wait for this key.
    pub fn notify(&self, key: K) {
        if let Some(event) = self.waiting.lock().get(&key) {
            event.notify_waiters();
        }
    }

    /// Wakes all requests.
    pub fn notify_all(&self) {
        for event in self.waiting.lock().values() {
            event.notify_waiters();
        }
    }

    /// Calls `read` at once, at each event, and after each pause of `polls`: another replica may
    /// cause an event. Returns the first final result, or the first one after `until`.
    ///
    /// # Errors
    /// The first error of `read`.
    pub async fn read_until<T, E, F>(
        &self,
        key: K,
        (clock, until, polls): (&Clock, Timestamp, Backoff),
        is_final: impl Fn(&T) -> bool,
        read: impl Fn() -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let waiter = self.register(key);
        let mut reads = 1;
        loop {
            // From here on an event is recorded, although it is not awaited yet.
            let event = waiter.event.notified();
            let value = read().await?;
            let now = clock.now();
            if is_final(&value) || now >= until {
                return Ok(value);
            }
            tokio::select! {
                biased;
                () = event => {}
                () = clock.sleep_until(until.min(now.plus(polls.pause(reads)))) => reads += 1,
            }
        }
    }

    fn register(&self, key: K) -> Waiter<'_, K> {
        let event = Arc::clone(self.waiting.lock().entry(key).or_default());
        Waiter { waiters: self, key, event }
    }
}

impl<K: Copy + Eq + Hash> Drop for Waiter<'_, K> {
    fn drop(&mut self) {
        let mut waiting = self.waiters.waiting.lock();
        // This value and the map hold the last two references.
        if Arc::strong_count(&self.event) <= 2 {
            waiting.remove(&self.key);
        }
    }
}
