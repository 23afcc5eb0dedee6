//! Places for requests that wait or run at once, shared evenly between the networks that want them.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::client_network::ClientNetwork;

/// A bounded number of places. A network gets one only while it has fewer than are free (dynamic thresholds, Choudhury and Hahne 1998):
/// one network alone gets half of them, more get equal parts, and as long as there are fewer networks than places a network without a
/// place finds one. Clones share the places.
#[derive(Debug, Clone)]
pub struct NetworkPlaces {
    most: usize,
    taken: Arc<Mutex<HashMap<ClientNetwork, usize>>>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct NetworkPlace {
    places: NetworkPlaces,
    network: ClientNetwork,
}

impl NetworkPlaces {
    /// So many places, all of them free.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, taken: Arc::default() }
    }

    /// A place for a request from this network, if the network has fewer than are free.
    #[must_use]
    pub fn take(&self, network: ClientNetwork) -> Option<NetworkPlace> {
        let mut taken = self.taken.lock();
        let free = self.most.saturating_sub(taken.values().sum());
        let own = taken.get(&network).copied().unwrap_or(0);
        if own >= free {
            return None;
        }
        taken.insert(network, own + 1);
        drop(taken);
        Some(NetworkPlace { places: self.clone(), network })
    }
}

impl Drop for NetworkPlace {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        if let Some(own) = taken.get_mut(&self.network) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.remove(&self.network);
            }
        }
    }
}
