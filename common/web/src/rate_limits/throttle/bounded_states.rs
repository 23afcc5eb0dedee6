//! The states of a throttle's keys, bounded in number: keys beyond the bound share one state.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use parking_lot::Mutex;

/// The state of each key: the time up to which its quota is used. Clones share the states.
#[derive(Clone)]
pub(super) struct BoundedStates<K> {
    most: usize,
    shared: Arc<Mutex<States<K>>>,
}

struct States<K> {
    own: HashMap<K, Nanos>,
    /// The state of keys without one of their own.
    shared: Option<Nanos>,
}

impl<K> BoundedStates<K> {
    pub(super) fn new(most: usize) -> Self {
        let states = States { own: HashMap::new(), shared: None };
        Self { most, shared: Arc::new(Mutex::new(states)) }
    }
}

impl<K: Hash + Eq> BoundedStates<K> {
    /// Returns one unit to the quota of a key, or to the shared one.
    pub(super) fn give_back(&self, key: &K, interval: Nanos) {
        let States { own, shared } = &mut *self.shared.lock();
        if let Some(used) = own.get_mut(key).or(shared.as_mut()) {
            *used = Nanos::new(used.as_u64().saturating_sub(interval.as_u64()));
        }
    }
}

impl<K: Hash + Eq + Clone> StateStore for BoundedStates<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut states = self.shared.lock();
        if let Some(used) = states.own.get_mut(key) {
            let (measured, after) = measure(Some(*used))?;
            *used = after;
            return Ok(measured);
        }
        if states.own.len() < self.most {
            let (measured, after) = measure(None)?;
            states.own.insert(key.clone(), after);
            return Ok(measured);
        }
        let (measured, after) = measure(states.shared)?;
        states.shared = Some(after);
        Ok(measured)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for BoundedStates<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        let mut states = self.shared.lock();
        states.own.retain(|_, used| *used > drop_below);
        let most = states.own.len().saturating_mul(2);
        states.own.shrink_to(most);
    }

    fn len(&self) -> usize {
        self.shared.lock().own.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
