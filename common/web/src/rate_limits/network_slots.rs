//! Slots for waiting or running requests, shared fairly between client networks.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::rate_limits::client_network::ClientNetwork;

/// A bounded number of slots. A network receives one only while it holds fewer than are free
/// (dynamic thresholds, Choudhury and Hahne 1998): one network receives half, several receive equal
/// parts; with fewer networks than slots, one without a slot receives one. Clones share the slots.
#[derive(Debug, Clone)]
pub struct NetworkSlots {
    most: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    by_network: HashMap<ClientNetwork, usize>,
    total: usize,
}

/// A slot; dropping it frees it.
#[derive(Debug)]
pub struct NetworkSlot {
    slots: NetworkSlots,
    network: ClientNetwork,
}

impl NetworkSlots {
    /// All slots, free.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, taken: Arc::default() }
    }

    /// The number of slots that are taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken.lock().total
    }

    /// A slot for a request from this network, if the network holds fewer than are free.
    #[must_use]
    pub fn take(&self, network: ClientNetwork) -> Option<NetworkSlot> {
        let mut taken = self.taken.lock();
        let free = self.most.saturating_sub(taken.total);
        let own = taken.by_network.get(&network).copied().unwrap_or(0);
        if own >= free {
            return None;
        }
        taken.by_network.insert(network, own + 1);
        taken.total += 1;
        drop(taken);
        Some(NetworkSlot { slots: self.clone(), network })
    }
}

impl Drop for NetworkSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock();
        if let Some(own) = taken.by_network.get_mut(&self.network) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.by_network.remove(&self.network);
            }
            taken.total = taken.total.saturating_sub(1);
        }
    }
}
