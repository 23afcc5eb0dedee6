//! Where a throttle keeps its keys: a bounded number of places, and one that is shared by all who find none free.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use parking_lot::Mutex;

/// The state of each key: the time up to which its quota is used. Clones share it.
#[derive(Clone)]
pub(super) struct Places<K> {
    most: usize,
    held: Arc<Mutex<Held<K>>>,
}

struct Held<K> {
    own: HashMap<K, Nanos>,
    /// The place of those who have none of their own.
    shared: Option<Nanos>,
}

impl<K> Places<K> {
    pub(super) fn new(most: usize) -> Self {
        let held = Held { own: HashMap::new(), shared: None };
        Self { most, held: Arc::new(Mutex::new(held)) }
    }
}

impl<K: Hash + Eq> Places<K> {
    /// Takes back one that took so long of the quota of its key, or of the shared place.
    pub(super) fn give_back(&self, key: &K, interval: Nanos) {
        let Held { own, shared } = &mut *self.held.lock();
        if let Some(used) = own.get_mut(key).or(shared.as_mut()) {
            *used = Nanos::new(used.as_u64().saturating_sub(interval.as_u64()));
        }
    }
}

impl<K: Hash + Eq + Clone> StateStore for Places<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut held = self.held.lock();
        if let Some(used) = held.own.get_mut(key) {
            let (measured, after) = measure(Some(*used))?;
            *used = after;
            return Ok(measured);
        }
        if held.own.len() < self.most {
            let (measured, after) = measure(None)?;
            held.own.insert(key.clone(), after);
            return Ok(measured);
        }
        let (measured, after) = measure(held.shared)?;
        held.shared = Some(after);
        Ok(measured)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Places<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        let mut held = self.held.lock();
        held.own.retain(|_, used| *used > drop_below);
        let most = held.own.len().saturating_mul(2);
        held.own.shrink_to(most);
    }

    fn len(&self) -> usize {
        self.held.lock().own.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
